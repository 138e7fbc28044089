package io.felucca.itests.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The process and the runtime come and go; containers run on. */
@ExtendWith(Cluster.Resolver.class)
final class RestartTest {
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
}
