package io.felucca.kubelet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.felucca.client.api.Client;
import io.felucca.client.api.Key;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.StatusReason;
import io.felucca.testing.FakeClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class NodeLeaseTest {
    private static final Key KEY = new Key("kube-node-lease", "n1");
    private static final Duration SOON = Duration.ofMillis(500);
    private static final Duration PERIOD = Duration.ofSeconds(10);

    private final FakeCluster cluster = new FakeCluster();
    private final FakeClock clock = new FakeClock(Instant.parse("2030-01-01T00:00:00Z"));
    private final Client<GenericKubernetesResource> leases = cluster.of(NodeLease.LEASES);
    private final NodeLease lease = new NodeLease("n1", leases, cluster.of(Node.class), clock);

    private void register() {
        cluster.of(Node.class)
                .create(new NodeBuilder().withNewMetadata().withName("n1").endMetadata().build());
    }

    private String renewed() {
        return leases.get(KEY).orElseThrow().get("spec", "renewTime");
    }

    @Test
    void itIsMadeOnceItsNodeIsThereAndBelongsToIt() {
        assertEquals(SOON, lease.renew());
        assertTrue(leases.get(KEY).isEmpty());
        register();
        assertEquals(PERIOD, lease.renew());
        GenericKubernetesResource made = leases.get(KEY).orElseThrow();
        assertEquals("n1", made.getMetadata().getOwnerReferences().get(0).getName());
        assertEquals("n1", made.<String>get("spec", "holderIdentity"));
        assertEquals("2030-01-01T00:00:00.000000Z", renewed());
    }

    @Test
    void untilItMayBeWrittenItIsTriedSoonAgain() {
        register();
        cluster.failNextWrite(ApiException.of(StatusReason.Forbidden, "no such role yet"));
        assertEquals(SOON, lease.renew());
        assertEquals(PERIOD, lease.renew());
        assertTrue(leases.get(KEY).isPresent());
    }

    @Test
    void itIsRenewedAndMadeAgainWhenSomebodyDeletedIt() {
        register();
        lease.renew();
        clock.advance(PERIOD);
        assertEquals(PERIOD, lease.renew());
        assertEquals("2030-01-01T00:00:10.000000Z", renewed());
        leases.delete(KEY, Client.Deletion.PLAIN);
        assertEquals(PERIOD, lease.renew());
        assertTrue(leases.get(KEY).isPresent());
    }
}
