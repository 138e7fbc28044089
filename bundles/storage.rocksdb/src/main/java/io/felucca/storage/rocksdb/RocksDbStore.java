package io.felucca.storage.rocksdb;

import static java.util.Objects.requireNonNull;

import io.felucca.storage.api.RangeRequest;
import io.felucca.storage.api.RangeResult;
import io.felucca.storage.api.Store;
import io.felucca.storage.api.StoreException;
import io.felucca.storage.api.StoreException.Reason;
import io.felucca.storage.api.Txn;
import io.felucca.storage.api.TxnResult;
import io.felucca.storage.api.Watcher;
import java.nio.file.Path;
import java.time.Clock;
import java.util.OptionalLong;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The embedded store. Thread-safe.
 *
 * <p>Watchers are called, and the stages of writes completed, on the one thread that writes:
 * whoever blocks it there holds up every write. What a watch missed is replayed on another thread.
 * Ranges are read and completed on threads of their own.
 */
@Component(
        name = "io.felucca.storage.rocksdb",
        service = Store.class,
        configurationPid = "io.felucca.cluster",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class RocksDbStore implements Store, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RocksDbStore.class);
    private static final int READERS = 2;

    /** More than one, so that a watcher that blocks in its replay doesn't hold up the others'. */
    private static final int REPLAYERS = 4;

    private static final long IDLE_SECONDS = 30;
    private static final int MAX_WAITING_READS = 4_096;
    private static final int MAX_STARTING_WATCHES = 1_024;
    private static final long CLOSE_SECONDS = 20;

    /** What the cluster's configuration says to the store. */
    public @interface Config {
        /** The directory of all data; the store is in its {@code store}. */
        String data_dir();

        /** Which store the cluster has; this one is {@code rocksdb}. */
        String store() default "rocksdb";
    }

    private final Clock clock;
    private final Disk disk;
    private final StoreState state;
    private final WatchHub hub;
    private final Writer writer;
    private final Compaction compaction;
    private final RangeReader reader;
    private final Replay replay;
    private final HistoryMarks marks;
    private final ExecutorService writing;
    private final ExecutorService reading;
    private final ExecutorService replaying;
    private final ScheduledExecutorService ticking;
    private final Future<?> ticks;

    /** Opens the store that the configuration names; fails with {@code CORRUPT} if damaged. */
    @Activate
    public RocksDbStore(@Reference Clock clock, Config config) {
        this(configured(config), clock, StoreOptions.defaults(), UnaryOperator.identity());
    }

    private RocksDbStore(
            Path directory, Clock clock, StoreOptions options, UnaryOperator<Log> aroundLog) {
        this.clock = clock;
        disk = new Disk(directory, options);
        KeyIndex index = new KeyIndex();
        state = recover(index);
        hub = new WatchHub(disk, state.recovered());
        compaction = new Compaction(disk, index, hub);
        writer = new Writer(state, aroundLog.apply(disk), hub, compaction, options);
        reader = new RangeReader(disk, index, hub);
        writing = Executors.newSingleThreadExecutor(named("store-writer"));
        reading = pool(READERS, MAX_WAITING_READS, "store-reader");
        replaying = pool(REPLAYERS, MAX_STARTING_WATCHES, "store-replay");
        ticking = Executors.newSingleThreadScheduledExecutor(named("store-clock"));
        replay = new Replay(disk, hub, writer, replaying);
        marks = new HistoryMarks(options.history());
        writing.execute(writer::run);
        long tickMillis = options.tick().toMillis();
        ticks = ticking.scheduleWithFixedDelay(this::tick, 0, tickMillis, TimeUnit.MILLISECONDS);
    }

    private static Path configured(Config config) {
        if (!config.store().equals("rocksdb")) {
            throw new IllegalStateException(
                    "io.felucca.cluster says store = "
                            + config.store()
                            + ", but the bundle that was started is storage.rocksdb");
        }
        return Path.of(
                requireNonNull(config.data_dir(), "io.felucca.cluster lacks data.dir"), "store");
    }

    /** Opens a store in a directory, which is made if it is not there. */
    static RocksDbStore open(Path directory, Clock clock, StoreOptions options) {
        return new RocksDbStore(directory, clock, options, UnaryOperator.identity());
    }

    /** As the other, with something between the writer and the disk. */
    static RocksDbStore open(
            Path directory, Clock clock, StoreOptions options, UnaryOperator<Log> aroundLog) {
        return new RocksDbStore(directory, clock, options, aroundLog);
    }

    private StoreState recover(KeyIndex index) {
        try {
            return new StoreState(disk, index, clock);
        } catch (RuntimeException damaged) {
            disk.close();
            throw damaged;
        }
    }

    @Override
    public CompletionStage<TxnResult> txn(Txn txn) {
        try {
            txn.check();
        } catch (StoreException invalid) {
            return CompletableFuture.failedStage(invalid);
        }
        return writer.submit((int) txn.valueBytes(), batch -> state.txn(txn, batch));
    }

    @Override
    public CompletionStage<RangeResult> range(RangeRequest request) {
        CompletableFuture<RangeResult> stage = new CompletableFuture<>();
        try {
            reading.execute(
                    () -> {
                        try {
                            writer.checkRunning();
                            stage.complete(reader.read(request));
                        } catch (RuntimeException | Error failed) {
                            stage.completeExceptionally(failed);
                        }
                    });
        } catch (RejectedExecutionException refused) {
            stage.completeExceptionally(
                    reading.isShutdown()
                            ? closed()
                            : new StoreException(Reason.OVERLOADED, "too many reads wait"));
        }
        return stage;
    }

    @Override
    public Watch watch(String prefix, long fromRevision, Watcher watcher) {
        StoreWatch watch = new StoreWatch(prefix, watcher, hub::remove);
        try {
            OptionalLong caughtUpWith = hub.add(watch, fromRevision);
            if (caughtUpWith.isPresent()) {
                replay.greet(watch, caughtUpWith.getAsLong());
            } else {
                replay.start(watch);
            }
        } catch (StoreException refused) {
            replay.refuse(watch, refused);
        }
        return watch;
    }

    @Override
    public CompletionStage<Void> compact(long revision) {
        return writer.submit(
                0,
                batch -> {
                    compaction.start(revision, state.revision(), batch);
                    return () -> null;
                });
    }

    @Override
    public CompletionStage<Long> grantLease(long ttlSeconds) {
        return writer.submit(0, batch -> state.grantLease(ttlSeconds, batch));
    }

    @Override
    public CompletionStage<Long> keepAlive(long leaseId) {
        return writer.submit(0, batch -> state.keepAlive(leaseId));
    }

    @Override
    public CompletionStage<Void> revokeLease(long leaseId) {
        return writer.submit(
                0,
                batch -> {
                    state.endLease(leaseId, batch);
                    return () -> null;
                });
    }

    /** Lets the next revision be greater than this. */
    CompletionStage<Void> advance(long floor) {
        return writer.submit(
                0,
                batch -> {
                    state.advance(floor);
                    return () -> null;
                });
    }

    /** How often the log was synced since the store was opened. */
    long logSyncs() {
        return disk.logSyncs();
    }

    private void tick() {
        try {
            if (state.leases().anyDue()) {
                writer.submit(
                        0,
                        batch -> {
                            state.expireLeases(batch);
                            return () -> null;
                        });
            }
            marks.tick(clock.millis(), hub.published()).ifPresent(this::compact);
        } catch (RuntimeException failed) {
            // A task that throws would never be called again, and this one must be.
            LOG.error("The store could not look after its leases and its history", failed);
        }
    }

    /** Finishes what is queued, ends the watches with {@code UNAVAILABLE}, closes the files. */
    @Override
    @Deactivate
    public void close() {
        if (reading.isShutdown()) {
            return;
        }
        ticks.cancel(false);
        ticking.shutdown();
        reading.shutdown();
        writer.stop();
        replaying.shutdownNow();
        writing.shutdown();
        // RocksDB crashes the process if it is closed while a thread uses it: rather leave it open.
        if (ended(ticking) && ended(replaying) && ended(writing) && ended(reading)) {
            disk.close();
        } else {
            LOG.error("A watcher or dependant blocks the store, its files stay open");
        }
    }

    private static boolean ended(ExecutorService threads) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return threads.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
                } catch (InterruptedException again) {
                    // The files must be closed all the same; the caller learns of it afterwards.
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static StoreException closed() {
        return new StoreException(Reason.UNAVAILABLE, "the store is closed");
    }

    private static ThreadPoolExecutor pool(int threads, int waiting, String name) {
        ThreadPoolExecutor pool =
                new ThreadPoolExecutor(
                        threads,
                        threads,
                        IDLE_SECONDS,
                        TimeUnit.SECONDS,
                        new ArrayBlockingQueue<>(waiting),
                        named(name));
        pool.allowCoreThreadTimeOut(true);
        return pool;
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
