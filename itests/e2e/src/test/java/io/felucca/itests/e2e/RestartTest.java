package io.felucca.itests.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The process and the runtime come and go; containers run on, and nothing acknowledged is lost. */
@ExtendWith(Cluster.Resolver.class)
final class RestartTest {
    private static final int KILLS = 3;
    private static final int WRITES_BETWEEN = 50;

    private final Cluster cluster;
    private final Kubectl kubectl;

    RestartTest(Cluster cluster) {
        this.cluster = cluster;
        kubectl = cluster.newNamespace("restart");
    }

    private void kill(String part) {
        ProcessHandle process = cluster.process(part);
        assertTrue(process.destroyForcibly());
        Eventually.is(part + " is dead", () -> !process.isAlive());
    }

    private JsonNode container() {
        return kubectl.json("get pod p").at("/status/containerStatuses/0");
    }

    private void startPod() {
        kubectl.create(Manifests.pod("p", Manifests.stay("true")));
        kubectl.ok("wait --for=condition=Ready pod/p --timeout=60s");
    }

    private void assertAdopted(String id) {
        Eventually.passes(() -> assertEquals("alive\n", kubectl.ok("exec p -- echo alive")));
        assertEquals(id, container().get("containerID").asText());
        assertEquals(0, container().get("restartCount").asInt());
        // And the agent is in charge: the pod can be deleted.
        kubectl.ok("delete pod p --timeout=60s");
    }

    @Test
    void restartedAgentAdoptsItsPods() {
        startPod();
        String id = container().get("containerID").asText();
        cluster.launcher("restart").ok();
        assertAdopted(id);
    }

    @Test
    void podsOutliveTheRuntime() {
        startPod();
        String id = container().get("containerID").asText();
        ProcessHandle before = cluster.process("containerd");
        kill("containerd");
        // Nobody does anything: it is watched over.
        Eventually.is(
                "another one runs",
                () ->
                        cluster.process("containerd").pid() != before.pid()
                                && cluster.process("containerd").isAlive());
        assertAdopted(id);
    }

    @Test
    void killedProcessLosesNothingThatWasAcknowledged() throws Exception {
        Set<String> acknowledged = new HashSet<>();
        AtomicInteger next = new AtomicInteger();
        startPod();
        String id = container().get("containerID").asText();
        ExecutorService writer = Executors.newSingleThreadExecutor();
        try {
            for (int round = 0; round < KILLS; round++) {
                AtomicInteger sent = new AtomicInteger();
                Future<List<String>> writing = writer.submit(() -> writeUntilDead(next, sent));
                Eventually.is("writes go on", () -> sent.get() >= WRITES_BETWEEN);
                kill("felucca");
                acknowledged.addAll(writing.get(60, TimeUnit.SECONDS));
                cluster.up();
            }
        } finally {
            writer.shutdownNow();
        }
        Set<String> stored = new HashSet<>(kubectl.ok("get configmaps -o name").lines().toList());
        assertTrue(acknowledged.size() >= KILLS * WRITES_BETWEEN - KILLS, acknowledged::toString);
        Set<String> lost = new HashSet<>(acknowledged);
        lost.removeAll(stored);
        assertEquals(Set.of(), lost);
        assertAdopted(id);
    }

    private List<String> writeUntilDead(AtomicInteger next, AtomicInteger sent) {
        RawApi api = cluster.api();
        List<String> acknowledged = new ArrayList<>();
        while (true) {
            String name = "w" + next.incrementAndGet();
            RawApi.Answer answer;
            try {
                answer =
                        api.post(
                                "/api/v1/namespaces/" + kubectl.namespace() + "/configmaps",
                                "application/json",
                                "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":"
                                        + "{\"name\":\""
                                        + name
                                        + "\"}}");
            } catch (UncheckedIOException dead) {
                return acknowledged;
            }
            assertEquals(201, answer.status(), answer::toString);
            acknowledged.add("configmap/" + name);
            sent.incrementAndGet();
        }
    }
}
