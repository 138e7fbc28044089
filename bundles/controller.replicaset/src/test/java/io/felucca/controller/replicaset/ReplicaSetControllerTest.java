package io.felucca.controller.replicaset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetBuilder;
import io.felucca.client.api.Key;
import io.felucca.client.testing.FakeCluster;
import io.felucca.controller.api.Ownership;
import io.felucca.controller.api.Result;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.StatusReason;
import io.felucca.testing.FakeClock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReplicaSetControllerTest {
    private static final Key WEB = new Key("default", "web");

    private final FakeClock clock = new FakeClock();
    private final FakeCluster cluster = new FakeCluster();
    private final ReplicaSetController controller =
            new ReplicaSetController(cluster, cluster.informers(), clock);

    private static ReplicaSet set(int replicas, int minReadySeconds) {
        return new ReplicaSetBuilder()
                .withNewMetadata()
                .withNamespace("default")
                .withName("web")
                .withUid("u1")
                .withGeneration(1L)
                .endMetadata()
                .withNewSpec()
                .withReplicas(replicas)
                .withMinReadySeconds(minReadySeconds)
                .withNewSelector()
                .withMatchLabels(Map.of("app", "web"))
                .endSelector()
                .withNewTemplate()
                .withNewMetadata()
                .withLabels(Map.of("app", "web"))
                .endMetadata()
                .withNewSpec()
                .endSpec()
                .endTemplate()
                .endSpec()
                .build();
    }

    private PodBuilder pod(String name, String node, String phase, boolean ready) {
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace("default")
                .withName(name)
                .withLabels(Map.of("app", "web"))
                .withOwnerReferences(Ownership.controlledBy(set(0, 0)))
                .endMetadata()
                .withNewSpec()
                .withNodeName(node)
                .endSpec()
                .withNewStatus()
                .withPhase(phase)
                .addNewCondition()
                .withType("Ready")
                .withStatus(ready ? "True" : "False")
                .withLastTransitionTime(clock.instant().toString())
                .endCondition()
                .endStatus();
    }

    private ReplicaSet now() {
        return cluster.all(ReplicaSet.class).get(0);
    }

    private List<String> pods() {
        return cluster.all(Pod.class).stream().map(one -> one.getMetadata().getName()).toList();
    }

    @Test
    void missingPodsAreMadeAndCounted() {
        cluster.with(set(3, 0));
        assertEquals(Result.done(), controller.reconcile(WEB));
        assertEquals(3, pods().size());
        assertEquals(3, now().getStatus().getReplicas());
        assertNull(now().getStatus().getReadyReplicas());
        assertEquals(3, cluster.recorded().size());
        cluster.forgetActions();
        controller.reconcile(WEB);
        assertEquals(List.of(), cluster.actions());
    }

    @Test
    void finishedAndGoingPodsAreReplaced() {
        cluster.with(
                set(1, 0),
                pod("done", "n", "Failed", false).build(),
                pod("going", "n", "Running", true)
                        .editMetadata()
                        .withDeletionTimestamp("2026-01-01T00:00:00Z")
                        .endMetadata()
                        .build());
        controller.reconcile(WEB);
        assertEquals(3, pods().size());
        assertEquals(1, now().getStatus().getReplicas());
        assertEquals(1, now().getStatus().getTerminatingReplicas());
    }

    @Test
    void thoseThatWouldBeMissedLeastGoFirst() {
        cluster.with(
                set(2, 0),
                pod("ready", "a", "Running", true).build(),
                pod("starting", "a", "Pending", false).build(),
                pod("unassigned", null, "Pending", false).build(),
                pod("cheap", "b", "Running", true)
                        .editMetadata()
                        .addToAnnotations("controller.kubernetes.io/pod-deletion-cost", "-5")
                        .endMetadata()
                        .build(),
                pod("alone", "c", "Running", true).build());
        controller.reconcile(WEB);
        assertEquals(List.of("ready", "alone"), pods());
    }

    @Test
    void anOrphanIsAdoptedAndAStrangerReleased() {
        cluster.with(
                set(1, 0),
                pod("orphan", "a", "Running", true)
                        .editMetadata()
                        .withOwnerReferences()
                        .endMetadata()
                        .build(),
                pod("stranger", "a", "Running", true)
                        .editMetadata()
                        .withLabels(Map.of("app", "other"))
                        .endMetadata()
                        .build());
        controller.reconcile(WEB);
        assertEquals(List.of("orphan", "stranger"), pods());
        assertTrue(Ownership.isControlledBy(cluster.all(Pod.class).get(0), now()));
        assertTrue(Ownership.controllerOf(cluster.all(Pod.class).get(1)).isEmpty());
    }

    @Test
    void aReadyPodBecomesAvailableByTime() {
        cluster.with(set(1, 30), pod("p", "a", "Running", true).build());
        assertEquals(Result.requeueAfter(Duration.ofSeconds(30)), controller.reconcile(WEB));
        assertNull(now().getStatus().getAvailableReplicas());
        clock.advance(Duration.ofSeconds(30));
        assertEquals(Result.done(), controller.reconcile(WEB));
        assertEquals(1, now().getStatus().getAvailableReplicas());
    }

    @Test
    void aRefusalIsSaidInTheConditionsUntilItIsOver() {
        cluster.with(set(2, 0));
        cluster.failNextWrite(ApiException.of(StatusReason.Forbidden, "exceeded quota"));
        assertThrows(ApiException.class, () -> controller.reconcile(WEB));
        assertEquals("FailedCreate", now().getStatus().getConditions().get(0).getReason());
        assertEquals(
                List.of("Warning FailedCreate default/web: Error creating: exceeded quota"),
                cluster.recorded());
        controller.reconcile(WEB);
        assertEquals(2, pods().size());
        assertEquals(List.of(), now().getStatus().getConditions());
    }

    @Test
    void aSetThatIsToGoMakesNothing() {
        cluster.with(
                set(3, 0)
                        .edit()
                        .editMetadata()
                        .withDeletionTimestamp("2026-01-01T00:00:00Z")
                        .endMetadata()
                        .build());
        controller.reconcile(WEB);
        assertEquals(List.of(), pods());
    }
}
