package io.felucca.controller.nodelifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.felucca.client.api.Key;
import io.felucca.client.testing.FakeCluster;
import io.felucca.controller.api.Pods;
import io.felucca.controller.api.Result;
import io.felucca.testing.FakeClock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

class NodeLifecycleControllerTest {
    private static final Key N1 = Key.clusterScoped("n1");

    private final FakeClock clock = new FakeClock();
    private final FakeCluster cluster = new FakeCluster();
    private final NodeLifecycleController controller =
            new NodeLifecycleController(cluster, cluster.informers(), clock);

    private NodeBuilder node(String name, String ready) {
        return new NodeBuilder()
                .withNewMetadata()
                .withName(name)
                .withCreationTimestamp(clock.instant().toString())
                .endMetadata()
                .withNewSpec()
                .endSpec()
                .withNewStatus()
                .addNewCondition()
                .withType("Ready")
                .withStatus(ready)
                .withLastHeartbeatTime(clock.instant().toString())
                .endCondition()
                .endStatus();
    }

    private static Pod pod(String node) {
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace("default")
                .withName("p")
                .endMetadata()
                .withNewSpec()
                .withNodeName(node)
                .endSpec()
                .withNewStatus()
                .withPhase("Running")
                .addNewCondition()
                .withType("Ready")
                .withStatus("True")
                .endCondition()
                .endStatus()
                .build();
    }

    private void renew(String name) {
        cluster.with(
                new LeaseBuilder()
                        .withNewMetadata()
                        .withNamespace("kube-node-lease")
                        .withName(name)
                        .endMetadata()
                        .withNewSpec()
                        .withRenewTime(clock.instant().atZone(ZoneOffset.UTC))
                        .endSpec()
                        .build());
    }

    private Node n1() {
        return cluster.of(Node.class).get(N1).orElseThrow();
    }

    private List<String> taints() {
        return n1().getSpec().getTaints().stream()
                .map(one -> one.getKey() + ":" + one.getEffect())
                .toList();
    }

    private String condition(String type) {
        NodeCondition one = NodeConditions.find(n1(), type).orElseThrow();
        return one.getStatus() + " " + one.getReason() + ": " + one.getMessage();
    }

    @Test
    void aNodeThatIsHeardOfStaysAsItIs() {
        cluster.with(node("n1", "True").build());
        renew("n1");
        assertEquals(Result.requeueAfter(Duration.ofSeconds(40)), controller.reconcile(N1));
        clock.advance(Duration.ofSeconds(30));
        renew("n1");
        controller.reconcile(N1);
        clock.advance(Duration.ofSeconds(30));
        assertEquals(Result.requeueAfter(Duration.ofSeconds(10)), controller.reconcile(N1));
        assertEquals(List.of(), cluster.actions());
        assertEquals(
                List.of(
                        "Normal RegisteredNode n1: Node n1 event: Registered Node n1 in"
                                + " Controller"),
                cluster.recorded());
    }

    @Test
    void ofASilentNodeNothingIsKnownAndItsPodsAreNotReady() {
        cluster.with(node("n1", "True").build(), node("n2", "True").build(), pod("n1"));
        renew("n1");
        controller.reconcile(N1);
        clock.advance(Duration.ofSeconds(40));
        controller.reconcile(N1);
        assertEquals(
                "Unknown NodeStatusUnknown: Kubelet stopped posting node status.",
                condition("Ready"));
        assertEquals(
                "Unknown NodeStatusNeverUpdated: Kubelet never posted node status.",
                condition("MemoryPressure"));
        controller.reconcile(N1);
        assertEquals(
                List.of(
                        "node.kubernetes.io/unreachable:NoSchedule",
                        "node.kubernetes.io/unreachable:NoExecute"),
                taints());
        assertTrue(Pods.readySince(cluster.all(Pod.class).get(0)).isEmpty());
        assertTrue(
                cluster.recorded()
                        .contains("Normal NodeNotReady n1: Node n1 status is now: NodeNotReady"));
        cluster.forgetActions();
        controller.reconcile(N1);
        assertEquals(List.of(), cluster.actions());
    }

    @Test
    void whenNothingIsReadyAnywhereNobodyIsEvicted() {
        cluster.with(node("n1", "False").build());
        renew("n1");
        controller.reconcile(N1);
        assertEquals(List.of("node.kubernetes.io/not-ready:NoSchedule"), taints());
    }

    @Test
    void nodesOfAZoneAreEmptiedOneByOne() {
        cluster.with(
                node("n1", "False").build(),
                node("n2", "False").build(),
                node("n3", "True").build());
        renew("n1");
        renew("n2");
        controller.reconcile(N1);
        Key second = Key.clusterScoped("n2");
        assertEquals(Result.requeueAfter(Duration.ofSeconds(10)), controller.reconcile(second));
        clock.advance(Duration.ofSeconds(10));
        controller.reconcile(second);
        assertTrue(
                cluster.all(Node.class).stream()
                        .limit(2)
                        .allMatch(one -> Taints.has(one, Taints.NOT_READY, Taints.NO_EXECUTE)));
    }

    @Test
    void ofAZoneThatFailedForTheMostPartNobodyIsEvictedWhileOthersAreEmptied() {
        cluster.with(
                inZone("n1", "False", "a"),
                inZone("n2", "False", "a"),
                inZone("n3", "False", "a"),
                inZone("n4", "True", "a"),
                inZone("n5", "False", "b"),
                inZone("n6", "True", "b"));
        renew("n1");
        renew("n5");
        assertEquals(Result.requeueAfter(Duration.ofSeconds(5)), controller.reconcile(N1));
        assertEquals(List.of("node.kubernetes.io/not-ready:NoSchedule"), taints());
        controller.reconcile(Key.clusterScoped("n5"));
        Node n5 = cluster.of(Node.class).get(Key.clusterScoped("n5")).orElseThrow();
        assertTrue(Taints.has(n5, Taints.NOT_READY, Taints.NO_EXECUTE));
    }

    private Node inZone(String name, String ready, String zone) {
        return node(name, ready)
                .editMetadata()
                .addToLabels("topology.kubernetes.io/zone", zone)
                .endMetadata()
                .build();
    }

    @Test
    void conditionsAndTheUsersWordBecomeTaintsAndGoAgain() {
        cluster.with(
                node("n1", "True")
                        .editSpec()
                        .withUnschedulable(true)
                        .addNewTaint()
                        .withKey("mine")
                        .withEffect("NoSchedule")
                        .endTaint()
                        .endSpec()
                        .editStatus()
                        .addNewCondition()
                        .withType("DiskPressure")
                        .withStatus("True")
                        .endCondition()
                        .endStatus()
                        .build());
        controller.reconcile(N1);
        assertEquals(
                List.of(
                        "mine:NoSchedule",
                        "node.kubernetes.io/disk-pressure:NoSchedule",
                        "node.kubernetes.io/unschedulable:NoSchedule"),
                taints());
        cluster.with(
                node("n1", "True")
                        .editSpec()
                        .withTaints(n1().getSpec().getTaints())
                        .endSpec()
                        .build());
        controller.reconcile(N1);
        assertEquals(List.of("mine:NoSchedule"), taints());
    }

    @Test
    void aNewNodeHasTimeToSpeak() {
        Node fresh = node("n1", "True").withStatus(null).build();
        cluster.with(fresh);
        assertEquals(Result.requeueAfter(Duration.ofSeconds(5)), controller.reconcile(N1));
        assertEquals(List.of("node.kubernetes.io/not-ready:NoSchedule"), taints());
        clock.advance(Duration.ofSeconds(60));
        controller.reconcile(N1);
        assertEquals(
                "Unknown NodeStatusNeverUpdated: Kubelet never posted node status.",
                condition("Ready"));
    }
}
