package io.felucca.apiserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.ApiServer;
import io.felucca.apiserver.api.StoredObject;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.StatusReason;
import io.felucca.storage.api.Change;
import io.felucca.storage.api.RangeRequest;
import io.felucca.storage.api.RangeResult;
import io.felucca.storage.api.Store;
import io.felucca.storage.api.StoreException;
import io.felucca.storage.api.StoreException.Reason;
import io.felucca.storage.api.Txn;
import io.felucca.storage.api.TxnResult;
import io.felucca.storage.api.Watcher;
import io.felucca.testing.FakeClock;
import io.felucca.testing.MemoryStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two servers on one store, of which one hears late of what the other writes. */
class SharedStoreTest {
    private final MemoryStore memory = new MemoryStore(new FakeClock());
    private final LateStore late = new LateStore(memory);
    private final Engine behind = engine(late);
    private final Engine ahead = engine(new LateStore(memory));

    private static Engine engine(Store store) {
        CountDownLatch ready = new CountDownLatch(1);
        Engine engine = new Engine(new FakeClock(), Set.of(), Set.of("harbour"), ready::countDown);
        engine.add(TestGroup.core());
        engine.add(TestGroup.harbour());
        engine.add(Harbour.allow(), 0);
        engine.store(store);
        try {
            assertTrue(ready.await(30, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        Harbour.eventually(
                () -> engine.healthChecks().stream().allMatch(check -> check.problem().isEmpty()));
        return engine;
    }

    @AfterEach
    void close() {
        behind.close();
        ahead.close();
        memory.close();
    }

    @Test
    void readWaitsUntilTheCacheHasWhatAnotherServerAcknowledged() {
        late.hold();
        create(ahead, "a");
        CompletableFuture<Void> caughtUp = behind.server().caughtUp().toCompletableFuture();
        assertFalse(caughtUp.isDone());
        assertThrows(ApiException.class, () -> read(behind, "a"));
        late.release();
        Harbour.get(caughtUp);
        assertEquals("a", read(behind, "a").name());
    }

    @Test
    void whatIsReadAtOnceIsOneReadOfTheStore() {
        late.holdRanges();
        int before = late.ranges.get();
        List<CompletableFuture<Void>> readers = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            readers.add(behind.server().caughtUp().toCompletableFuture());
        }
        late.release();
        readers.forEach(Harbour::get);
        // The first asked for itself; the others may not use an answer from before their question.
        assertEquals(2, late.ranges.get() - before);
    }

    @Test
    void writeSeesWhatAnotherServerWroteJustBefore() {
        StoredObject first = create(ahead, "a");
        late.hold();
        StoredObject second =
                Harbour.get(
                        ahead.server()
                                .patch(
                                        Harbour.request("patch", "a"),
                                        new ApiServer.Patch(
                                                ApiServer.Patch.Type.MERGE,
                                                "{\"metadata\":{\"labels\":{\"x\":\"y\"}}}"
                                                        .getBytes(
                                                                java.nio.charset.StandardCharsets
                                                                        .UTF_8))));
        assertTrue(second.revision() > first.revision());
        // With the version that the other server has just given, which this one has not heard of.
        ObjectNode changed = Harbour.tree(second);
        changed.withObject("/metadata/labels").put("z", "mine");
        CompletionStage<StoredObject> update =
                behind.server().update(Harbour.request("update", "a"), changed);
        CompletionStage<StoredObject> fresh =
                behind.server().create(Harbour.request("create", ""), Harbour.boat("b"));
        assertFalse(update.toCompletableFuture().isDone());
        late.release();
        assertTrue(Harbour.get(update).revision() >= second.revision());
        assertEquals("b", Harbour.get(fresh).name());
    }

    @Test
    void storeThatCannotBeAskedMakesReadsFailAndOwnWritesOfUnknownOutcomeSaySo() {
        late.failure = new StoreException(Reason.UNAVAILABLE, "no leader");
        ApiException refused =
                assertThrows(ApiException.class, () -> Harbour.get(behind.server().caughtUp()));
        assertEquals(StatusReason.ServiceUnavailable, refused.reason());
        late.failure = null;
        late.txnFailure = new StoreException(Reason.OUTCOME_UNKNOWN, "it is unknown");
        ApiException unknown = assertThrows(ApiException.class, () -> create(behind, "c"));
        assertEquals(StatusReason.Timeout, unknown.reason());
        assertTrue(unknown.getMessage().contains("unknown"), unknown.getMessage());
        late.txnFailure = null;
        assertEquals("c", create(behind, "c").name());
    }

    private static StoredObject create(Engine engine, String name) {
        return Harbour.get(
                engine.server().create(Harbour.request("create", ""), Harbour.boat(name)));
    }

    private static StoredObject read(Engine engine, String name) {
        return engine.server().get(Harbour.request("get", name), Optional.empty());
    }

    /** Another process's view of a store: its watches may be late, and its requests fail. */
    private static final class LateStore implements Store {
        private final Store store;
        private final AtomicInteger ranges = new AtomicInteger();
        private final List<Runnable> held = new ArrayList<>();
        private boolean holding;
        private boolean holdingRanges;
        private volatile StoreException failure;
        private volatile StoreException txnFailure;

        LateStore(Store store) {
            this.store = store;
        }

        synchronized void hold() {
            holding = true;
        }

        synchronized void holdRanges() {
            holdingRanges = true;
        }

        void release() {
            List<Runnable> due;
            synchronized (this) {
                holding = false;
                holdingRanges = false;
                due = List.copyOf(held);
                held.clear();
            }
            due.forEach(Runnable::run);
        }

        private void run(boolean range, Runnable action) {
            synchronized (this) {
                if (range ? holdingRanges : holding) {
                    held.add(action);
                    return;
                }
            }
            action.run();
        }

        @Override
        public boolean isShared() {
            return true;
        }

        @Override
        public CompletionStage<TxnResult> txn(Txn txn) {
            StoreException fails = txnFailure;
            return fails == null ? store.txn(txn) : CompletableFuture.failedFuture(fails);
        }

        @Override
        public CompletionStage<RangeResult> range(RangeRequest request) {
            ranges.incrementAndGet();
            StoreException fails = failure;
            if (fails != null) {
                return CompletableFuture.failedFuture(fails);
            }
            CompletableFuture<RangeResult> answer = new CompletableFuture<>();
            run(
                    true,
                    () ->
                            store.range(request)
                                    .whenComplete(
                                            (result, refused) -> {
                                                if (refused == null) {
                                                    answer.complete(result);
                                                } else {
                                                    answer.completeExceptionally(refused);
                                                }
                                            }));
            return answer;
        }

        @Override
        public Watch watch(String prefix, long fromRevision, Watcher watcher) {
            return store.watch(
                    prefix,
                    fromRevision,
                    new Watcher() {
                        @Override
                        public void onChanges(List<Change> changes) {
                            run(false, () -> watcher.onChanges(changes));
                        }

                        @Override
                        public void onProgress(long revision) {
                            run(false, () -> watcher.onProgress(revision));
                        }

                        @Override
                        public void onEnd(StoreException reason) {
                            run(false, () -> watcher.onEnd(reason));
                        }
                    });
        }

        @Override
        public CompletionStage<Void> compact(long revision) {
            return store.compact(revision);
        }

        @Override
        public CompletionStage<Long> grantLease(long ttlSeconds) {
            return store.grantLease(ttlSeconds);
        }

        @Override
        public CompletionStage<Long> keepAlive(long leaseId) {
            return store.keepAlive(leaseId);
        }

        @Override
        public CompletionStage<Void> revokeLease(long leaseId) {
            return store.revokeLease(leaseId);
        }
    }
}
