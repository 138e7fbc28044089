package io.felucca.testing;

import static io.felucca.testing.StoreFixture.await;
import static io.felucca.testing.StoreFixture.putOf;
import static io.felucca.testing.StoreFixture.txnOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.felucca.storage.api.Change;
import io.felucca.storage.api.KeyValue;
import io.felucca.storage.api.Store;
import io.felucca.storage.api.StoreException;
import io.felucca.storage.api.StoreException.Reason;
import io.felucca.storage.api.Txn;
import io.felucca.storage.api.TxnResult;
import io.felucca.storage.api.Watcher;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Watches: every change once, in order, from any revision of the history. */
public interface StoreWatchContract extends StoreFixture {

    @Test
    default void watchFromNowShowsOnlyWhatComesLater() {
        put("/a", "before");
        RecordingWatcher watcher = new RecordingWatcher();
        store().watch("/", 0, watcher);
        long created = put("/b", "1");
        long updated = put("/b", "2");
        long gone = delete("/b");
        assertEquals(
                List.of(created + " /b null -> 1", updated + " /b 1 -> 2", gone + " /b 2 -> null"),
                describe(watcher.awaitRevision(gone)));
        Change last = watcher.changes().get(2);
        assertTrue(last.isDelete());
        assertEquals(updated, last.previous().orElseThrow().modRevision());
        assertEquals(created, last.previous().orElseThrow().createRevision());
    }

    @Test
    default void watchFromThePastShowsAllSinceAndGoesOn() {
        put("/a", "0");
        long first = put("/a", "1");
        put("/other", "x");
        delete("/a");
        put("/a", "2");
        RecordingWatcher watcher = new RecordingWatcher();
        store().watch("/a", first, watcher);
        long last = put("/a", "3");
        assertEquals(
                List.of(
                        first + " /a 0 -> 1",
                        first + 2 + " /a 1 -> null",
                        first + 3 + " /a null -> 2",
                        last + " /a 2 -> 3"),
                describe(watcher.awaitRevision(last)));
    }

    @Test
    default void watchFromTheFutureWaitsForIt() {
        RecordingWatcher watcher = new RecordingWatcher();
        store().watch("/", revision() + 3, watcher);
        put("/a", "1");
        put("/a", "2");
        long third = put("/a", "3");
        assertEquals(List.of(third + " /a 2 -> 3"), describe(watcher.awaitRevision(third)));
    }

    @Test
    default void onlyKeysWithThePrefixAreShown() {
        RecordingWatcher watcher = new RecordingWatcher();
        RecordingWatcher everything = new RecordingWatcher();
        store().watch("/a/", 0, watcher);
        store().watch("", 0, everything);
        put("/a", "1");
        put("/b/1", "1");
        long last = put("/a/1", "1");
        assertEquals(List.of(last + " /a/1 null -> 1"), describe(watcher.awaitRevision(last)));
        assertEquals(3, everything.awaitRevision(last).size());
    }

    @Test
    default void revisionIsDeliveredWholeAndInTheOrderOfItsWrites() {
        put("/gone", "x");
        RecordingWatcher live = new RecordingWatcher();
        store().watch("/", 0, live);
        long revision =
                await(
                                store().txn(
                                                txnOf(
                                                        putOf("/b", "1"),
                                                        new Txn.Delete("/gone"),
                                                        new Txn.Delete("/never"),
                                                        putOf("/a", "2"))))
                        .revision();
        RecordingWatcher replayed = new RecordingWatcher();
        store().watch("/", revision, replayed);
        List<String> expected =
                List.of(
                        revision + " /b null -> 1",
                        revision + " /gone x -> null",
                        revision + " /a null -> 2");
        // Whether a revision was torn is checked by the watcher with each batch.
        assertEquals(expected, describe(live.awaitRevision(revision)));
        assertEquals(expected, describe(replayed.awaitRevision(revision)));
    }

    @Test
    default void watchIsCompactedIfItsStartIsForgotten() {
        put("/a", "1");
        long kept = put("/a", "2");
        long last = delete("/a");
        await(store().compact(kept));
        RecordingWatcher late = new RecordingWatcher();
        store().watch("/", kept - 1, late);
        assertEquals(Reason.COMPACTED, late.awaitEnd());
        assertEquals(List.of(), late.changes());
        RecordingWatcher justInTime = new RecordingWatcher();
        store().watch("/", kept, justInTime);
        assertEquals(
                List.of(kept + " /a 1 -> 2", last + " /a 2 -> null"),
                describe(justInTime.awaitRevision(last)));
    }

    @Test
    default void liveWatchSurvivesCompaction() {
        RecordingWatcher watcher = new RecordingWatcher();
        store().watch("/", 0, watcher);
        watcher.awaitRevision(put("/a", "1"));
        long second = put("/a", "2");
        await(store().compact(second));
        long third = put("/a", "3");
        assertEquals(3, watcher.awaitRevision(third).size());
        assertTrue(watcher.end().isEmpty());
    }

    @Test
    default void negativeStartEndsAsInvalid() {
        RecordingWatcher watcher = new RecordingWatcher();
        store().watch("/", -1, watcher);
        assertEquals(Reason.INVALID, watcher.awaitEnd());
    }

    @Test
    default void newWatchIsToldHowFarItIs() {
        long now = put("/a", "1");
        RecordingWatcher fromNow = new RecordingWatcher();
        RecordingWatcher replayed = new RecordingWatcher();
        store().watch("/nothing", 0, fromNow);
        store().watch("/nothing", 1, replayed);
        assertEquals(List.of(), fromNow.awaitRevision(now));
        assertEquals(List.of(), replayed.awaitRevision(now));
    }

    @Test
    default void noCallStartsAfterClose() {
        AtomicBoolean closed = new AtomicBoolean();
        AtomicInteger late = new AtomicInteger();
        Watcher strict =
                new Watcher() {
                    @Override
                    public void onChanges(List<Change> changes) {
                        count();
                    }

                    @Override
                    public void onProgress(long revision) {
                        count();
                    }

                    @Override
                    public void onEnd(StoreException reason) {
                        count();
                    }

                    private void count() {
                        if (closed.get()) {
                            late.incrementAndGet();
                        }
                    }
                };
        Store.Watch watch = store().watch("/", 0, strict);
        List<CompletionStage<TxnResult>> stages = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            stages.add(store().txn(txnOf(putOf("/a", "" + i))));
            if (i == 20) {
                watch.close();
                closed.set(true);
            }
        }
        stages.forEach(StoreFixture::await);
        watch.close();
        assertEquals(0, late.get());
    }

    @Test
    default void watchMayBeClosedFromItsOwnWatcher() {
        CompletableFuture<Store.Watch> self = new CompletableFuture<>();
        CompletableFuture<Void> closed = new CompletableFuture<>();
        AtomicInteger calls = new AtomicInteger();
        self.complete(
                store().watch(
                                "/",
                                0,
                                new Watcher() {
                                    @Override
                                    public void onChanges(List<Change> changes) {
                                        calls.incrementAndGet();
                                        self.join().close();
                                        closed.complete(null);
                                    }

                                    @Override
                                    public void onProgress(long revision) {}

                                    @Override
                                    public void onEnd(StoreException reason) {}
                                }));
        RecordingWatcher other = new RecordingWatcher();
        store().watch("/", 0, other);
        put("/a", "1");
        await(closed);
        put("/a", "2");
        other.awaitRevision(put("/a", "3"));
        assertEquals(1, calls.get());
    }

    @Test
    default void throwingWatcherIsEndedAndHarmsNoOther() {
        RecordingWatcher ended = new RecordingWatcher();
        store().watch(
                        "/",
                        0,
                        new Watcher() {
                            @Override
                            public void onChanges(List<Change> changes) {
                                throw new IllegalStateException("a fault in a watcher");
                            }

                            @Override
                            public void onProgress(long revision) {}

                            @Override
                            public void onEnd(StoreException reason) {
                                ended.onEnd(reason);
                            }
                        });
        RecordingWatcher healthy = new RecordingWatcher();
        store().watch("/", 0, healthy);
        put("/a", "1");
        long last = put("/a", "2");
        assertEquals(2, healthy.awaitRevision(last).size());
        assertEquals(Reason.UNAVAILABLE, ended.awaitEnd());
    }

    @Test
    default void watcherMayCallTheStore() {
        RecordingWatcher copies = new RecordingWatcher();
        store().watch("/copy", 0, copies);
        store().watch(
                        "/original",
                        0,
                        new Watcher() {
                            @Override
                            public void onChanges(List<Change> changes) {
                                changes.forEach(
                                        change -> store().txn(txnOf(putOf("/copy", change.key()))));
                            }

                            @Override
                            public void onProgress(long revision) {}

                            @Override
                            public void onEnd(StoreException reason) {}
                        });
        put("/original/1", "x");
        put("/original/2", "x");
        assertEquals(2, copies.awaitChanges(2).size());
    }

    @Test
    default void watchesStartedAmidWritesMissNothing() {
        int writers = 3;
        int writes = 80;
        ExecutorService pool = Executors.newFixedThreadPool(writers);
        List<RecordingWatcher> watchers = new ArrayList<>();
        long start = put("/a", "start");
        try {
            List<CompletableFuture<Void>> all = new ArrayList<>();
            for (int writer = 0; writer < writers; writer++) {
                String key = "/a/" + writer;
                all.add(
                        CompletableFuture.runAsync(
                                () -> {
                                    for (int i = 0; i < writes; i++) {
                                        put(key, "" + i);
                                    }
                                },
                                pool));
            }
            for (int i = 0; i < 20; i++) {
                RecordingWatcher watcher = new RecordingWatcher();
                store().watch("/a", start, watcher);
                watchers.add(watcher);
                put("/other", "" + i);
            }
            all.forEach(CompletableFuture::join);
        } finally {
            pool.shutdown();
        }
        long last = revision();
        List<String> expected = describe(watchers.get(0).awaitRevision(last));
        assertEquals(1 + writers * writes, expected.size());
        watchers.forEach(watcher -> assertEquals(expected, describe(watcher.awaitRevision(last))));
    }

    private static List<String> describe(List<Change> changes) {
        return changes.stream()
                .map(
                        change ->
                                change.revision()
                                        + " "
                                        + change.key()
                                        + " "
                                        + change.previous()
                                                .map(StoreWatchContract::text)
                                                .orElse("null")
                                        + " -> "
                                        + change.current()
                                                .map(StoreWatchContract::text)
                                                .orElse("null"))
                .toList();
    }

    private static String text(KeyValue item) {
        return StoreFixture.text(item);
    }
}
