package io.felucca.storage.etcd;

import io.etcd.jetcd.Lease;
import io.etcd.jetcd.kv.CompactResponse;
import io.etcd.jetcd.lease.LeaseGrantResponse;
import io.etcd.jetcd.lease.LeaseKeepAliveResponse;
import io.felucca.storage.api.RangeRequest;
import io.felucca.storage.api.RangeResult;
import io.felucca.storage.api.Store;
import io.felucca.storage.api.StoreException;
import io.felucca.storage.api.StoreException.Reason;
import io.felucca.storage.api.Txn;
import io.felucca.storage.api.TxnResult;
import io.felucca.storage.api.Watcher;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store in an etcd cluster, which other processes may write to as well. It is there at once,
 * whether etcd can be reached or not; until it can, requests wait and then fail as UNAVAILABLE.
 * Thread-safe.
 */
@Component(
        name = "io.felucca.storage.etcd",
        service = Store.class,
        configurationPid = "io.felucca.cluster",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class EtcdStore implements Store, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EtcdStore.class);
    private static final int THREADS = 2;
    private static final long CONNECTING_MILLIS = 50;

    /** What the cluster's configuration says to the store. */
    public @interface Config {
        /** Which store the cluster has; this one is {@code etcd}. */
        String store() default "rocksdb";

        /** URLs of the members, with commas between them. */
        String store_etcd_endpoints() default "";

        /** PEM file of the authorities that vouch for the members; empty for those of the JDK. */
        String store_etcd_ca() default "";

        /** PEM file of the certificate that etcd is shown; empty for none. */
        String store_etcd_cert() default "";

        /** PEM file of its key, PKCS #8. */
        String store_etcd_key() default "";
    }

    private final ScheduledThreadPoolExecutor scheduler;
    private final ThreadPoolExecutor executor;
    private final Connection connection;
    private final Calls calls;
    private final Ranges ranges;
    private final Set<EtcdWatch> watches = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /** Where the history begins with the next compaction, etcd's; 0 for none. The scheduler's. */
    private long mark;

    /** Uses the etcd that the configuration names. */
    @Activate
    public EtcdStore(Config config) {
        this(configured(config));
    }

    EtcdStore(EtcdOptions options) {
        scheduler = new ScheduledThreadPoolExecutor(1, named("etcd-clock"));
        scheduler.setRemoveOnCancelPolicy(true);
        executor =
                new ThreadPoolExecutor(
                        THREADS,
                        THREADS,
                        30,
                        TimeUnit.SECONDS,
                        // Room for what Calls lets in and what watches add to it.
                        new ArrayBlockingQueue<>(4 * Calls.MOST_IN_FLIGHT),
                        named("etcd"),
                        EtcdStore::dropWhenClosed);
        executor.allowCoreThreadTimeOut(true);
        connection = new Connection(options, executor, scheduler);
        calls = new Calls(scheduler, connection, options.deadline());
        ranges = new Ranges(connection, calls);
        long historyMillis = options.history().toMillis();
        ScheduledFuture<?> unused =
                scheduler.scheduleWithFixedDelay(
                        this::compactHistory, 0, historyMillis, TimeUnit.MILLISECONDS);
    }

    private static EtcdOptions configured(Config config) {
        if (!config.store().equals("etcd")) {
            throw new IllegalStateException(
                    "io.felucca.cluster says store = "
                            + config.store()
                            + ", but the bundle that was started is storage.etcd");
        }
        return EtcdOptions.of(
                config.store_etcd_endpoints(),
                config.store_etcd_ca(),
                config.store_etcd_cert(),
                config.store_etcd_key());
    }

    private static void dropWhenClosed(Runnable task, ThreadPoolExecutor pool) {
        if (!pool.isShutdown()) {
            throw new StoreException(Reason.OVERLOADED, "too many requests wait for etcd");
        }
        LOG.debug("{} comes after the store's end", task);
    }

    Connection connection() {
        return connection;
    }

    @Override
    public boolean isShared() {
        return true;
    }

    @Override
    public CompletionStage<TxnResult> txn(Txn txn) {
        try {
            txn.check();
        } catch (StoreException invalid) {
            return CompletableFuture.failedStage(invalid);
        }
        Function<Session, CompletableFuture<TxnResult>> commit =
                session ->
                        session.commit(txn)
                                .thenApply(
                                        response -> {
                                            connection.reached(response.getHeader().getRevision());
                                            return session.result(response);
                                        });
        return txn.writes().isEmpty() ? calls.read(commit) : calls.write(commit);
    }

    @Override
    public CompletionStage<RangeResult> range(RangeRequest request) {
        return ranges.read(request);
    }

    @Override
    public Watch watch(String prefix, long fromRevision, Watcher watcher) {
        EtcdWatch watch = new EtcdWatch(prefix, watcher, executor, this::ended);
        watches.add(watch);
        if (fromRevision < 0) {
            StoreException invalid = new StoreException(Reason.INVALID, "negative revision");
            executor.execute(() -> watch.end(invalid));
        } else if (closed) {
            executor.execute(() -> watch.end(closedException()));
        } else {
            open(watch, fromRevision, false);
        }
        return watch;
    }

    /**
     * Opens it, or has it opened as soon as there is a connection. "From now on" is what was known
     * when it was asked for, or, of one that had to wait, all that the connection brings.
     */
    private void open(EtcdWatch watch, long fromRevision, boolean waited) {
        Session session = connection.sessionOrNull();
        if (session != null) {
            long now = session.revision(waited ? session.start() : connection.reached());
            long from = fromRevision == 0 ? now + 1 : fromRevision;
            executor.execute(() -> watch.open(session, from, now));
        } else if (!watch.done() && !closed) {
            ScheduledFuture<?> unused =
                    scheduler.schedule(
                            () -> open(watch, fromRevision, true),
                            CONNECTING_MILLIS,
                            TimeUnit.MILLISECONDS);
        }
    }

    private void ended(EtcdWatch watch) {
        watches.remove(watch);
        Session stale = watch.stale();
        if (stale != null) {
            connection.lost(stale);
        }
    }

    /**
     * etcd keeps the state at the revision it is told, but neither deletions at it nor the values
     * that were replaced at it; the store promises both. So etcd is told the one before.
     */
    @Override
    public CompletionStage<Void> compact(long revision) {
        return range(RangeRequest.key("-"))
                .thenCompose(
                        now -> {
                            if (revision > now.revision()) {
                                return CompletableFuture.failedFuture(
                                        new StoreException(
                                                Reason.FUTURE_REVISION,
                                                "revision "
                                                        + revision
                                                        + " is to come, now is "
                                                        + now.revision()));
                            }
                            return compactEtcd(revision - connection.session().offset() - 1);
                        });
    }

    private CompletableFuture<Void> compactEtcd(long revision) {
        if (revision <= 0) {
            return CompletableFuture.completedFuture(null);
        }
        CompletableFuture<Void> compacted = new CompletableFuture<>();
        CompletableFuture<CompactResponse> unused =
                calls.read(session -> session.client().getKVClient().compact(revision))
                        .whenComplete(
                                (done, failure) -> {
                                    StoreException error =
                                            failure == null ? null : Fault.of(failure).error();
                                    if (error == null || error.reason() == Reason.COMPACTED) {
                                        compacted.complete(null);
                                    } else {
                                        compacted.completeExceptionally(error);
                                    }
                                });
        return compacted;
    }

    /** Each process on one etcd does this; whoever comes second finds it done. */
    private void compactHistory() {
        long from = mark;
        mark = connection.reached();
        if (from > 0) {
            CompletableFuture<Void> unused =
                    compactEtcd(from)
                            .whenComplete(
                                    (done, failure) -> {
                                        if (failure != null) {
                                            LOG.warn(
                                                    "etcd's history could not be compacted: {}",
                                                    Fault.of(failure).error().getMessage());
                                        }
                                    });
        }
    }

    @Override
    public CompletionStage<Long> grantLease(long ttlSeconds) {
        if (ttlSeconds <= 0) {
            return CompletableFuture.failedFuture(
                    new StoreException(
                            Reason.INVALID, "a lease's seconds must be above 0: " + ttlSeconds));
        }
        // One that was granted unheard ends by itself.
        return calls.read(session -> leases(session).grant(ttlSeconds))
                .thenApply(LeaseGrantResponse::getID);
    }

    @Override
    public CompletionStage<Long> keepAlive(long leaseId) {
        return calls.read(session -> leases(session).keepAliveOnce(leaseId))
                .thenApply(LeaseKeepAliveResponse::getTTL);
    }

    @Override
    public CompletionStage<Void> revokeLease(long leaseId) {
        return calls.write(session -> leases(session).revoke(leaseId))
                .thenAccept(revoked -> connection.reached(revoked.getHeader().getRevision()));
    }

    private static Lease leases(Session session) {
        return session.client().getLeaseClient();
    }

    private static StoreException closedException() {
        return new StoreException(Reason.UNAVAILABLE, "the store is closed");
    }

    /** Ends the watches and fails what is under way; what was written stays written. */
    @Override
    @Deactivate
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        calls.close(closedException());
        List.copyOf(watches).forEach(watch -> watch.end(closedException()));
        connection.close();
        // What waits for its next attempt has it now, and learns that the store is closed.
        scheduler.shutdown();
        executor.shutdown();
    }

    private static ThreadFactory named(String name) {
        return task -> {
            Thread thread = Executors.defaultThreadFactory().newThread(task);
            thread.setName(name);
            thread.setDaemon(true);
            return thread;
        };
    }
}
