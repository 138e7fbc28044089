package io.felucca.apiserver.rest;

import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A bounded number of threads behind a bounded queue. A full queue refuses new requests, which the
 * client sees as 429; what is already under way goes on by the caller's hand. Thread-safe.
 *
 * <p>A worker that waits for a future, as for the answer of a webhook, has another take its place
 * meanwhile: whom it waits for may need an answer of this very pool. The JDK's pool knows when one
 * of its threads waits for a {@link java.util.concurrent.CompletableFuture}, so nobody has to say.
 */
final class WorkerPool implements AutoCloseable {
    /** Less than the requests that come meanwhile wait for the next handler. */
    private static final long DRAIN_MILLIS = 1000;

    /**
     * As many may wait at once as priority and fairness lets in by itself; those above that number
     * wait without anybody in their place.
     */
    private static final int MOST_WAITING_THREADS = 600;

    private static final int IDLE_SECONDS = 30;

    private final ForkJoinPool threads;
    private final AtomicInteger queued = new AtomicInteger();
    private final int queueLength;

    WorkerPool(String name, int size, int queueLength) {
        this.queueLength = queueLength;
        AtomicInteger number = new AtomicInteger();
        threads =
                new ForkJoinPool(
                        size,
                        pool -> new Worker(pool, name + "-" + number.incrementAndGet()),
                        null,
                        true,
                        size,
                        size + MOST_WAITING_THREADS,
                        size,
                        pool -> true,
                        IDLE_SECONDS,
                        TimeUnit.SECONDS);
    }

    /** A thread of such a pool. */
    private static final class Worker extends ForkJoinWorkerThread {
        Worker(ForkJoinPool pool, String name) {
            super(pool);
            setName(name);
            setDaemon(true);
        }
    }

    /** Whether the caller is a thread of some pool of these, which may wait a moment. */
    static boolean isWorker() {
        return Thread.currentThread() instanceof Worker;
    }

    static Thread named(Runnable task, String name) {
        Thread thread = java.util.concurrent.Executors.defaultThreadFactory().newThread(task);
        thread.setName(name);
        thread.setDaemon(true);
        return thread;
    }

    /** Takes a new piece of work; throws {@link RejectedExecutionException} when too much waits. */
    void submit(Runnable task) {
        if (queued.incrementAndGet() > queueLength) {
            queued.decrementAndGet();
            throw new RejectedExecutionException("too much waits for a worker");
        }
        try {
            threads.execute(
                    () -> {
                        queued.decrementAndGet();
                        task.run();
                    });
        } catch (RejectedExecutionException e) {
            queued.decrementAndGet();
            throw e;
        }
    }

    /** For the ends of what was begun, short and not to be lost: never refuses. */
    Executor finisher() {
        return task -> {
            try {
                submit(task);
            } catch (RejectedExecutionException e) {
                task.run();
            }
        };
    }

    /**
     * Takes nothing new and waits a moment for what is under way. Whatever takes longer goes on by
     * itself, as somebody waits for its answer; the threads end with it.
     */
    @Override
    public void close() {
        threads.shutdown();
        try {
            boolean unused = threads.awaitTermination(DRAIN_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
