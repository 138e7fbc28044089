package io.felucca.controller.nodeipam;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.felucca.client.api.Client;
import io.felucca.client.api.Key;
import io.felucca.client.testing.FakeCluster;
import io.felucca.controller.api.Result;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.StatusReason;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class NodeIpamControllerTest {
    private final FakeCluster cluster = new FakeCluster();

    private NodeIpamController controller(String cidr, int mask) {
        return new NodeIpamController(Ranges.of(cidr, mask), cluster, cluster.informers());
    }

    private static Node node(String name, String cidr) {
        return new NodeBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .withPodCIDR(cidr)
                .endSpec()
                .build();
    }

    private String range(String name) {
        return cluster.of(Node.class)
                .get(Key.clusterScoped(name))
                .orElseThrow()
                .getSpec()
                .getPodCIDR();
    }

    @Test
    void everyNodeGetsARangeOfItsOwn() {
        cluster.with(node("a", null), node("b", "10.244.0.0/24"), node("c", null));
        NodeIpamController controller = controller("10.244.0.0/16", 24);
        controller.reconcile(Key.clusterScoped("a"));
        controller.reconcile(Key.clusterScoped("c"));
        assertEquals("10.244.1.0/24", range("a"));
        assertEquals("10.244.2.0/24", range("c"));
        assertEquals(
                List.of("10.244.2.0/24"), cluster.all(Node.class).get(2).getSpec().getPodCIDRs());
        cluster.forgetActions();
        controller.reconcile(Key.clusterScoped("a"));
        assertEquals(List.of(), cluster.actions());
    }

    @Test
    void aConflictDoesNotCostARange() {
        cluster.with(node("a", null));
        NodeIpamController controller = controller("10.244.0.0/16", 24);
        cluster.failNextWrite(ApiException.of(StatusReason.Conflict, "somebody was faster"));
        Key key = Key.clusterScoped("a");
        assertThrows(ApiException.class, () -> controller.reconcile(key));
        controller.reconcile(key);
        assertEquals("10.244.0.0/24", range("a"));
    }

    @Test
    void aRangeThatLiesAcrossSeveralTakesThemAll() {
        cluster.with(node("wide", "10.244.0.0/22"), node("a", null));
        controller("10.244.0.0/16", 24).reconcile(Key.clusterScoped("a"));
        assertEquals("10.244.4.0/24", range("a"));
    }

    @Test
    void theLastRangeGivenAwayIsMissedUntilANodeGoes() {
        cluster.with(node("a", null), node("b", null), node("c", null));
        NodeIpamController controller = controller("10.0.0.0/23", 24);
        controller.reconcile(Key.clusterScoped("a"));
        controller.reconcile(Key.clusterScoped("b"));
        assertEquals(
                Result.requeueAfter(Duration.ofSeconds(30)),
                controller.reconcile(Key.clusterScoped("c")));
        assertNull(range("c"));
        assertEquals(
                List.of("Normal CIDRNotAvailable c: Node c status is now: CIDRNotAvailable"),
                cluster.recorded());
        controller.reconcile(Key.clusterScoped("a"));
        assertTrue(cluster.of(Node.class).delete(Key.clusterScoped("a"), Client.Deletion.PLAIN));
        controller.reconcile(Key.clusterScoped("a"));
        controller.reconcile(Key.clusterScoped("c"));
        assertEquals("10.0.0.0/24", range("c"));
    }

    @Test
    void rangesThatMakeNoSenseAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> Ranges.of("10.0.0.0/24", 16));
        assertThrows(IllegalArgumentException.class, () -> Ranges.of("10.0.0/16", 24));
        assertThrows(IllegalArgumentException.class, () -> Ranges.of("10.0.0.256/16", 24));
        assertThrows(IllegalArgumentException.class, () -> Ranges.of("fd00::/48", 64));
        assertEquals(List.of(), Ranges.of("10.0.0.0/16", 24).overlapping("192.168.0.0/16"));
        assertEquals("10.0.255.0/24", Ranges.of("10.0.3.4/16", 24).cidr(255));
    }
}
