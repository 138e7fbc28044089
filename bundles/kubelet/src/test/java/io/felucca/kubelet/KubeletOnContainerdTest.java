package io.felucca.kubelet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.felucca.client.api.Key;
import io.felucca.http.api.HttpHandler;
import io.felucca.kubelet.cri.Cri;
import io.felucca.kubelet.cri.GrpcCri;
import io.felucca.kubelet.cri.v1.ContainerConfig;
import io.felucca.kubelet.cri.v1.ContainerMetadata;
import io.felucca.kubelet.cri.v1.ImageSpec;
import io.felucca.kubelet.cri.v1.LinuxPodSandboxConfig;
import io.felucca.kubelet.cri.v1.PodSandboxConfig;
import io.felucca.kubelet.cri.v1.PodSandboxMetadata;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.slf4j.LoggerFactory;

/** The agent on a real containerd, with an API in memory. */
@Tag("other-programs")
@EnabledIf(
        value = "io.felucca.kubelet.RealRuntime#possible",
        disabledReason = "needs root, containerd, catatonit, busybox and the CNI plugins")
final class KubeletOnContainerdTest {
    private static final int MANY = 10;

    private static RealRuntime runtime;
    private static GrpcCri cri;
    private static TestTrust trust;

    private NodeUnderTest node;

    @BeforeAll
    static void startRuntime() throws IOException, InterruptedException {
        runtime = RealRuntime.start();
        cri = GrpcCri.connect(runtime.socket());
        trust = new TestTrust();
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
    void podRunsAndIsTakenOutOfTheApiWhenDeleted() {
        node.create("web", "command: [sleep, '1000']");
        Pod pod = node.waitFor("web", NodeUnderTest::ready);
        assertEquals("Running", pod.getStatus().getPhase());
        assertTrue(pod.getStatus().getPodIP().startsWith("10.87.0."));
        assertEquals("BestEffort", pod.getStatus().getQosClass());
        ContainerStatus status = pod.getStatus().getContainerStatuses().get(0);
        assertTrue(status.getContainerID().startsWith("containerd://"));
        assertEquals(0, status.getRestartCount());
        node.cluster().deletePod(new Key("default", "web"), 1);
        node.until(
                "the pod is gone",
                () -> node.cluster().of(Pod.class).get(NodeUnderTest.key("web")).isEmpty());
        node.until("the runtime is empty", () -> Cri.await(cri.containers(Map.of())).isEmpty());
    }

    @Test
    void nodeRegistersAndBecomesReady() {
        node.until(
                "the node is ready",
                () ->
                        node.cluster()
                                .of(Node.class)
                                .get(Key.clusterScoped("node-a"))
                                .filter(
                                        node ->
                                                node.getStatus() != null
                                                        && node.getStatus().getConditions().stream()
                                                                .anyMatch(
                                                                        one ->
                                                                                one.getType()
                                                                                                .equals(
                                                                                                        "Ready")
                                                                                        && one.getStatus()
                                                                                                .equals(
                                                                                                        "True")))
                                .isPresent());
    }

    @Test
    void crashingContainerIsRestartedWithGrowingPauses() {
        node.create(
                "crash",
                "command: [sh, -c, 'echo crashing; echo last words >/dev/termination-log; exit"
                        + " 3']");
        Pod pod =
                node.waitFor(
                        "crash",
                        one ->
                                one.getStatus().getContainerStatuses().stream()
                                        .anyMatch(
                                                status ->
                                                        status.getState().getWaiting() != null
                                                                && "CrashLoopBackOff"
                                                                        .equals(
                                                                                status.getState()
                                                                                        .getWaiting()
                                                                                        .getReason())));
        ContainerStatus status = pod.getStatus().getContainerStatuses().get(0);
        assertEquals(3, status.getLastState().getTerminated().getExitCode());
        assertEquals("last words\n", status.getLastState().getTerminated().getMessage());
        assertEquals("Error", status.getLastState().getTerminated().getReason());
        assertEquals(1, status.getRestartCount());
        assertEquals("Running", pod.getStatus().getPhase());
        assertEquals(
                "back-off 10s restarting failed container=main pod=" + Containers.describe(pod),
                status.getState().getWaiting().getMessage());
        FakeExchange previous = ask(api(), "/containerLogs/default/crash/main?previous=true");
        node.until("the log of its last run is there", previous::ended);
        assertEquals("crashing\n", previous.text());
    }

    @Test
    void imageThatIsNotThereShowsWhy() {
        node.create("noimage", "image: nosuch.example/none:1\n    imagePullPolicy: IfNotPresent");
        node.waitFor("noimage", one -> "ErrImagePull".equals(NodeUnderTest.waitingReason(one)));
        Pod pod =
                node.waitFor(
                        "noimage",
                        one -> "ImagePullBackOff".equals(NodeUnderTest.waitingReason(one)));
        assertEquals("Pending", pod.getStatus().getPhase());
        assertTrue(
                node.cluster().recorded().stream()
                        .anyMatch(
                                one ->
                                        one.startsWith(
                                                "Failed: Failed to pull image"
                                                        + " \"nosuch.example/none:1\": ")));
    }

    @Test
    void initContainersRunInTurnAndVolumesAreShared() throws IOException {
        node.cluster()
                .of(ConfigMap.class)
                .create(
                        new ConfigMapBuilder()
                                .withNewMetadata()
                                .withNamespace("default")
                                .withName("settings")
                                .endMetadata()
                                .addToData("color", "green")
                                .build());
        node.createYaml(
                """
                metadata: {name: init, namespace: default}
                spec:
                  restartPolicy: Never
                  serviceAccountName: default
                  initContainers:
                  - name: first
                    image: docker.io/library/busybox:latest
                    command: [sh, -c, "echo one > /shared/order"]
                    volumeMounts: [{name: shared, mountPath: /shared}]
                  - name: second
                    image: docker.io/library/busybox:latest
                    command: [sh, -c, "echo two >> /shared/order"]
                    volumeMounts: [{name: shared, mountPath: /shared}]
                  containers:
                  - name: main
                    image: docker.io/library/busybox:latest
                    env:
                    - {name: COLOR, valueFrom: {configMapKeyRef: {name: settings, key: color}}}
                    - {name: POD, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
                    - {name: BOTH, value: "$(COLOR)-$(POD)-$$(COLOR)"}
                    command:
                    - sh
                    - -c
                    - >-
                      (cat /shared/order /config/color /token/token; echo $BOTH; hostname;
                      cat /etc/resolv.conf) > /dev/termination-log
                    volumeMounts:
                    - {name: shared, mountPath: /shared}
                    - {name: config, mountPath: /config}
                    - {name: token, mountPath: /token}
                    terminationMessagePath: /dev/termination-log
                  volumes:
                  - {name: shared, emptyDir: {medium: Memory, sizeLimit: 1Mi}}
                  - {name: config, configMap: {name: settings}}
                  - name: token
                    projected:
                      sources: [{serviceAccountToken: {path: token, expirationSeconds: 3600}}]
                """);
        Pod pod = node.waitFor("init", one -> "Succeeded".equals(one.getStatus().getPhase()));
        String message =
                pod.getStatus()
                        .getContainerStatuses()
                        .get(0)
                        .getState()
                        .getTerminated()
                        .getMessage();
        assertTrue(message.startsWith("one\ntwo\ngreentoken-1-of-default/default"), message);
        assertTrue(message.contains("green-init-$(COLOR)\ninit\n"), message);
        assertTrue(message.contains("search default.svc.cluster.local svc.cluster.local"), message);
        assertTrue(message.contains("ndots:5"), message);
        assertTrue(NodeUnderTest.condition(pod, "Initialized"));
        assertFalse(NodeUnderTest.condition(pod, "Ready"));
    }

    @Test
    void containerOverItsMemoryLimitIsKilled() {
        node.create(
                "greedy",
                "resources: {limits: {memory: 16Mi}, requests: {memory: 16Mi}}\n"
                        + "    command: [sh, -c, 'x=1; while true; do x=$x$x; done']");
        node.waitFor(
                "greedy",
                one ->
                        one.getStatus().getContainerStatuses().stream()
                                .anyMatch(
                                        status ->
                                                status.getLastState().getTerminated() != null
                                                        && "OOMKilled"
                                                                .equals(
                                                                        status.getLastState()
                                                                                .getTerminated()
                                                                                .getReason())));
    }

    @Test
    void failingLivenessProbeRestartsAndReadinessFollowsItsProbe() {
        node.create(
                "probed",
                """
                command: [sh, -c, 'touch /tmp/ok; httpd -f -p 8080 -h /tmp']
                    readinessProbe: {httpGet: {path: /ok, port: 8080}, periodSeconds: 1}
                    livenessProbe:
                      exec: {command: [test, -e, /tmp/ok]}
                      periodSeconds: 1
                      failureThreshold: 1
                      terminationGracePeriodSeconds: 1
                """
                        .strip());
        Pod pod = node.waitFor("probed", NodeUnderTest::ready);
        String id = pod.getStatus().getContainerStatuses().get(0).getContainerID().substring(13);
        Cri.await(cri.execSync(id, List.of("rm", "/tmp/ok"), Duration.ofSeconds(5)));
        node.waitFor(
                "probed",
                one -> one.getStatus().getContainerStatuses().get(0).getRestartCount() == 1);
        assertTrue(
                node.cluster()
                        .recorded()
                        .contains(
                                "Killing: Container main failed liveness probe, will be"
                                        + " restarted @spec.containers{main}"));
    }

    @Test
    void newAgentAdoptsWhatRuns() throws IOException {
        node.create("stays", "command: [sleep, '1000']");
        Pod before = node.waitFor("stays", NodeUnderTest::ready);
        node.restartAgent();
        int events = node.cluster().recorded().size();
        node.create("after", "command: [sleep, '1000']");
        node.waitFor("after", NodeUnderTest::ready);
        Pod after = node.cluster().of(Pod.class).get(NodeUnderTest.key("stays")).orElseThrow();
        assertEquals(
                before.getStatus().getContainerStatuses().get(0).getContainerID(),
                after.getStatus().getContainerStatuses().get(0).getContainerID());
        assertEquals(before.getStatus(), after.getStatus());
        assertTrue(
                node.cluster().recorded().subList(events, node.cluster().recorded().size()).stream()
                        .noneMatch(one -> one.startsWith("Killing")));
    }

    @Test
    void podSurvivesARestartOfTheRuntime() throws IOException, InterruptedException {
        node.create("steady", "command: [sleep, '1000']");
        Pod before = node.waitFor("steady", NodeUnderTest::ready);
        runtime.restart();
        node.create("later", "command: [sleep, '1000']");
        node.waitFor("later", NodeUnderTest::ready);
        assertEquals(
                before.getStatus().getContainerStatuses().get(0).getContainerID(),
                node.cluster()
                        .of(Pod.class)
                        .get(NodeUnderTest.key("steady"))
                        .orElseThrow()
                        .getStatus()
                        .getContainerStatuses()
                        .get(0)
                        .getContainerID());
    }

    @Test
    void logsAreReadFollowedAndCut() {
        HttpHandler api = api();
        node.create(
                "talks",
                "command: [sh, -c, 'echo one; echo two; echo three; while ! [ -e /tmp/end ]; do"
                        + " sleep 0.1; done; echo four']");
        Pod pod = node.waitFor("talks", NodeUnderTest::ready);
        FakeExchange all = ask(api, "/containerLogs/default/talks/main");
        node.until("the log is there", () -> all.ended());
        assertEquals("one\ntwo\nthree\n", all.text());
        FakeExchange tail = ask(api, "/containerLogs/default/talks/main?tailLines=2&limitBytes=6");
        node.until("the tail is there", () -> tail.ended());
        assertEquals("two\nth", tail.text());
        FakeExchange follow = ask(api, "/containerLogs/default/talks/main?follow=true&tailLines=1");
        node.until("the last line is there", () -> follow.text().equals("three\n"));
        Cri.await(
                cri.execSync(
                        NodeUnderTest.id(pod),
                        List.of("touch", "/tmp/end"),
                        Duration.ofSeconds(5)));
        node.until("the follower sees the end", () -> follow.ended());
        assertEquals("three\nfour\n", follow.text());
        FakeExchange previous = ask(api, "/containerLogs/default/talks/main?previous=true");
        node.until("the previous log is there", () -> previous.ended());
        assertEquals("one\ntwo\nthree\nfour\n", previous.text());
        FakeExchange none = ask(api, "/containerLogs/default/talks/other");
        node.until("the answer is there", () -> none.ended());
        assertEquals(400, none.status());
    }

    @Test
    void execIsHandedToTheRuntimeByteByByte() {
        node.create("shell", "command: [sleep, '1000']");
        node.waitFor("shell", NodeUnderTest::ready);
        FakeExchange exec =
                new FakeExchange(
                        "/exec/default/shell/main?command=sh&command=-c&command=echo%20h%24((1%2B1))"
                            + "&output=1&error=1",
                        Map.of(
                                "connection",
                                "Upgrade",
                                "upgrade",
                                "websocket",
                                "sec-websocket-version",
                                "13",
                                "sec-websocket-key",
                                "dGhlIHNhbXBsZSBub25jZQ==",
                                "sec-websocket-protocol",
                                "v4.channel.k8s.io"),
                        List.of(trust.client("CN=api,O=system:masters")));
        api().handle(exec);
        node.until("the command has ended", exec::ended);
        assertEquals(101, exec.status());
        // A frame on channel 1, its standard output.
        assertTrue(exec.text().contains("\u0001h2\n"), exec.text());
        assertTrue(exec.text().contains("\"status\":\"Success\""), exec.text());
    }

    @Test
    void onlyTheClustersAdministratorsAreAnswered() {
        HttpHandler api = api();
        FakeExchange nobody = new FakeExchange("/pods", Map.of(), List.of());
        api.handle(nobody);
        assertEquals(401, nobody.status());
        FakeExchange user =
                new FakeExchange("/pods", Map.of(), List.of(trust.client("CN=jane,O=dev")));
        api.handle(user);
        assertEquals(403, user.status());
        FakeExchange foreign =
                new FakeExchange(
                        "/pods",
                        Map.of(),
                        List.of(new TestTrust().client("CN=api,O=system:masters")));
        api.handle(foreign);
        assertEquals(401, foreign.status());
        FakeExchange pods = ask(api, "/pods");
        node.until("the list is there", pods::ended);
        assertTrue(pods.text().contains("\"kind\":\"PodList\""), pods.text());
    }

    private static FakeExchange ask(HttpHandler api, String uri) {
        FakeExchange exchange =
                new FakeExchange(uri, Map.of(), List.of(trust.client("CN=api,O=system:masters")));
        api.handle(exchange);
        return exchange;
    }

    @Test
    void manyPodsStartAtOnce() {
        long bare = bareMillis(MANY);
        long begin = System.nanoTime();
        for (int i = 0; i < MANY; i++) {
            node.create("many-" + i, "command: [sleep, '1000']");
        }
        for (int i = 0; i < MANY; i++) {
            node.waitFor("many-" + i, NodeUnderTest::ready);
        }
        LoggerFactory.getLogger(KubeletOnContainerdTest.class)
                .info(
                        "{} pods in {} ms; by bare calls {} ms",
                        MANY,
                        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin),
                        bare);
    }

    /** How long the runtime alone takes for as many. */
    private static long bareMillis(int pods) {
        long begin = System.nanoTime();
        List<CompletableFuture<String>> all = new ArrayList<>();
        for (int i = 0; i < pods; i++) {
            PodSandboxConfig sandbox =
                    PodSandboxConfig.newBuilder()
                            .setMetadata(
                                    PodSandboxMetadata.newBuilder()
                                            .setName("bare-" + i)
                                            .setUid("bare-" + i)
                                            .setNamespace("bare"))
                            .setLinux(
                                    LinuxPodSandboxConfig.newBuilder()
                                            .setCgroupParent("/" + runtime.cgroup() + "/bare"))
                            .build();
            ContainerConfig container =
                    ContainerConfig.newBuilder()
                            .setMetadata(ContainerMetadata.newBuilder().setName("main"))
                            .setImage(
                                    ImageSpec.newBuilder()
                                            .setImage("docker.io/library/busybox:latest"))
                            .addCommand("sleep")
                            .addCommand("1000")
                            .build();
            all.add(
                    cri.runSandbox(sandbox, "")
                            .thenCompose(
                                    id ->
                                            cri.createContainer(id, container, sandbox)
                                                    .thenCompose(cri::startContainer)
                                                    .thenApply(started -> id)));
        }
        List<String> ids = all.stream().map(Cri::await).toList();
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
        ids.stream()
                .map(id -> cri.stopSandbox(id).thenCompose(stopped -> cri.removeSandbox(id)))
                .toList()
                .forEach(Cri::await);
        return millis;
    }

    private HttpHandler api() {
        return node.kubelet().api(trust, () -> List.of(node.kubelet().metrics()));
    }
}
