package io.felucca.testing;

import io.felucca.storage.api.Change;
import io.felucca.storage.api.KeyValue;
import io.felucca.storage.api.RangeRequest;
import io.felucca.storage.api.RangeResult;
import io.felucca.storage.api.Store;
import io.felucca.storage.api.StoreException;
import io.felucca.storage.api.StoreException.Reason;
import io.felucca.storage.api.Txn;
import io.felucca.storage.api.TxnResult;
import io.felucca.storage.api.Watcher;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * A store in memory with the whole semantics of {@link Store}, for tests. Thread-safe.
 *
 * <p>It has no threads of its own: a call does its work, tells the watchers and completes the stage
 * on the caller's thread, so in a test with one thread everything has happened when a call returns.
 * With several threads, or when a watcher calls the store, whoever is first delivers for the
 * others, in order. Leases expire when a {@link FakeClock} moves, or at the next call.
 */
public final class MemoryStore implements Store, AutoCloseable {
    private final Clock clock;
    private final Object lock = new Object();
    private final MemoryHistory history = new MemoryHistory();
    private final Map<Long, Lease> leases = new TreeMap<>();
    private final List<MemoryWatch> watches = new ArrayList<>();
    private final Queue<Runnable> deliveries = new ArrayDeque<>();
    private boolean delivering;
    private boolean closed;
    private long lastLease;

    private record Lease(long ttlSeconds, Instant expires, Set<String> keys) {}

    /** A store whose leases follow the given clock. */
    public MemoryStore(Clock clock) {
        this.clock = clock;
        if (clock instanceof FakeClock fake) {
            fake.onMove(this::expireLeases);
        }
    }

    @Override
    public CompletionStage<TxnResult> txn(Txn txn) {
        return call(() -> apply(txn));
    }

    @Override
    public CompletionStage<RangeResult> range(RangeRequest request) {
        return call(() -> history.range(request));
    }

    @Override
    public CompletionStage<Void> compact(long revision) {
        return call(
                () -> {
                    history.compact(revision);
                    return null;
                });
    }

    @Override
    public Watch watch(String prefix, long fromRevision, Watcher watcher) {
        MemoryWatch watch = new MemoryWatch(prefix, watcher, this::forget);
        synchronized (lock) {
            expireDue();
            if (closed) {
                deliveries.add(() -> watch.end(unavailable()));
            } else if (fromRevision < 0) {
                deliveries.add(
                        () -> watch.end(new StoreException(Reason.INVALID, "negative revision")));
            } else if (fromRevision != 0 && fromRevision < history.compacted()) {
                StoreException reason = history.compactedException(fromRevision);
                deliveries.add(() -> watch.end(reason));
            } else {
                watch.startAt(fromRevision == 0 ? history.revision() + 1 : fromRevision);
                watches.add(watch);
                List<List<Change>> past =
                        fromRevision == 0 ? List.of() : history.changesFrom(fromRevision);
                long now = history.revision();
                deliveries.add(
                        () -> {
                            past.forEach(watch::deliver);
                            watch.progress(now);
                        });
            }
        }
        deliver();
        return watch;
    }

    @Override
    public CompletionStage<Long> grantLease(long ttlSeconds) {
        return call(
                () -> {
                    if (ttlSeconds <= 0) {
                        throw new StoreException(
                                Reason.INVALID, "a lease's seconds must be above 0: " + ttlSeconds);
                    }
                    leases.put(
                            ++lastLease, new Lease(ttlSeconds, end(ttlSeconds), new HashSet<>()));
                    return lastLease;
                });
    }

    @Override
    public CompletionStage<Long> keepAlive(long leaseId) {
        return call(
                () -> {
                    Lease old = lease(leaseId);
                    leases.put(leaseId, new Lease(old.ttlSeconds, end(old.ttlSeconds), old.keys));
                    return old.ttlSeconds;
                });
    }

    @Override
    public CompletionStage<Void> revokeLease(long leaseId) {
        return call(
                () -> {
                    revoke(leaseId);
                    return null;
                });
    }

    /** The revision of the last change. */
    public long revision() {
        synchronized (lock) {
            return history.revision();
        }
    }

    /** Deletes the keys of leases whose time is over; needed only with a clock not a FakeClock. */
    public void expireLeases() {
        synchronized (lock) {
            expireDue();
        }
        deliver();
    }

    /** Ends all watches; later calls fail with {@code UNAVAILABLE}. */
    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
            List.copyOf(watches).forEach(watch -> deliveries.add(() -> watch.end(unavailable())));
            watches.clear();
        }
        deliver();
    }

    private <T> CompletionStage<T> call(Supplier<T> action) {
        CompletableFuture<T> stage = new CompletableFuture<>();
        synchronized (lock) {
            try {
                if (closed) {
                    throw unavailable();
                }
                expireDue();
                T result = action.get();
                deliveries.add(() -> stage.complete(result));
            } catch (StoreException refused) {
                deliveries.add(() -> stage.completeExceptionally(refused));
            }
        }
        deliver();
        return stage;
    }

    /** Runs what is due outside of the lock, one thread at a time. */
    private void deliver() {
        synchronized (lock) {
            if (delivering) {
                return;
            }
            delivering = true;
        }
        while (true) {
            Runnable next;
            synchronized (lock) {
                next = deliveries.poll();
                if (next == null) {
                    delivering = false;
                    return;
                }
            }
            next.run();
        }
    }

    private TxnResult apply(Txn txn) {
        txn.check();
        for (Txn.Write write : txn.writes()) {
            if (write instanceof Txn.Put put && put.lease() != 0) {
                lease(put.lease());
            }
        }
        Map<String, KeyValue> compared = new TreeMap<>();
        boolean holds = true;
        for (Txn.Compare compare : txn.compares()) {
            Optional<KeyValue> now = history.latest(compare.key());
            now.ifPresent(value -> compared.put(value.key(), value));
            holds &= now.map(KeyValue::modRevision).orElse(0L) == compare.modRevision();
        }
        if (!holds) {
            return new TxnResult(false, history.revision(), List.copyOf(compared.values()));
        }
        write(txn.writes());
        return new TxnResult(true, history.revision(), List.of());
    }

    private void write(List<Txn.Write> writes) {
        List<Change> changes = history.apply(writes);
        if (changes.isEmpty()) {
            return;
        }
        for (Change change : changes) {
            change.previous().ifPresent(old -> detach(old.lease(), old.key()));
            change.current()
                    .filter(now -> now.lease() != 0)
                    .ifPresent(now -> lease(now.lease()).keys.add(now.key()));
        }
        List<MemoryWatch> targets = List.copyOf(watches);
        long revision = history.revision();
        deliveries.add(
                () -> {
                    for (MemoryWatch target : targets) {
                        target.deliver(changes);
                        target.progress(revision);
                    }
                });
    }

    private void detach(long leaseId, String key) {
        Lease lease = leases.get(leaseId);
        if (lease != null) {
            lease.keys.remove(key);
        }
    }

    private Lease lease(long leaseId) {
        Lease lease = leases.get(leaseId);
        if (lease == null) {
            throw new StoreException(Reason.LEASE_NOT_FOUND, "no lease " + leaseId);
        }
        return lease;
    }

    private void revoke(long leaseId) {
        Lease lease = lease(leaseId);
        leases.remove(leaseId);
        List<Txn.Write> deletes = new ArrayList<>();
        lease.keys.stream().sorted().forEach(key -> deletes.add(new Txn.Delete(key)));
        write(deletes);
    }

    private void expireDue() {
        Instant now = clock.instant();
        List<Long> due = new ArrayList<>();
        leases.forEach(
                (id, lease) -> {
                    if (!lease.expires.isAfter(now)) {
                        due.add(id);
                    }
                });
        due.forEach(this::revoke);
    }

    private Instant end(long ttlSeconds) {
        return clock.instant().plusSeconds(ttlSeconds);
    }

    private void forget(MemoryWatch watch) {
        synchronized (lock) {
            watches.remove(watch);
        }
    }

    private static StoreException unavailable() {
        return new StoreException(Reason.UNAVAILABLE, "the store is closed");
    }
}
