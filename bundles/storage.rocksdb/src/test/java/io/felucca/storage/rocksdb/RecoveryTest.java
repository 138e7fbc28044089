package io.felucca.storage.rocksdb;

import static io.felucca.testing.StoreFixture.assertRefused;
import static io.felucca.testing.StoreFixture.await;
import static io.felucca.testing.StoreFixture.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.felucca.storage.api.KeyValue;
import io.felucca.storage.api.RangeRequest;
import io.felucca.storage.api.StoreException;
import io.felucca.storage.api.StoreException.Reason;
import io.felucca.testing.RecordingWatcher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecoveryTest {
    @TempDir Path directory;
    private OpenStores stores;

    @BeforeEach
    void open() {
        stores = new OpenStores(directory.resolve("data/store"));
    }

    @AfterEach
    void close() {
        stores.close();
    }

    @Test
    void everythingIsThereAgainAfterReopening() {
        long created = stores.put("/a", "1");
        stores.put("/gone", "x");
        long updated = stores.put("/a", "2");
        long last = stores.delete("/gone");
        stores.reopen();
        assertEquals(last, stores.revision());
        KeyValue item = stores.get("/a").orElseThrow();
        assertEquals("2", text(item));
        assertEquals(created, item.createRevision());
        assertEquals(updated, item.modRevision());
        assertEquals(2, item.version());
        assertTrue(stores.get("/gone").isEmpty());
        assertEquals(
                "1", text(stores.range(RangeRequest.key("/a").atRevision(created)).items().get(0)));
        assertEquals(2, stores.range(RangeRequest.prefix("/").atRevision(updated)).count());
        RecordingWatcher watcher = new RecordingWatcher();
        stores.store().watch("/", created, watcher);
        assertEquals(4, watcher.awaitRevision(last).size());
        assertTrue(stores.putIf("/gone", 0, "again").succeeded());
        assertEquals(last + 1, stores.revision());
    }

    @Test
    void emptyStoreStaysEmptyAfterReopening() {
        stores.reopen();
        assertEquals(1, stores.revision());
    }

    @Test
    void compactionIsRememberedAndFinished() {
        for (int i = 0; i < 600; i++) {
            stores.put("/a", "" + i);
        }
        long at = stores.revision();
        await(stores.store().compact(at));
        stores.reopen();
        assertRefused(
                Reason.COMPACTED, stores.store().range(RangeRequest.key("/a").atRevision(at - 1)));
        assertEquals("599", text(stores.get("/a").orElseThrow()));
        assertEquals(600, stores.get("/a").orElseThrow().version());
    }

    @Test
    void leasesHaveTheirWholeTimeAgainAfterReopening() {
        long lease = await(stores.store().grantLease(10));
        long empty = await(stores.store().grantLease(10));
        stores.putWithLease("/a", "1", lease);
        stores.clock().advance(Duration.ofSeconds(8));
        stores.reopen();
        stores.clock().advance(Duration.ofSeconds(8));
        assertTrue(stores.get("/a").isPresent());
        assertEquals(10, await(stores.store().keepAlive(empty)));
        assertNotEquals(empty, await(stores.store().grantLease(10)));
        RecordingWatcher watcher = new RecordingWatcher();
        stores.store().watch("/", 0, watcher);
        stores.clock().advance(Duration.ofSeconds(3));
        assertEquals("/a", watcher.awaitChanges(1).get(0).key());
        stores.reopen();
        assertRefused(Reason.LEASE_NOT_FOUND, stores.store().keepAlive(lease));
        assertEquals(10, await(stores.store().keepAlive(empty)));
    }

    @Test
    void onlyTheOwnerMayEnterTheDirectory() throws IOException {
        assertEquals(
                "rwx------",
                PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(directory.resolve("data/store"))));
    }

    @Test
    void directoryInUseIsUnavailableToASecondStore() {
        StoreException refused =
                assertThrows(
                        StoreException.class,
                        () -> new OpenStores(directory.resolve("data/store")));
        assertEquals(Reason.UNAVAILABLE, refused.reason());
        assertTrue(refused.getMessage().contains(directory.toString()), refused.getMessage());
        assertEquals(2, stores.put("/a", "1"));
    }
}
