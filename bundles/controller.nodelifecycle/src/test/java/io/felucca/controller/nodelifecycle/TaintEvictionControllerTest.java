package io.felucca.controller.nodelifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.TolerationBuilder;
import io.felucca.client.api.Key;
import io.felucca.client.testing.FakeCluster;
import io.felucca.controller.api.Result;
import io.felucca.testing.FakeClock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TaintEvictionControllerTest {
    private static final Key P = new Key("default", "p");
    private static final Taint TAINT = new Taint("NoExecute", "k", null, "v");

    private final FakeClock clock = new FakeClock();
    private final FakeCluster cluster = new FakeCluster();
    private final TaintEvictionController controller =
            new TaintEvictionController(cluster, cluster.informers(), clock);

    private static Node node(Taint... taints) {
        return new NodeBuilder()
                .withNewMetadata()
                .withName("n1")
                .endMetadata()
                .withNewSpec()
                .withTaints(taints)
                .endSpec()
                .build();
    }

    private static Toleration toleration(String operator, String value, Long seconds) {
        return new TolerationBuilder()
                .withKey("k")
                .withOperator(operator)
                .withValue(value)
                .withEffect("NoExecute")
                .withTolerationSeconds(seconds)
                .build();
    }

    private static Pod pod(Toleration... tolerations) {
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace("default")
                .withName("p")
                .withUid("u1")
                .endMetadata()
                .withNewSpec()
                .withNodeName("n1")
                .withTolerations(tolerations)
                .endSpec()
                .withNewStatus()
                .endStatus()
                .build();
    }

    @Test
    void aPodThatToleratesNothingGoesAtOnce() {
        cluster.with(node(TAINT), pod());
        controller.reconcile(P);
        assertEquals(List.of(), cluster.all(Pod.class));
        assertEquals(
                List.of("patch status pods default/p", "delete pods default/p"), cluster.actions());
        assertEquals(
                List.of(
                        "Normal TaintManagerEviction default/p: Marking for deletion Pod"
                                + " default/p"),
                cluster.recorded());
    }

    @Test
    void aTolerationWithSecondsRunsOut() {
        cluster.with(node(TAINT), pod(toleration("Exists", null, 300L)));
        assertEquals(Result.requeueAfter(Duration.ofMinutes(5)), controller.reconcile(P));
        clock.advance(Duration.ofSeconds(200));
        assertEquals(Result.requeueAfter(Duration.ofSeconds(100)), controller.reconcile(P));
        clock.advance(Duration.ofSeconds(100));
        controller.reconcile(P);
        assertEquals(List.of(), cluster.all(Pod.class));
    }

    @Test
    void aTaintThatGoesInTimeLetsThePodStay() {
        cluster.with(node(TAINT), pod(toleration("Equal", "v", 10L)));
        controller.reconcile(P);
        cluster.with(node());
        controller.reconcile(P);
        clock.advance(Duration.ofMinutes(1));
        assertEquals(Result.done(), controller.reconcile(P));
        assertEquals(1, cluster.all(Pod.class).size());
        assertEquals(
                List.of(
                        "Normal TaintManagerEviction default/p: Cancelling deletion of Pod"
                                + " default/p"),
                cluster.recorded());
    }

    @Test
    void theShortestOfTheMatchingTolerationsCounts() {
        assertEquals(
                Optional.of(Duration.ofSeconds(5)),
                TaintEvictionController.tolerated(
                        pod(toleration("Exists", null, 30L), toleration("Equal", "v", 5L)),
                        List.of(TAINT)));
        assertEquals(
                Optional.empty(),
                TaintEvictionController.tolerated(
                        pod(toleration("Exists", null, null)), List.of(TAINT)));
        assertEquals(
                Optional.of(Duration.ZERO),
                TaintEvictionController.tolerated(
                        pod(toleration("Equal", "other", null)), List.of(TAINT)));
        assertTrue(TaintEvictionController.tolerated(pod(), List.of()).isEmpty());
        assertEquals(
                Optional.empty(),
                TaintEvictionController.tolerated(
                        pod(new TolerationBuilder().withOperator("Exists").build()),
                        List.of(TAINT)));
    }
}
