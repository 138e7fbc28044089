package io.felucca.apiserver.rest;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A bounded number of threads behind a bounded queue. A full queue refuses new requests, which the
 * client sees as 429; what is already under way goes on by the caller's hand. Thread-safe.
 */
final class WorkerPool implements AutoCloseable {
    /** Less than the requests that come meanwhile wait for the next handler. */
    private static final long DRAIN_MILLIS = 1000;

    private static final ThreadLocal<Boolean> IS_WORKER = ThreadLocal.withInitial(() -> false);

    private final ThreadPoolExecutor threads;

    WorkerPool(String name, int size, int queueLength) {
        AtomicInteger number = new AtomicInteger();
        threads =
                new ThreadPoolExecutor(
                        size,
                        size,
                        30,
                        TimeUnit.SECONDS,
                        new ArrayBlockingQueue<>(queueLength),
                        task ->
                                named(
                                        () -> {
                                            IS_WORKER.set(true);
                                            task.run();
                                        },
                                        name + "-" + number.incrementAndGet()));
        threads.allowCoreThreadTimeOut(true);
    }

    /** Whether the caller is a thread of some pool of these, which may wait a moment. */
    static boolean isWorker() {
        return IS_WORKER.get();
    }

    static Thread named(Runnable task, String name) {
        Thread thread = java.util.concurrent.Executors.defaultThreadFactory().newThread(task);
        thread.setName(name);
        thread.setDaemon(true);
        return thread;
    }

    /** Takes a new piece of work; throws {@link RejectedExecutionException} when too much waits. */
    void submit(Runnable task) {
        threads.execute(task);
    }

    /** For the ends of what was begun, short and not to be lost: never refuses. */
    Executor finisher() {
        return task -> {
            try {
                threads.execute(task);
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
