package io.felucca.controller.podgc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.felucca.client.testing.FakeCluster;
import io.felucca.controller.api.Result;
import io.felucca.testing.FakeClock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class PodGcControllerTest {
    private final FakeClock clock = new FakeClock();
    private final FakeCluster cluster = new FakeCluster().with(node("n1"));
    private final PodGcController controller =
            new PodGcController(cluster, cluster.informers(), clock, 2);

    private static Node node(String name) {
        return new NodeBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .endSpec()
                .build();
    }

    private static PodBuilder pod(String name, String node, String phase) {
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace("default")
                .withName(name)
                .withCreationTimestamp("2026-01-01T00:00:0" + name.length() + "Z")
                .endMetadata()
                .withNewSpec()
                .withNodeName(node)
                .endSpec()
                .withNewStatus()
                .withPhase(phase)
                .endStatus();
    }

    private List<String> pods() {
        return cluster.all(Pod.class).stream().map(one -> one.getMetadata().getName()).toList();
    }

    private void sweep() {
        assertEquals(
                Result.requeueAfter(Duration.ofSeconds(20)),
                controller.reconcile(PodGcController.SWEEP));
    }

    @Test
    void ofTooManyFinishedPodsEvictedAndOldOnesGoFirst() {
        cluster.with(
                pod("a", "n1", "Succeeded").build(),
                pod("bb", "n1", "Failed").build(),
                pod("ccc", "n1", "Succeeded").build(),
                pod("dddd", "n1", "Failed").editStatus().withReason("Evicted").endStatus().build(),
                pod("running", "n1", "Running").build());
        sweep();
        assertEquals(List.of("bb", "ccc", "running"), pods());
    }

    @Test
    void podsOfAMissingNodeGoWhenItStaysMissing() {
        cluster.with(pod("a", "gone", "Running").build());
        sweep();
        clock.advance(Duration.ofSeconds(39));
        sweep();
        assertEquals(List.of("a"), pods());
        clock.advance(Duration.ofSeconds(1));
        sweep();
        assertEquals(List.of(), pods());
        assertEquals(
                List.of("patch status pods default/a", "delete pods default/a"), cluster.actions());
    }

    @Test
    void aNodeThatComesBackKeepsItsPods() {
        cluster.with(pod("a", "late", "Running").build());
        sweep();
        clock.advance(Duration.ofSeconds(30));
        cluster.with(node("late"));
        sweep();
        clock.advance(Duration.ofSeconds(30));
        sweep();
        assertEquals(List.of("a"), pods());
    }

    @Test
    void podsThatAreToGoAndAreNowhereGo() {
        String going = "2026-01-01T00:00:00Z";
        cluster.with(
                pod("a", null, "Pending")
                        .editMetadata()
                        .withDeletionTimestamp(going)
                        .endMetadata()
                        .build(),
                pod("b", "n1", "Running")
                        .editMetadata()
                        .withDeletionTimestamp(going)
                        .endMetadata()
                        .build(),
                pod("c", null, "Pending").build());
        sweep();
        assertEquals(List.of("b", "c"), pods());
        cluster.with(
                node("n1")
                        .edit()
                        .editSpec()
                        .addNewTaint()
                        .withKey("node.kubernetes.io/out-of-service")
                        .withEffect("NoExecute")
                        .endTaint()
                        .endSpec()
                        .build());
        sweep();
        assertEquals(List.of("c"), pods());
    }
}
