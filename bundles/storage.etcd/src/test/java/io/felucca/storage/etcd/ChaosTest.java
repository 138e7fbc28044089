package io.felucca.storage.etcd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.felucca.storage.api.Change;
import io.felucca.storage.api.RangeRequest;
import io.felucca.storage.api.Store;
import io.felucca.storage.api.StoreException;
import io.felucca.storage.api.StoreException.Reason;
import io.felucca.storage.api.Txn;
import io.felucca.storage.api.TxnResult;
import io.felucca.storage.api.Watcher;
import io.felucca.testing.EtcdMembers;
import io.felucca.testing.StoreFixture;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Members are killed and started again, one or two at a time, while two stores write and watch.
 * What was acknowledged is in the history, at its revision; what was refused is not; what is
 * unknown is there once or not at all; and each watch has seen each revision once, in order.
 */
@Tag("other-programs")
class ChaosTest {
    private static final Logger LOG = LoggerFactory.getLogger(ChaosTest.class);
    private static final int WRITERS = 4;
    private static final int KEYS = 5;
    private static final Duration TIME = Duration.ofSeconds(20);

    @TempDir Path directory;

    private final long seed = System.nanoTime();
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicInteger values = new AtomicInteger();

    /** By value, which is written at most once. */
    private final Map<String, Long> acknowledged = new ConcurrentHashMap<>();

    private final Map<String, Reason> failed = new ConcurrentHashMap<>();
    private final Map<String, Boolean> conflicts = new ConcurrentHashMap<>();

    @Test
    void nothingAcknowledgedIsLostAndNoWatchHasAGapWhileMembersDie() {
        try (EtcdMembers members = new EtcdMembers(directory, 3);
                EtcdStore one = new EtcdStore(EtcdOptions.of(members.endpoints(), "", "", ""));
                EtcdStore two = new EtcdStore(EtcdOptions.of(members.endpoints(), "", "", ""))) {
            long start = StoreFixture.await(one.txn(put("/start", 0, "start"))).revision();
            try (Follower first = new Follower(one, start + 1);
                    Follower second = new Follower(two, start + 1)) {
                writeWhileMembersDie(members, List.of(one, two));
                long end = finish(one);
                first.await(end);
                second.await(end);
                assertEquals(describe(first.seen), describe(second.seen), seed());
                check(first.seen, start + 1, end);
            }
        }
    }

    private void writeWhileMembersDie(EtcdMembers members, List<EtcdStore> stores) {
        ExecutorService pool = Executors.newFixedThreadPool(WRITERS + 1);
        try {
            List<CompletableFuture<Void>> all = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                Store store = stores.get(i % stores.size());
                Random random = new Random(seed + i);
                all.add(CompletableFuture.runAsync(() -> write(store, random), pool));
            }
            killInTurns(members, new Random(seed));
            over.set(true);
            all.forEach(CompletableFuture::join);
        } finally {
            pool.shutdownNow();
        }
    }

    /** Reads, then writes if nobody else did: until time is over. */
    private void write(Store store, Random random) {
        while (!over.get()) {
            String key = "/a/" + random.nextInt(KEYS);
            String value = "v" + values.incrementAndGet();
            try {
                long now =
                        StoreFixture.await(store.range(RangeRequest.key(key))).items().stream()
                                .mapToLong(item -> item.modRevision())
                                .findFirst()
                                .orElse(0);
                TxnResult result = StoreFixture.await(store.txn(put(key, now, value)));
                if (result.succeeded()) {
                    acknowledged.put(value, result.revision());
                } else {
                    conflicts.put(value, true);
                }
            } catch (StoreException failure) {
                failed.put(value, failure.reason());
            }
        }
    }

    private static Txn put(String key, long modRevision, String value) {
        return new Txn(
                List.of(new Txn.Compare(key, modRevision)),
                List.of(new Txn.Put(key, StoreFixture.bytes(value), 0)));
    }

    private static void killInTurns(EtcdMembers members, Random random) {
        long end = System.nanoTime() + TIME.toNanos();
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
        try {
            while (System.nanoTime() < end) {
                int victim = random.nextInt(members.count());
                boolean both = random.nextInt(4) == 0;
                int other = (victim + 1) % members.count();
                pause(timer, 300 + random.nextInt(900));
                members.kill(victim);
                if (both) {
                    members.kill(other);
                }
                pause(timer, 200 + random.nextInt(1_500));
                members.start(victim);
                if (both) {
                    members.start(other);
                }
                pause(timer, 1_000);
            }
        } finally {
            timer.shutdownNow();
        }
    }

    private static void pause(ScheduledExecutorService timer, long millis) {
        CompletableFuture<Void> rung = new CompletableFuture<>();
        var unused = timer.schedule(() -> rung.complete(null), millis, TimeUnit.MILLISECONDS);
        rung.join();
    }

    /** A last write; what is still unknown then has been decided by etcd's log before it. */
    private static long finish(Store store) {
        for (int attempt = 0; ; attempt++) {
            try {
                return StoreFixture.await(
                                store.txn(
                                        new Txn(
                                                List.of(),
                                                List.of(
                                                        new Txn.Put(
                                                                "/end",
                                                                StoreFixture.bytes("" + attempt),
                                                                0)))))
                        .revision();
            } catch (StoreException failure) {
                assertTrue(attempt < 10, failure.getMessage());
            }
        }
    }

    private void check(List<Change> seen, long start, long end) {
        Map<String, Long> history = new HashMap<>();
        long expected = start;
        for (Change change : seen) {
            if (change.revision() <= end) {
                assertEquals(expected++, change.revision(), seed());
            }
            String value = StoreFixture.text(change.current().orElseThrow());
            if (value.startsWith("v")) {
                assertNull(history.put(value, change.revision()), value + " is there twice");
            }
        }
        assertEquals(end + 1, expected, seed());
        acknowledged.forEach((value, at) -> assertEquals(at, history.get(value), value + seed()));
        conflicts.forEach((value, lost) -> assertFalse(history.containsKey(value), value + seed()));
        long unknown = 0;
        for (Map.Entry<String, Reason> failure : failed.entrySet()) {
            boolean there = history.containsKey(failure.getKey());
            boolean maybe = failure.getValue() == Reason.OUTCOME_UNKNOWN;
            unknown += maybe ? 1 : 0;
            assertTrue(maybe || !there, failure + seed());
        }
        LOG.info(
                "{} acknowledged, {} conflicts, {} unknown, {} refused",
                acknowledged.size(),
                conflicts.size(),
                unknown,
                failed.size() - unknown);
        assertTrue(acknowledged.size() > 100, "only " + acknowledged.size() + seed());
    }

    private String seed() {
        return " (seed " + seed + ")";
    }

    private static List<String> describe(List<Change> changes) {
        return changes.stream()
                .map(c -> c.revision() + c.key() + StoreFixture.text(c.current().orElseThrow()))
                .toList();
    }

    /** Watches, and watches again after each end, from the last revision seen. */
    private static final class Follower implements Watcher, AutoCloseable {
        private final Store store;
        private final List<Change> seen = new ArrayList<>();
        private long reached;
        private boolean closed;
        private Store.Watch watch;

        Follower(Store store, long from) {
            this.store = store;
            this.reached = from - 1;
            this.watch = store.watch("/", from, this);
        }

        @Override
        public synchronized void onChanges(List<Change> changes) {
            for (Change change : changes) {
                assertTrue(change.revision() > reached, change + " after " + reached);
            }
            seen.addAll(changes);
            reached = changes.get(changes.size() - 1).revision();
            notifyAll();
        }

        @Override
        public synchronized void onProgress(long revision) {
            reached = Math.max(reached, revision);
        }

        @Override
        public synchronized void onEnd(StoreException reason) {
            assertEquals(Reason.UNAVAILABLE, reason.reason(), reason.getMessage());
            if (!closed) {
                watch = store.watch("/", reached + 1, this);
            }
        }

        synchronized void await(long revision) {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            while (reached < revision) {
                long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                assertTrue(left > 0, "at " + reached + " instead of " + revision);
                try {
                    wait(left);
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
        }

        @Override
        public void close() {
            Store.Watch last;
            synchronized (this) {
                closed = true;
                last = watch;
            }
            last.close();
        }
    }
}
