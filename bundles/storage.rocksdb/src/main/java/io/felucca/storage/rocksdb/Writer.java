package io.felucca.storage.rocksdb;

import io.felucca.storage.api.StoreException;
import io.felucca.storage.api.StoreException.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.rocksdb.RocksDBException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that writes. It takes all that waits, lets the state decide each request, syncs
 * the writes of all at once, publishes the changes and completes the stages, in this order: nothing
 * is shown or acknowledged that a crash could take back.
 *
 * <p>If a sync fails, nobody knows what is on disk: then the store is unavailable until it is
 * opened again.
 */
final class Writer {
    private static final Logger LOG = LoggerFactory.getLogger(Writer.class);
    private static final int MAX_BATCH_REQUESTS = 1_024;
    private static final long MAX_BATCH_BYTES = 8 << 20;

    /** Decides one request; the result is asked for once the batch is on disk. */
    @FunctionalInterface
    interface Step<T> {
        Supplier<T> decide(Batch batch);
    }

    /** Bytes is what the request's values weigh; an alone one must not share a batch. */
    private record Request<T>(int bytes, boolean alone, Step<T> step, CompletableFuture<T> stage) {}

    private final StoreState state;
    private final Log log;
    private final WatchHub hub;
    private final Compaction compaction;
    private final BlockingQueue<Request<?>> queue;
    private final long maxQueuedBytes;
    private final AtomicLong queuedBytes = new AtomicLong();
    private final List<Request<?>> round = new ArrayList<>();

    /** Why nothing is taken any more; null while all is well. */
    private volatile StoreException stopped;

    private boolean stopping;

    Writer(StoreState state, Log log, WatchHub hub, Compaction compaction, StoreOptions options) {
        this.state = state;
        this.log = log;
        this.hub = hub;
        this.compaction = compaction;
        this.queue = new ArrayBlockingQueue<>(options.queueLength());
        this.maxQueuedBytes = options.queueBytes();
    }

    /** Queues a request from outside; refuses it if the queue is full. */
    <T> CompletionStage<T> submit(int bytes, Step<T> step) {
        Request<T> request = new Request<>(bytes, false, step, new CompletableFuture<>());
        long queued = queuedBytes.addAndGet(bytes);
        if (stopped != null) {
            queuedBytes.addAndGet(-bytes);
            request.stage.completeExceptionally(stopped);
        } else if ((queued > maxQueuedBytes && queued > bytes) || !queue.offer(request)) {
            queuedBytes.addAndGet(-bytes);
            request.stage.completeExceptionally(overloaded());
        } else {
            refuseIfStopped(request);
        }
        return request.stage;
    }

    /** Runs something on the writer's thread between two batches; waits for room in the queue. */
    void execute(Runnable action) {
        Request<Void> request = alone(action);
        try {
            if (stopped != null) {
                throw stopped;
            }
            queue.put(request);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new StoreException(Reason.UNAVAILABLE, "the store is closing", interrupted);
        }
        if (stopped != null && queue.remove(request)) {
            throw stopped;
        }
    }

    /** Fails if the store has failed or is closed. */
    void checkRunning() {
        if (stopped != null) {
            throw stopped;
        }
    }

    /** Ends the thread after all that is queued; what comes later is refused. */
    void stop() {
        try {
            execute(() -> stopping = true);
        } catch (StoreException already) {
            LOG.debug("The writer has stopped already", already);
        }
    }

    /** The thread's life. */
    void run() {
        StoreException reason = new StoreException(Reason.UNAVAILABLE, "the store is closed");
        try (Batch batch = new Batch()) {
            while (!stopping) {
                takeRound();
                if (!round.isEmpty()) {
                    decideAll(batch);
                }
                if (compaction.unfinished()) {
                    compaction.clean();
                }
            }
        } catch (InterruptedException interrupted) {
            LOG.debug("The writer was interrupted", interrupted);
        } catch (RuntimeException | Error failed) {
            reason = failure(failed);
            LOG.error("The store has failed and takes nothing more: {}", reason.getMessage());
        } finally {
            refuseAll(reason);
        }
    }

    private void takeRound() throws InterruptedException {
        round.clear();
        Request<?> first = compaction.unfinished() ? queue.poll() : queue.take();
        if (first != null) {
            round.add(first);
            queue.drainTo(round, MAX_BATCH_REQUESTS - 1);
        }
    }

    private void decideAll(Batch batch) {
        try {
            state.expireLeases(batch);
            for (Request<?> request : round) {
                queuedBytes.addAndGet(-request.bytes);
                if (request.alone || batch.bytes() >= MAX_BATCH_BYTES) {
                    commit(batch);
                }
                decide(request, batch);
            }
            commit(batch);
        } catch (RuntimeException | Error failed) {
            StoreException reason = failure(failed);
            batch.failAll(
                    new StoreException(
                            Reason.OUTCOME_UNKNOWN,
                            "it is unknown whether this was written: " + reason.getMessage(),
                            reason));
            throw failed;
        }
    }

    private <T> void decide(Request<T> request, Batch batch) {
        Supplier<T> result;
        try {
            result = request.step.decide(batch);
        } catch (StoreException refused) {
            result =
                    () -> {
                        throw refused;
                    };
        }
        batch.completeWith(request.stage, result);
    }

    private void commit(Batch batch) {
        if (batch.hasWrites()) {
            try {
                log.sync(batch.writes());
            } catch (RocksDBException failed) {
                throw new StoreException(
                        Reason.UNAVAILABLE,
                        "the store's log can't be written: " + failed.getMessage(),
                        failed);
            }
            if (!batch.changes().isEmpty()) {
                hub.publish(state.revision(), batch.changes());
            }
        }
        batch.completeAll();
        batch.clear();
    }

    private void refuseAll(StoreException reason) {
        stopped = reason;
        for (Request<?> request : round) {
            request.stage.completeExceptionally(reason);
        }
        Request<?> left;
        while ((left = queue.poll()) != null) {
            left.stage.completeExceptionally(reason);
        }
        hub.end(reason);
    }

    /** The thread may have ended between the look at {@link #stopped} and the offer. */
    private void refuseIfStopped(Request<?> request) {
        StoreException reason = stopped;
        if (reason != null && queue.remove(request)) {
            request.stage.completeExceptionally(reason);
        }
    }

    private static Request<Void> alone(Runnable action) {
        return new Request<>(
                0,
                true,
                batch -> {
                    action.run();
                    return () -> null;
                },
                new CompletableFuture<>());
    }

    private static StoreException failure(Throwable failed) {
        return failed instanceof StoreException known
                ? known
                : new StoreException(Reason.UNAVAILABLE, "the store failed: " + failed, failed);
    }

    private static StoreException overloaded() {
        return new StoreException(Reason.OVERLOADED, "too many requests wait for the store");
    }
}
