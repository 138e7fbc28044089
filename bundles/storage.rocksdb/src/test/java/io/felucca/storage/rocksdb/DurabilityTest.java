package io.felucca.storage.rocksdb;

import static io.felucca.testing.StoreFixture.assertRefused;
import static io.felucca.testing.StoreFixture.await;
import static io.felucca.testing.StoreFixture.putOf;
import static io.felucca.testing.StoreFixture.text;
import static io.felucca.testing.StoreFixture.txnOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.felucca.storage.api.Change;
import io.felucca.storage.api.RangeRequest;
import io.felucca.storage.api.StoreException;
import io.felucca.storage.api.StoreException.Reason;
import io.felucca.storage.api.TxnResult;
import io.felucca.storage.api.Watcher;
import io.felucca.testing.RecordingWatcher;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDBException;

/** First the disk, then the watchers, then the acknowledgement. */
class DurabilityTest {
    @TempDir Path directory;

    @Test
    void syncComesBeforePublishingAndPublishingBeforeCompletion() {
        List<String> events = Collections.synchronizedList(new ArrayList<>());
        OpenStores stores =
                new OpenStores(
                        directory,
                        OpenStores.QUICK,
                        disk ->
                                batch -> {
                                    events.add("sync begins");
                                    disk.sync(batch);
                                    events.add("sync ends");
                                });
        try (stores) {
            stores.store().watch("/", 0, new Noting(events));
            for (int i = 0; i < 20; i++) {
                events.clear();
                await(
                        stores.store()
                                .txn(txnOf(putOf("/a", "" + i)))
                                .thenAccept(done -> events.add("acknowledged")));
                assertEquals(
                        List.of("sync begins", "sync ends", "published", "acknowledged"),
                        events.stream().filter(event -> !event.equals("progress")).toList());
            }
        }
    }

    @Test
    void logIsSyncedBeforeEachAcknowledgement() {
        try (OpenStores stores = new OpenStores(directory)) {
            for (int i = 0; i < 50; i++) {
                long before = stores.rocks().logSyncs();
                stores.put("/a", "" + i);
                assertTrue(stores.rocks().logSyncs() > before, "no sync for write " + i);
            }
        }
    }

    @Test
    void readsDontShowWhatIsNotSyncedYet() throws InterruptedException {
        CountDownLatch syncing = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        AtomicBoolean hold = new AtomicBoolean();
        OpenStores stores =
                new OpenStores(
                        directory,
                        OpenStores.QUICK,
                        disk ->
                                batch -> {
                                    if (hold.get()) {
                                        syncing.countDown();
                                        awaitLatch(release);
                                    }
                                    disk.sync(batch);
                                });
        try (stores) {
            long first = stores.put("/a", "1");
            hold.set(true);
            CompletionStage<TxnResult> second = stores.store().txn(txnOf(putOf("/a", "2")));
            assertTrue(syncing.await(20, TimeUnit.SECONDS));
            assertEquals(first, stores.get("/a").orElseThrow().modRevision());
            assertEquals(first, stores.revision());
            assertFalse(second.toCompletableFuture().isDone());
            release.countDown();
            assertEquals(first + 1, await(second).revision());
            assertEquals(first + 1, stores.get("/a").orElseThrow().modRevision());
        }
    }

    @Test
    void failedSyncAcknowledgesNothingAndMakesTheStoreUnavailable() {
        AtomicBoolean broken = new AtomicBoolean();
        RecordingWatcher watcher = new RecordingWatcher();
        OpenStores stores =
                new OpenStores(
                        directory,
                        OpenStores.QUICK,
                        disk ->
                                batch -> {
                                    if (broken.get()) {
                                        throw new RocksDBException("no space left on device");
                                    }
                                    disk.sync(batch);
                                });
        try (stores) {
            stores.store().watch("/", 0, watcher);
            watcher.awaitRevision(stores.put("/a", "1"));
            broken.set(true);
            assertRefused(Reason.OUTCOME_UNKNOWN, stores.store().txn(txnOf(putOf("/a", "2"))));
            broken.set(false);
            assertRefused(Reason.UNAVAILABLE, stores.store().txn(txnOf(putOf("/a", "3"))));
            assertRefused(Reason.UNAVAILABLE, stores.store().range(RangeRequest.key("/a")));
            assertEquals(Reason.UNAVAILABLE, watcher.awaitEnd());
            assertEquals(1, watcher.changes().size());
        }
        stores.reopen();
        try (stores) {
            assertEquals("1", text(stores.get("/a").orElseThrow()));
        }
    }

    @Test
    void transactionsThatWaitTogetherShareOneSync() throws InterruptedException {
        AtomicInteger syncs = new AtomicInteger();
        CountDownLatch firstSync = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        OpenStores stores =
                new OpenStores(
                        directory,
                        OpenStores.QUICK,
                        disk ->
                                batch -> {
                                    if (syncs.incrementAndGet() == 1) {
                                        firstSync.countDown();
                                        awaitLatch(release);
                                    }
                                    disk.sync(batch);
                                });
        try (stores) {
            List<CompletionStage<TxnResult>> stages = new ArrayList<>();
            stages.add(stores.store().txn(txnOf(putOf("/first", "1"))));
            assertTrue(firstSync.await(20, TimeUnit.SECONDS));
            for (int i = 0; i < 500; i++) {
                stages.add(stores.store().txn(txnOf(putOf("/a/" + i, "1"))));
            }
            release.countDown();
            stages.forEach(stage -> await(stage));
            assertEquals(502, stores.revision());
            assertEquals(2, syncs.get());
            assertTrue(stores.rocks().logSyncs() <= 3, "" + stores.rocks().logSyncs());
        }
    }

    @Test
    void fullQueueRefusesAsOverloadedAndRecovers() throws InterruptedException {
        CountDownLatch syncing = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        OpenStores stores =
                new OpenStores(
                        directory,
                        OpenStores.QUICK.withQueueLength(4),
                        disk ->
                                batch -> {
                                    syncing.countDown();
                                    awaitLatch(release);
                                    disk.sync(batch);
                                });
        try (stores) {
            List<CompletionStage<TxnResult>> taken = new ArrayList<>();
            taken.add(stores.store().txn(txnOf(putOf("/a", "0"))));
            assertTrue(syncing.await(20, TimeUnit.SECONDS));
            for (int i = 1; i <= 4; i++) {
                taken.add(stores.store().txn(txnOf(putOf("/a", "" + i))));
            }
            assertRefused(Reason.OVERLOADED, stores.store().txn(txnOf(putOf("/a", "5"))));
            release.countDown();
            taken.forEach(stage -> assertTrue(await(stage).succeeded()));
            assertEquals(6, stores.revision());
        }
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            assertTrue(latch.await(20, TimeUnit.SECONDS));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }

    private record Noting(List<String> events) implements Watcher {
        @Override
        public void onChanges(List<Change> changes) {
            events.add("published");
        }

        @Override
        public void onProgress(long revision) {
            events.add("progress");
        }

        @Override
        public void onEnd(StoreException reason) {
            events.add("end");
        }
    }
}
