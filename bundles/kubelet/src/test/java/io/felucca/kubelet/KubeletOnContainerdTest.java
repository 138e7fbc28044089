package io.felucca.kubelet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.felucca.client.api.Key;
import io.felucca.kubelet.cri.Cri;
import io.felucca.kubelet.cri.GrpcCri;
import io.felucca.machinery.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** The agent on a real containerd, with an API in memory. */
@EnabledIf(
        value = "io.felucca.kubelet.RealRuntime#possible",
        disabledReason = "needs root, containerd, catatonit, busybox and the CNI plugins")
final class KubeletOnContainerdTest {
    private static RealRuntime runtime;
    private static GrpcCri cri;

    private FakeCluster cluster;
    private Kubelet kubelet;

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
        cluster = new FakeCluster();
        kubelet = newKubelet();
    }

    @AfterEach
    void stopKubelet() {
        for (Pod pod : cluster.store(Pod.class).list("", "")) {
            cluster.deletePod(Key.of(pod), 0);
        }
        until("the runtime is empty", () -> Cri.await(cri.sandboxes(Map.of())).isEmpty());
        kubelet.close();
    }

    private Kubelet newKubelet() throws IOException {
        Path directory = runtime.directory();
        NodeSettings settings =
                new NodeSettings(
                        "node-a",
                        "127.0.0.1",
                        Files.createDirectories(directory.resolve("data")),
                        Files.createDirectories(directory.resolve("run")),
                        directory.resolve("log"),
                        "cluster.local",
                        "10.96.0.10",
                        10250,
                        "felucca-it");
        return new Kubelet(settings, cluster, cluster.informers(), cri, Clock.systemUTC());
    }

    @Test
    void podRunsAndIsTakenOutOfTheApiWhenDeleted() {
        create("web", "command: [sleep, '1000']");
        Pod pod = waitFor("web", KubeletOnContainerdTest::ready);
        assertEquals("Running", pod.getStatus().getPhase());
        assertTrue(pod.getStatus().getPodIP().startsWith("10.87.0."));
        assertEquals("BestEffort", pod.getStatus().getQosClass());
        ContainerStatus status = pod.getStatus().getContainerStatuses().get(0);
        assertTrue(status.getContainerID().startsWith("containerd://"));
        assertEquals(0, status.getRestartCount());
        cluster.deletePod(new Key("default", "web"), 1);
        until("the pod is gone", () -> cluster.of(Pod.class).get(key("web")).isEmpty());
        until("the runtime is empty", () -> Cri.await(cri.containers(Map.of())).isEmpty());
    }

    @Test
    void nodeRegistersAndBecomesReady() {
        until(
                "the node is ready",
                () ->
                        cluster.of(Node.class)
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
        create("crash", "command: [sh, -c, 'echo last words >/dev/termination-log; exit 3']");
        Pod pod =
                waitFor(
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
    }

    @Test
    void imageThatIsNotThereShowsWhy() {
        create("noimage", "image: nosuch.example/none:1\n    imagePullPolicy: IfNotPresent");
        waitFor("noimage", one -> "ErrImagePull".equals(waitingReason(one)));
        Pod pod = waitFor("noimage", one -> "ImagePullBackOff".equals(waitingReason(one)));
        assertEquals("Pending", pod.getStatus().getPhase());
        assertTrue(
                cluster.recorded().stream()
                        .anyMatch(
                                one ->
                                        one.startsWith(
                                                "Failed: Failed to pull image"
                                                        + " \"nosuch.example/none:1\": ")));
    }

    @Test
    void initContainersRunInTurnAndVolumesAreShared() throws IOException {
        cluster.of(io.fabric8.kubernetes.api.model.ConfigMap.class)
                .create(
                        new ConfigMapBuilder()
                                .withNewMetadata()
                                .withNamespace("default")
                                .withName("settings")
                                .endMetadata()
                                .addToData("color", "green")
                                .build());
        createYaml(
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
        Pod pod = waitFor("init", one -> "Succeeded".equals(one.getStatus().getPhase()));
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
        assertTrue(condition(pod, "Initialized"));
        assertFalse(condition(pod, "Ready"));
    }

    @Test
    void containerOverItsMemoryLimitIsKilled() {
        create(
                "greedy",
                "resources: {limits: {memory: 16Mi}, requests: {memory: 16Mi}}\n"
                        + "    command: [sh, -c, 'x=1; while true; do x=$x$x; done']");
        waitFor(
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
        create(
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
        Pod pod = waitFor("probed", KubeletOnContainerdTest::ready);
        String id = pod.getStatus().getContainerStatuses().get(0).getContainerID().substring(13);
        Cri.await(
                cri.execSync(
                        id, java.util.List.of("rm", "/tmp/ok"), java.time.Duration.ofSeconds(5)));
        waitFor(
                "probed",
                one -> one.getStatus().getContainerStatuses().get(0).getRestartCount() == 1);
        assertTrue(
                cluster.recorded()
                        .contains(
                                "Killing: Container main failed liveness probe, will be"
                                        + " restarted"));
    }

    @Test
    void newAgentAdoptsWhatRuns() throws IOException {
        create("stays", "command: [sleep, '1000']");
        Pod before = waitFor("stays", KubeletOnContainerdTest::ready);
        kubelet.close();
        kubelet = newKubelet();
        int events = cluster.recorded().size();
        create("after", "command: [sleep, '1000']");
        waitFor("after", KubeletOnContainerdTest::ready);
        Pod after = cluster.of(Pod.class).get(key("stays")).orElseThrow();
        assertEquals(
                before.getStatus().getContainerStatuses().get(0).getContainerID(),
                after.getStatus().getContainerStatuses().get(0).getContainerID());
        assertEquals(before.getStatus(), after.getStatus());
        assertTrue(
                cluster.recorded().subList(events, cluster.recorded().size()).stream()
                        .noneMatch(one -> one.startsWith("Killing")));
    }

    @Test
    void podSurvivesARestartOfTheRuntime() throws IOException, InterruptedException {
        create("steady", "command: [sleep, '1000']");
        Pod before = waitFor("steady", KubeletOnContainerdTest::ready);
        runtime.restart();
        create("later", "command: [sleep, '1000']");
        waitFor("later", KubeletOnContainerdTest::ready);
        assertEquals(
                before.getStatus().getContainerStatuses().get(0).getContainerID(),
                cluster.of(Pod.class)
                        .get(key("steady"))
                        .orElseThrow()
                        .getStatus()
                        .getContainerStatuses()
                        .get(0)
                        .getContainerID());
    }

    private static String waitingReason(Pod pod) {
        return pod.getStatus().getContainerStatuses().stream()
                .filter(one -> one.getState().getWaiting() != null)
                .map(one -> one.getState().getWaiting().getReason())
                .findFirst()
                .orElse("");
    }

    private static boolean ready(Pod pod) {
        return condition(pod, "Ready");
    }

    private static boolean condition(Pod pod, String type) {
        return pod.getStatus().getConditions().stream()
                .anyMatch(one -> one.getType().equals(type) && one.getStatus().equals("True"));
    }

    private static Key key(String name) {
        return new Key("default", name);
    }

    private void create(String name, String container) {
        String image =
                container.contains("image:") ? "" : "\n    image: docker.io/library/busybox:latest";
        createYaml(
                "metadata: {name: "
                        + name
                        + ", namespace: default}\nspec:\n  containers:\n  - name: main"
                        + image
                        + "\n    terminationMessagePath: /dev/termination-log\n    "
                        + container);
    }

    private void createYaml(String yaml) {
        try {
            Object tree =
                    new org.snakeyaml.engine.v2.api.Load(
                                    org.snakeyaml.engine.v2.api.LoadSettings.builder().build())
                            .loadFromString(yaml);
            cluster.of(Pod.class)
                    .create(
                            Json.mapper()
                                    .readValue(Json.mapper().writeValueAsString(tree), Pod.class));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(yaml, e);
        }
    }

    private Pod waitFor(String name, Predicate<Pod> state) {
        until(
                name + " gets there",
                () ->
                        cluster.of(Pod.class)
                                .get(key(name))
                                .filter(pod -> pod.getStatus() != null && state.test(pod))
                                .isPresent());
        return cluster.of(Pod.class).get(key(name)).orElseThrow();
    }

    private interface Question {
        boolean ask();
    }

    private void until(String what, Question question) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!question.ask()) {
            if (System.nanoTime() > end) {
                fail(
                        what
                                + " did not happen\n"
                                + cluster.recorded()
                                + "\n"
                                + cluster.of(Pod.class).list("", ""));
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }
}
