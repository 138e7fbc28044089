package io.felucca.kubelet;

import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.fabric8.kubernetes.api.model.Pod;
import io.felucca.client.api.Key;
import io.felucca.kubelet.cri.Cri;
import io.felucca.kubelet.cri.GrpcCri;
import io.felucca.kubelet.cri.v1.Container;
import io.felucca.machinery.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** One agent on a real runtime, with an API in memory, and what tests ask of them. */
final class NodeUnderTest implements AutoCloseable {
    private final RealRuntime runtime;
    private final GrpcCri cri;
    private final FakeCluster cluster = new FakeCluster();
    private Kubelet kubelet;

    NodeUnderTest(RealRuntime runtime, GrpcCri cri) throws IOException {
        this.runtime = runtime;
        this.cri = cri;
        this.kubelet = newKubelet();
    }

    FakeCluster cluster() {
        return cluster;
    }

    Kubelet kubelet() {
        return kubelet;
    }

    /** Ends the agent, and starts another one. */
    void restartAgent() throws IOException {
        kubelet.close();
        kubelet = newKubelet();
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
                        runtime.cgroup());
        return new Kubelet(settings, cluster, cluster.informers(), cri, Clock.systemUTC());
    }

    /** Removes all pods, waits until nothing is left of them, ends the agent. */
    @Override
    public void close() {
        try {
            for (Pod pod : cluster.store(Pod.class).list("", "")) {
                cluster.deletePod(Key.of(pod), 0);
            }
            // Most of the tests' containers don't heed a signal: nobody waits for their grace.
            List<CompletableFuture<Void>> ends = new ArrayList<>();
            for (Container one : Cri.await(cri.containers(Map.of()))) {
                ends.add(cri.stopContainer(one.getId(), Duration.ZERO));
            }
            for (CompletableFuture<Void> end : ends) {
                // The agent may have removed it already; what matters is looked at below.
                var unused = end.exceptionally(gone -> null).join();
            }
            until("the runtime is empty", () -> Cri.await(cri.sandboxes(Map.of())).isEmpty());
        } finally {
            kubelet.close();
        }
    }

    static Key key(String name) {
        return new Key("default", name);
    }

    /**
     * A pod of one container, called main.
     *
     * @param container more of the container, as YAML
     */
    void create(String name, String container) {
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

    void createYaml(String yaml) {
        try {
            Object tree = new Load(LoadSettings.builder().build()).loadFromString(yaml);
            cluster.of(Pod.class)
                    .create(
                            Json.mapper()
                                    .readValue(Json.mapper().writeValueAsString(tree), Pod.class));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(yaml, e);
        }
    }

    Pod pod(String name) {
        return cluster.of(Pod.class).get(key(name)).orElseThrow();
    }

    Pod waitFor(String name, Predicate<Pod> state) {
        until(
                name + " gets there",
                () ->
                        cluster.of(Pod.class)
                                .get(key(name))
                                .filter(pod -> pod.getStatus() != null && state.test(pod))
                                .isPresent());
        return pod(name);
    }

    /** Waits for an event that begins like this. */
    void waitForEvent(String start) {
        until(
                "event " + start,
                () -> cluster.recorded().stream().anyMatch(one -> one.startsWith(start)));
    }

    interface Question {
        boolean ask();
    }

    void until(String what, Question question) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!question.ask()) {
            if (System.nanoTime() > end) {
                fail(
                        what
                                + " did not happen\n"
                                + cluster.recorded()
                                + "\n"
                                + Json.mapper().valueToTree(cluster.of(Pod.class).list("", "")));
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    static boolean ready(Pod pod) {
        return condition(pod, "Ready");
    }

    static boolean condition(Pod pod, String type) {
        return pod.getStatus().getConditions().stream()
                .anyMatch(one -> one.getType().equals(type) && one.getStatus().equals("True"));
    }

    static String phase(Pod pod) {
        return pod.getStatus().getPhase();
    }

    /** The last words of the pod's only container. */
    static String lastWords(Pod pod) {
        return pod.getStatus()
                .getContainerStatuses()
                .get(0)
                .getState()
                .getTerminated()
                .getMessage();
    }

    static String waitingReason(Pod pod) {
        return pod.getStatus().getContainerStatuses().stream()
                .filter(one -> one.getState().getWaiting() != null)
                .map(one -> one.getState().getWaiting().getReason())
                .findFirst()
                .orElse("");
    }

    static String id(Pod pod) {
        return pod.getStatus().getContainerStatuses().get(0).getContainerID().substring(13);
    }
}
