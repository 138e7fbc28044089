package io.felucca.kubelet;

import static io.felucca.kubelet.NodeUnderTest.lastWords;
import static io.felucca.kubelet.NodeUnderTest.phase;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.felucca.kubelet.cri.Cri;
import io.felucca.kubelet.cri.GrpcCri;
import io.felucca.kubelet.cri.v1.PodSandbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** What pods can ask for, on a real containerd. */
@Tag("other-programs")
@EnabledIf(
        value = "io.felucca.kubelet.RealRuntime#possible",
        disabledReason = "needs root, containerd, catatonit, busybox and the CNI plugins")
final class PodFeaturesOnContainerdTest {
    private static RealRuntime runtime;
    private static GrpcCri cri;

    private NodeUnderTest node;

    @BeforeAll
    static void startRuntime() throws IOException, InterruptedException {
        runtime = RealRuntime.start();
        cri = GrpcCri.connect(runtime.socket());
    }

    @AfterAll
    static void stopRuntime() throws IOException, InterruptedException {
        cri.close();
        runtime.close();
    }

    @BeforeEach
    void startKubelet() throws IOException {
        node = new NodeUnderTest(runtime, cri);
    }

    @AfterEach
    void stopKubelet() {
        node.close();
    }

    @Test
    void securityContextsHoldInTheContainer() {
        node.cluster()
                .of(Secret.class)
                .create(
                        new SecretBuilder()
                                .withNewMetadata()
                                .withNamespace("default")
                                .withName("keys")
                                .endMetadata()
                                .addToData("key", "c2VjcmV0")
                                .build());
        node.createYaml(
                """
                metadata: {name: secure, namespace: default}
                spec:
                  restartPolicy: Never
                  securityContext:
                    {runAsUser: 1000, runAsGroup: 1001, fsGroup: 2000, runAsNonRoot: true,
                     seccompProfile: {type: RuntimeDefault}}
                  containers:
                  - name: main
                    image: docker.io/library/busybox:latest
                    securityContext:
                      readOnlyRootFilesystem: true
                      allowPrivilegeEscalation: false
                      capabilities: {drop: [ALL]}
                    command:
                    - sh
                    - -c
                    - >-
                      (id -u; id -g; id -G; grep -E '^(CapBnd|NoNewPrivs|Seccomp):' /proc/self/status;
                      touch /no 2>&1; touch /data/yes && stat -c %g /data/yes;
                      cat /key/key; stat -Lc ' %a %g' /key/key; ls -d /sub/*)
                      > /dev/termination-log
                    terminationMessagePath: /dev/termination-log
                    volumeMounts:
                    - {name: data, mountPath: /data}
                    - {name: key, mountPath: /key}
                    - {name: data, mountPath: /sub/one, subPathExpr: "a/$(WHERE)"}
                    env: [{name: WHERE, value: b}]
                  volumes:
                  - {name: data, emptyDir: {}}
                  - {name: key, secret: {secretName: keys, defaultMode: 256}}
                """);
        Pod pod = node.waitFor("secure", one -> "Succeeded".equals(phase(one)));
        String words = lastWords(pod);
        assertTrue(words.startsWith("1000\n1001\n1001 2000\n"), words);
        assertTrue(
                words.contains("CapBnd:\t0000000000000000\nNoNewPrivs:\t1\nSeccomp:\t2\n"), words);
        assertTrue(words.contains("touch: /no: Read-only file system\n2000\n"), words);
        assertTrue(words.contains("secret 440 2000\n/sub/one"), words);
    }

    @Test
    void imageThatRunsAsRootIsRefusedWhereThatIsForbidden() {
        node.create("rootless", "securityContext: {runAsNonRoot: true}");
        Pod pod =
                node.waitFor(
                        "rootless",
                        one ->
                                NodeUnderTest.waitingReason(one)
                                        .equals("CreateContainerConfigError"));
        assertEquals(
                "container has runAsNonRoot and image will run as root (pod: \""
                        + Containers.describe(pod)
                        + "\", container: main)",
                pod.getStatus().getContainerStatuses().get(0).getState().getWaiting().getMessage());
    }

    @Test
    void hooksRunAfterTheStartAndBeforeTheEnd() throws IOException {
        Path shared = Files.createDirectories(runtime.directory().resolve("shared"));
        node.createYaml(
                """
                metadata: {name: hooked, namespace: default}
                spec:
                  containers:
                  - name: main
                    image: docker.io/library/busybox:latest
                    command: [sh, -c, "trap 'echo term >> /shared/order; exit 0' TERM; while :; do sleep 0.1; done"]
                    lifecycle:
                      postStart: {exec: {command: [sh, -c, "echo post >> /shared/order"]}}
                      preStop: {exec: {command: [sh, -c, "echo pre >> /shared/order"]}}
                    volumeMounts: [{name: shared, mountPath: /shared}]
                  volumes:
                  - {name: shared, hostPath: {path: %s, type: Directory}}
                """
                        .formatted(shared));
        node.waitFor("hooked", NodeUnderTest::ready);
        node.cluster().deletePod(NodeUnderTest.key("hooked"), 10);
        node.until(
                "the pod is gone",
                () -> node.cluster().of(Pod.class).get(NodeUnderTest.key("hooked")).isEmpty());
        assertEquals("post\npre\nterm\n", Files.readString(shared.resolve("order")));
    }

    @Test
    void sandboxThatDiedIsMadeAnew() {
        node.create("shaken", "command: [sleep, '1000']");
        Pod before = node.waitFor("shaken", NodeUnderTest::ready);
        PodSandbox sandbox = Cri.await(cri.sandboxes(Map.of())).get(0);
        Cri.await(cri.stopSandbox(sandbox.getId()));
        Pod after =
                node.waitFor(
                        "shaken",
                        one ->
                                NodeUnderTest.ready(one)
                                        && one.getStatus()
                                                        .getContainerStatuses()
                                                        .get(0)
                                                        .getRestartCount()
                                                == 1);
        assertFalse(NodeUnderTest.id(before).equals(NodeUnderTest.id(after)));
        node.waitForEvent("SandboxChanged: ");
    }

    @Test
    void sidecarStartsFirstAndEndsWithThePod() {
        node.createYaml(
                """
                metadata: {name: aside, namespace: default}
                spec:
                  restartPolicy: Never
                  terminationGracePeriodSeconds: 1
                  initContainers:
                  - name: helper
                    restartPolicy: Always
                    image: docker.io/library/busybox:latest
                    command: [sleep, '1000']
                  containers:
                  - name: main
                    image: docker.io/library/busybox:latest
                    command: [sleep, '1']
                """);
        node.waitFor("aside", NodeUnderTest::ready);
        Pod pod = node.waitFor("aside", one -> "Succeeded".equals(phase(one)));
        node.until(
                "the sidecar has ended",
                () ->
                        node.pod("aside")
                                        .getStatus()
                                        .getInitContainerStatuses()
                                        .get(0)
                                        .getState()
                                        .getTerminated()
                                != null);
        assertEquals("Succeeded", phase(pod));
    }

    @Test
    void podPastItsDeadlineFails() {
        node.createYaml(
                """
                metadata: {name: late, namespace: default}
                spec:
                  activeDeadlineSeconds: 2
                  terminationGracePeriodSeconds: 1
                  containers:
                  - name: main
                    image: docker.io/library/busybox:latest
                    command: [sleep, '1000']
                """);
        Pod pod = node.waitFor("late", one -> "Failed".equals(phase(one)));
        assertEquals("DeadlineExceeded", pod.getStatus().getReason());
        node.until(
                "its containers have ended",
                () ->
                        node.pod("late")
                                        .getStatus()
                                        .getContainerStatuses()
                                        .get(0)
                                        .getState()
                                        .getTerminated()
                                != null);
    }

    @Test
    void whatThisNodeCannotDoIsRefusedWithAReason() {
        node.createYaml(
                """
                metadata: {name: claims, namespace: default}
                spec:
                  containers: [{name: main, image: "docker.io/library/busybox:latest"}]
                  volumes: [{name: data, persistentVolumeClaim: {claimName: none}}]
                """);
        node.createYaml(
                """
                metadata: {name: mapped, namespace: default}
                spec:
                  hostUsers: false
                  containers: [{name: main, image: "docker.io/library/busybox:latest"}]
                """);
        node.waitForEvent(
                "FailedMount: MountVolume.SetUp failed for volume \"data\" : this node doesn't"
                        + " support volumes of type persistentVolumeClaim");
        node.waitForEvent(
                "FailedCreatePodSandBox: Failed to create pod sandbox: this node's runtime doesn't"
                        + " support user namespaces (hostUsers: false)");
        Pod pod = node.waitFor("claims", one -> "Pending".equals(phase(one)));
        assertEquals("ContainerCreating", NodeUnderTest.waitingReason(pod));
    }

    @Test
    void podOnTheHostsNetworkHasTheNodesAddress() {
        node.createYaml(
                """
                metadata: {name: hosted, namespace: default}
                spec:
                  hostNetwork: true
                  containers:
                  - {name: main, image: "docker.io/library/busybox:latest", command: [sleep, '1000']}
                """);
        Pod pod = node.waitFor("hosted", NodeUnderTest::ready);
        assertEquals("127.0.0.1", pod.getStatus().getPodIP());
        assertEquals("127.0.0.1", pod.getStatus().getHostIP());
    }

    @Test
    void podDeletedWhileNoAgentRanIsCleanedUp() throws IOException {
        node.create("forgotten", "command: [sleep, '1000']");
        node.waitFor("forgotten", NodeUnderTest::ready);
        node.kubelet().close();
        node.cluster().deletePod(NodeUnderTest.key("forgotten"), 0);
        node.restartAgent();
        node.until("the runtime is empty", () -> Cri.await(cri.sandboxes(Map.of())).isEmpty());
    }

    @Test
    void agentReplacedWhilePodsStartLeavesNoPodTwice() throws IOException {
        for (int i = 0; i < 8; i++) {
            node.create("swapped-" + i, "command: [sleep, '1000']");
        }
        for (int i = 0; i < 4; i++) {
            node.restartAgent();
        }
        for (int i = 0; i < 8; i++) {
            Pod pod = node.waitFor("swapped-" + i, NodeUnderTest::ready);
            assertEquals(0, pod.getStatus().getContainerStatuses().get(0).getRestartCount());
        }
        assertEquals(8, Cri.await(cri.containers(Map.of())).size());
        assertEquals(8, Cri.await(cri.sandboxes(Map.of())).size());
    }

    @Test
    void podThatDoesNotFitIsRejected() {
        node.createYaml(
                """
                metadata: {name: large, namespace: default}
                spec:
                  containers:
                  - name: main
                    image: docker.io/library/busybox:latest
                    resources: {requests: {cpu: "1000"}}
                """);
        Pod pod = node.waitFor("large", one -> "Failed".equals(phase(one)));
        assertEquals("OutOfcpu", pod.getStatus().getReason());
        node.waitForEvent("OutOfcpu: Pod was rejected: Node didn't have enough resource: cpu");
    }
}
