package io.felucca.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.felucca.client.api.Client;
import io.felucca.client.api.Key;
import io.felucca.scheduler.api.CycleState;
import io.felucca.scheduler.api.Permit;
import io.felucca.scheduler.api.Plugin;
import io.felucca.scheduler.api.PodInfo;
import io.felucca.scheduler.api.Reserve;
import io.felucca.scheduler.api.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class SchedulingTest {
    private final Harbour harbour = new Harbour();

    @Test
    void podIsBoundToTheNodeWithRoom() {
        harbour.cluster.with(
                Objects.node("small", "1", "1Gi").build(), Objects.node("big", "4", "8Gi").build());
        harbour.cluster.with(Objects.pod("web", "2", "1Gi").build());
        harbour.settle();
        assertEquals("big", harbour.nodeOf("web"));
        assertEquals(
                List.of("Normal Scheduled default/web: Successfully assigned default/web to big"),
                harbour.cluster.recorded());
        assertEquals(0, harbour.scheduling.queue().size());
    }

    @Test
    void reasonsAreCountedOverTheNodesInUpstreamsWords() {
        harbour.cluster.with(
                Objects.node("a", "1", "8Gi").build(),
                Objects.node("b", "1", "512Mi").build(),
                new NodeBuilder(Objects.plainNode("c"))
                        .editSpec()
                        .addNewTaint("NoSchedule", "dedicated", null, "db")
                        .endSpec()
                        .build());
        harbour.cluster.with(Objects.pod("web", "2", "1Gi").build());
        harbour.settle();
        String message =
                "0/3 nodes are available: 1 Insufficient memory, 1 node(s) had untolerated"
                        + " taint(s), 2 Insufficient cpu.";
        assertEquals(message, harbour.condition("web").getMessage());
        assertEquals("Unschedulable", harbour.condition("web").getReason());
        assertEquals("False", harbour.condition("web").getStatus());
        assertEquals(
                List.of("Warning FailedScheduling default/web: " + message),
                harbour.cluster.recorded());
    }

    @Test
    void withoutNodesThePodWaitsForTheFirst() {
        harbour.cluster.with(Objects.plainPod("web"));
        harbour.settle();
        assertEquals("no nodes available to schedule pods", harbour.condition("web").getMessage());
        harbour.cluster.with(Objects.plainNode("a"));
        harbour.settle();
        assertEquals("", harbour.nodeOf("web"), "its back-off is not over");
        harbour.advance(Duration.ofSeconds(1));
        assertEquals("a", harbour.nodeOf("web"));
    }

    @Test
    void waitingPodIsWokenWhenAnotherLeavesAndNotByHeartbeats() {
        harbour.cluster.with(Objects.node("a", "1", "8Gi").build());
        harbour.cluster.with(Objects.pod("first", "800m", "1Gi").build());
        harbour.settle();
        harbour.cluster.with(Objects.pod("second", "800m", "1Gi").build());
        harbour.settle();
        harbour.advance(Duration.ofSeconds(20));
        int events = harbour.cluster.recorded().size();
        harbour.cluster.with(
                new NodeBuilder(harbour.cluster.all(Node.class).get(0))
                        .editStatus()
                        .addNewCondition()
                        .withType("Ready")
                        .withStatus("True")
                        .withLastHeartbeatTime("2026-01-01T00:00:10Z")
                        .endCondition()
                        .endStatus()
                        .build());
        harbour.settle();
        assertEquals(events, harbour.cluster.recorded().size(), "it was not tried again");
        harbour.delete("first");
        harbour.settle();
        assertEquals("a", harbour.nodeOf("second"));
    }

    @Test
    void constraintThatNoPluginKeepsHoldsThePod() {
        harbour.cluster.with(Objects.plainNode("a"));
        harbour.cluster.with(
                Objects.pod("web", "1", "1Gi")
                        .editSpec()
                        .addNewVolume()
                        .withName("data")
                        .withNewPersistentVolumeClaim("data", false)
                        .endVolume()
                        .endSpec()
                        .build());
        harbour.settle();
        assertEquals("", harbour.nodeOf("web"));
        assertEquals(
                "0/1 nodes are available: pod has persistent volume claims, which need the plugin"
                        + " VolumeBinding that profile default-scheduler does not have.",
                harbour.condition("web").getMessage());
    }

    @Test
    void gatedPodIsTriedOnceItsLastGateIsGone() {
        harbour.cluster.with(Objects.plainNode("a"));
        harbour.cluster.with(
                Objects.pod("web", "1", "1Gi")
                        .editSpec()
                        .addNewSchedulingGate("example.com/quota")
                        .endSpec()
                        .build());
        harbour.settle();
        assertEquals("", harbour.nodeOf("web"));
        assertTrue(harbour.cluster.recorded().isEmpty());
        harbour.cluster.with(
                new PodBuilder(harbour.pod("web"))
                        .editSpec()
                        .withSchedulingGates()
                        .endSpec()
                        .build());
        harbour.settle();
        assertEquals("a", harbour.nodeOf("web"));
    }

    @Test
    void onlyPodsOfAProfileThatWaitForANodeAreTouched() {
        harbour.cluster.with(Objects.plainNode("a"));
        Pod foreign =
                Objects.pod("foreign", "1", "1Gi")
                        .editSpec()
                        .withSchedulerName("other")
                        .endSpec()
                        .build();
        Pod leaving =
                Objects.pod("leaving", "1", "1Gi")
                        .editMetadata()
                        .withDeletionTimestamp("2026-01-01T00:00:00Z")
                        .endMetadata()
                        .build();
        Pod finished =
                Objects.pod("finished", "1", "1Gi")
                        .editStatus()
                        .withPhase("Failed")
                        .endStatus()
                        .build();
        harbour.cluster.with(foreign, leaving, finished);
        harbour.settle();
        assertEquals("", harbour.nodeOf("foreign"));
        assertEquals("", harbour.nodeOf("leaving"));
        assertEquals("", harbour.nodeOf("finished"));
    }

    @Test
    void podWaitsWhileAPluginOfItsProfileIsAbsent() {
        Plugin fit = harbour.plugins.remove("NodeResourcesFit");
        harbour.cluster.with(Objects.plainNode("a"), Objects.plainPod("web"));
        harbour.settle();
        assertEquals("", harbour.nodeOf("web"));
        harbour.plugins.put("NodeResourcesFit", fit);
        harbour.settle();
        assertEquals("a", harbour.nodeOf("web"));
    }

    @Test
    void bindingThatFailsFreesTheRoomAndIsTriedAgain() {
        harbour.cluster.with(Objects.plainNode("a"), Objects.plainPod("web"));
        harbour.bindingFailure = java.util.Optional.of("the API server is being replaced");
        harbour.settle();
        assertEquals(0, harbour.scheduling.cache().nodes().get(0).podCount());
        assertEquals("SchedulerError", harbour.condition("web").getReason());
        assertEquals(
                "running Bind plugin \"DefaultBinder\": the API server is being replaced",
                harbour.condition("web").getMessage());
        harbour.bindingFailure = java.util.Optional.empty();
        harbour.advance(Duration.ofSeconds(1));
        assertEquals("a", harbour.nodeOf("web"));
        assertEquals(1, harbour.scheduling.cache().nodes().get(0).podCount());
    }

    @Test
    void podDeletedWhileItIsBoundLeavesNoTrace() {
        harbour.cluster.with(Objects.plainNode("a"), Objects.plainPod("web"));
        harbour.slowBinding = true;
        harbour.settle();
        assertEquals(1, harbour.scheduling.cache().nodes().get(0).podCount());
        harbour.delete("web");
        harbour.settle();
        assertEquals(0, harbour.scheduling.cache().nodes().get(0).podCount());
        harbour.bindings.remove().run();
        harbour.settle();
        assertEquals(0, harbour.scheduling.queue().size());
        assertEquals(0, harbour.scheduling.cache().nodes().get(0).podCount());
        assertTrue(harbour.cluster.recorded().isEmpty());
    }

    @Test
    void podOfTheSameNameThatCameWhileTheFirstWasBoundIsScheduledToo() {
        harbour.cluster.with(Objects.plainNode("a"), Objects.plainPod("web"));
        harbour.slowBinding = true;
        harbour.settle();
        Runnable first = harbour.bindings.remove();
        harbour.delete("web");
        harbour.cluster.with(
                Objects.pod("web", "1", "1Gi").editMetadata().withUid("2").endMetadata().build());
        harbour.slowBinding = false;
        harbour.settle();
        assertEquals("a", harbour.nodeOf("web"));
        first.run();
        harbour.settle();
        assertEquals(1, harbour.scheduling.cache().nodes().get(0).podCount());
    }

    @Test
    void nodeThatGoesTakesNoMorePods() {
        harbour.cluster.with(Objects.plainNode("a"), Objects.plainNode("b"));
        harbour.cluster.with(Objects.plainPod("one"));
        harbour.settle();
        harbour.cluster
                .of(Node.class)
                .delete(Key.clusterScoped(harbour.nodeOf("one")), Client.Deletion.PLAIN);
        for (int i = 0; i < 5; i++) {
            harbour.cluster.with(Objects.plainPod("more-" + i));
        }
        harbour.settle();
        for (int i = 0; i < 5; i++) {
            assertFalse(harbour.nodeOf("more-" + i).isEmpty());
            assertFalse(harbour.nodeOf("more-" + i).equals(harbour.nodeOf("one")));
        }
    }

    @Test
    void highPriorityGoesFirst() {
        Pod low = Objects.pod("low", "800m", "1Gi").build();
        Pod high =
                Objects.pod("high", "800m", "1Gi").editSpec().withPriority(1000).endSpec().build();
        harbour.cluster.with(low, high, Objects.node("a", "1", "8Gi").build());
        harbour.settle();
        assertEquals("a", harbour.nodeOf("high"));
        assertEquals("", harbour.nodeOf("low"));
    }

    @Test
    void podsSpreadOverEqualNodes() {
        for (int i = 0; i < 4; i++) {
            harbour.cluster.with(Objects.plainNode("n" + i));
        }
        for (int i = 0; i < 8; i++) {
            harbour.cluster.with(Objects.pod("p" + i, "500m", "256Mi").build());
        }
        harbour.settle();
        harbour.scheduling.cache().nodes().forEach(node -> assertEquals(2, node.podCount()));
    }

    @Test
    void eachProfileHasItsOwnPlugins() {
        Harbour two = new Harbour("default-scheduler", "blind=-TaintToleration");
        two.cluster.with(
                new NodeBuilder(Objects.plainNode("a"))
                        .editSpec()
                        .addNewTaint("NoSchedule", "dedicated", null, "db")
                        .endSpec()
                        .build());
        Pod blind =
                Objects.pod("blind", "1", "1Gi")
                        .editSpec()
                        .withSchedulerName("blind")
                        .endSpec()
                        .build();
        two.cluster.with(Objects.plainPod("careful"), blind);
        two.settle();
        assertEquals("", two.nodeOf("careful"));
        assertEquals("a", two.nodeOf("blind"));
    }

    @Test
    void permitLetsAPodGoLaterAndReserveIsTakenBackWhenItRefuses() {
        Gatekeeper gatekeeper = new Gatekeeper();
        Harbour guarded = new Harbour("default-scheduler=+Gatekeeper");
        guarded.plugins.put("Gatekeeper", gatekeeper);
        guarded.cluster.with(Objects.plainNode("a"));
        guarded.cluster.with(Objects.plainPod("good"), Objects.plainPod("bad"));
        guarded.settle();
        assertEquals(Set.of("good", "bad"), gatekeeper.reserved);
        assertEquals("", guarded.nodeOf("good"));
        gatekeeper.answers.get(0).complete(Verdict.SUCCESS);
        gatekeeper.answers.get(1).complete(Verdict.unschedulable("not this one"));
        guarded.settle();
        assertEquals("a", guarded.nodeOf("good"));
        assertEquals("", guarded.nodeOf("bad"));
        assertEquals(Set.of("good"), gatekeeper.reserved);
        assertEquals(
                "0/1 nodes are available: 1 not this one.", guarded.condition("bad").getMessage());
    }

    private static final class Gatekeeper implements Permit, Reserve {
        final Set<String> reserved = new HashSet<>();
        final List<CompletableFuture<Verdict>> answers = new ArrayList<>();

        @Override
        public String name() {
            return "Gatekeeper";
        }

        @Override
        public Verdict reserve(CycleState state, PodInfo pod, String node) {
            reserved.add(pod.name());
            return Verdict.SUCCESS;
        }

        @Override
        public void unreserve(CycleState state, PodInfo pod, String node) {
            reserved.remove(pod.name());
        }

        @Override
        public Answer permit(CycleState state, PodInfo pod, String node) {
            CompletableFuture<Verdict> answer = new CompletableFuture<>();
            answers.add(answer);
            return Answer.waitFor(answer, Duration.ofMinutes(1));
        }
    }
}
