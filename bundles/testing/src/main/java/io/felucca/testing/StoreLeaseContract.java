package io.felucca.testing;

import static io.felucca.testing.StoreFixture.assertRefused;
import static io.felucca.testing.StoreFixture.await;
import static io.felucca.testing.StoreFixture.bytes;
import static io.felucca.testing.StoreFixture.txnOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.felucca.storage.api.Change;
import io.felucca.storage.api.RangeRequest;
import io.felucca.storage.api.StoreException.Reason;
import io.felucca.storage.api.Txn;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Leases: keys that vanish together unless somebody keeps them alive. */
public interface StoreLeaseContract extends StoreFixture {

    @Test
    default void leasesHaveDifferentIdsAndKeysShowThem() {
        long one = await(store().grantLease(60));
        long two = await(store().grantLease(60));
        assertTrue(one != 0 && two != 0);
        assertNotEquals(one, two);
        putWithLease("/a", "1", one);
        assertEquals(one, get("/a").orElseThrow().lease());
    }

    @Test
    default void keysOfAnExpiredLeaseVanishInOneRevision() {
        long lease = await(store().grantLease(4));
        putWithLease("/a", "1", lease);
        putWithLease("/b", "1", lease);
        put("/stays", "1");
        RecordingWatcher watcher = new RecordingWatcher();
        store().watch("/", 0, watcher);
        pass(Duration.ofSeconds(2));
        long before = put("/other", "1");
        assertEquals(1, watcher.awaitRevision(before).size());
        pass(Duration.ofSeconds(3));
        List<Change> changes = watcher.awaitChanges(3);
        assertEquals(List.of("/a", "/b"), List.of(changes.get(1).key(), changes.get(2).key()));
        assertEquals(before + 1, changes.get(1).revision());
        assertEquals(before + 1, changes.get(2).revision());
        assertTrue(changes.get(1).isDelete());
        assertEquals(2, range(RangeRequest.prefix("/")).count());
        assertRefused(Reason.LEASE_NOT_FOUND, store().keepAlive(lease));
    }

    @Test
    default void leaseThatIsKeptAliveLivesOn() {
        long lease = await(store().grantLease(4));
        putWithLease("/a", "1", lease);
        for (int i = 0; i < 3; i++) {
            pass(Duration.ofSeconds(2));
            assertEquals(4, await(store().keepAlive(lease)));
        }
        assertTrue(get("/a").isPresent());
    }

    @Test
    default void revokedLeaseTakesItsKeysWithItAtOnce() {
        long lease = await(store().grantLease(10));
        putWithLease("/a", "1", lease);
        putWithLease("/b", "1", lease);
        long before = revision();
        await(store().revokeLease(lease));
        assertEquals(before + 1, revision());
        assertEquals(0, range(RangeRequest.prefix("/")).count());
        assertRefused(Reason.LEASE_NOT_FOUND, store().revokeLease(lease));
        assertRefused(Reason.LEASE_NOT_FOUND, store().keepAlive(lease));
    }

    @Test
    default void leaseWithoutKeysEndsWithoutARevision() {
        long lease = await(store().grantLease(10));
        long before = revision();
        await(store().revokeLease(lease));
        assertEquals(before, revision());
    }

    @Test
    default void keyLeavesItsLeaseWhenItIsPutWithAnotherOrNone() {
        long one = await(store().grantLease(10));
        long two = await(store().grantLease(10));
        putWithLease("/none", "1", one);
        putWithLease("/other", "1", one);
        putWithLease("/gone", "1", one);
        put("/none", "2");
        putWithLease("/other", "2", two);
        delete("/gone");
        put("/gone", "2");
        await(store().revokeLease(one));
        assertEquals(3, range(RangeRequest.prefix("/")).count());
        await(store().revokeLease(two));
        assertEquals(2, range(RangeRequest.prefix("/")).count());
    }

    @Test
    default void putWithAnUnknownLeaseIsRefusedWhole() {
        assertRefused(
                Reason.LEASE_NOT_FOUND,
                store().txn(
                                txnOf(
                                        new Txn.Put("/a", bytes("1"), 0),
                                        new Txn.Put("/b", bytes("1"), 4711))));
        assertEquals(1, revision());
        assertTrue(get("/a").isEmpty());
    }

    @Test
    default void unknownLeasesAndWrongTimesAreRefused() {
        assertRefused(Reason.LEASE_NOT_FOUND, store().keepAlive(4711));
        assertRefused(Reason.LEASE_NOT_FOUND, store().revokeLease(4711));
        assertRefused(Reason.INVALID, store().grantLease(0));
        assertRefused(Reason.INVALID, store().grantLease(-5));
    }
}
