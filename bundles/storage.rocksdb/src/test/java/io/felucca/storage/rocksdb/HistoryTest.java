package io.felucca.storage.rocksdb;

import static io.felucca.testing.StoreFixture.await;
import static io.felucca.testing.StoreFixture.putOf;
import static io.felucca.testing.StoreFixture.txnOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.felucca.storage.api.Change;
import io.felucca.storage.api.RangeRequest;
import io.felucca.storage.api.StoreException;
import io.felucca.storage.api.StoreException.Reason;
import io.felucca.storage.api.Txn;
import io.felucca.storage.api.TxnResult;
import io.felucca.storage.api.Watcher;
import io.felucca.testing.FakeClock;
import io.felucca.testing.RecordingWatcher;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Long histories: replayed beside the writer, forgotten after their time. */
class HistoryTest {
    @TempDir Path directory;

    @Test
    void longHistoryIsReplayedInOrderWhileWritesGoOn() {
        try (OpenStores stores = new OpenStores(directory)) {
            writeMany(stores, 3_000);
            RecordingWatcher watcher = new RecordingWatcher();
            stores.store().watch("/", 2, watcher);
            writeMany(stores, 2_000);
            long last = stores.revision();
            List<Change> changes = watcher.awaitRevision(last);
            assertEquals(5_000, changes.size());
            for (int i = 0; i < changes.size(); i++) {
                assertEquals(2 + i, changes.get(i).revision());
            }
        }
    }

    @Test
    void watcherThatBlocksDuringItsReplayHoldsUpNoWrite() throws InterruptedException {
        try (OpenStores stores = new OpenStores(directory)) {
            writeMany(stores, 2_000);
            CountDownLatch blocked = new CountDownLatch(1);
            CountDownLatch release = new CountDownLatch(1);
            RecordingWatcher record = new RecordingWatcher();
            stores.store().watch("/", 2, new Blocking(record, blocked, release));
            assertTrue(blocked.await(20, TimeUnit.SECONDS));
            long last = stores.put("/while/blocked", "1");
            release.countDown();
            assertEquals(2_001, record.awaitRevision(last).size());
        }
    }

    @Test
    void replayOvertakenByCompactionEndsAsCompacted() throws InterruptedException {
        try (OpenStores stores = new OpenStores(directory)) {
            writeMany(stores, 2_000);
            CountDownLatch blocked = new CountDownLatch(1);
            CountDownLatch release = new CountDownLatch(1);
            RecordingWatcher record = new RecordingWatcher();
            stores.store().watch("/", 2, new Blocking(record, blocked, release));
            assertTrue(blocked.await(20, TimeUnit.SECONDS));
            await(stores.store().compact(stores.revision()));
            release.countDown();
            assertEquals(Reason.COMPACTED, record.awaitEnd());
        }
    }

    @Test
    void historyIsForgottenAfterFiveMinutes() {
        try (OpenStores stores = new OpenStores(directory)) {
            long early = stores.put("/a", "1");
            stores.put("/a", "2");
            passTicks(stores);
            stores.clock().advance(Duration.ofMinutes(4));
            passTicks(stores);
            assertTrue(isReadable(stores, early));
            stores.clock().advance(Duration.ofSeconds(61));
            long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            while (isReadable(stores, early)) {
                assertTrue(System.nanoTime() < deadlineNanos, "history is never forgotten");
                stores.clock().advance(Duration.ofSeconds(31));
            }
            assertEquals(1, stores.range(RangeRequest.prefix("/")).count());
        }
    }

    /** Waits until the store has looked at its clock: a lease that is due by then has gone. */
    private static void passTicks(OpenStores stores) {
        long lease = await(stores.store().grantLease(1));
        stores.putWithLease("/tick", "1", lease);
        RecordingWatcher watcher = new RecordingWatcher();
        try (var watch = stores.store().watch("/tick", 0, watcher)) {
            stores.clock().advance(Duration.ofSeconds(1));
            watcher.awaitChanges(1);
        }
    }

    @Test
    void whatIsForgottenLeavesTheDisk() {
        StoreOptions options = OpenStores.QUICK;
        Path where = directory.resolve("store");
        try (RocksDbStore store = RocksDbStore.open(where, new FakeClock(), options)) {
            List<CompletionStage<TxnResult>> stages = new ArrayList<>();
            for (int i = 0; i < 1_500; i++) {
                stages.add(store.txn(txnOf(putOf("/a/" + i % 10, "" + i))));
            }
            stages.add(store.txn(txnOf(new Txn.Delete("/a/0"))));
            stages.add(store.txn(txnOf(putOf("/b", "1"))));
            long last = 0;
            for (CompletionStage<TxnResult> stage : stages) {
                last = await(stage).revision();
            }
            await(store.compact(last));
        }
        // What the end of the process interrupts is finished once the store is open again.
        long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        List<Integer> counts = List.of();
        while (!counts.equals(List.of(10, 1, 10))) {
            assertTrue(System.nanoTime() < deadlineNanos, "left on disk: " + counts);
            try (OpenStores stores = new OpenStores(where)) {
                assertEquals(10, stores.range(RangeRequest.prefix("/")).count());
            }
            try (Disk disk = new Disk(where, options)) {
                counts = List.of(count(disk, 'k'), count(disk, 'c'), count(disk, 'l'));
            }
        }
    }

    private static int count(Disk disk, char kind) {
        AtomicInteger entries = new AtomicInteger();
        disk.scan(new byte[] {(byte) kind}, (key, value) -> entries.incrementAndGet());
        return entries.get();
    }

    @Test
    void marksSayWhereHistoryMayBegin() {
        HistoryMarks marks = new HistoryMarks(Duration.ofSeconds(100));
        assertEquals(OptionalLong.empty(), marks.tick(0, 5));
        assertEquals(OptionalLong.empty(), marks.tick(9_000, 6));
        assertEquals(OptionalLong.empty(), marks.tick(10_000, 7));
        assertEquals(OptionalLong.empty(), marks.tick(99_000, 8));
        assertEquals(OptionalLong.of(5), marks.tick(100_000, 9));
        assertEquals(OptionalLong.of(7), marks.tick(111_000, 10));
        assertEquals(OptionalLong.empty(), marks.tick(112_000, 11));
    }

    private static boolean isReadable(OpenStores stores, long revision) {
        try {
            stores.range(RangeRequest.key("/a").atRevision(revision));
            return true;
        } catch (StoreException gone) {
            assertEquals(Reason.COMPACTED, gone.reason());
            return false;
        }
    }

    private static void writeMany(OpenStores stores, int count) {
        List<CompletionStage<TxnResult>> stages = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            stages.add(stores.store().txn(txnOf(putOf("/key/" + i % 100, "" + i))));
        }
        stages.forEach(stage -> assertTrue(await(stage).succeeded()));
    }

    /** Blocks in its first call until it is released. */
    private record Blocking(RecordingWatcher to, CountDownLatch blocked, CountDownLatch release)
            implements Watcher {
        @Override
        public void onChanges(List<Change> changes) {
            blocked.countDown();
            try {
                assertTrue(release.await(20, TimeUnit.SECONDS));
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
            to.onChanges(changes);
        }

        @Override
        public void onProgress(long revision) {
            to.onProgress(revision);
        }

        @Override
        public void onEnd(StoreException reason) {
            assertFalse(to.end().isPresent());
            to.onEnd(reason);
        }
    }
}
