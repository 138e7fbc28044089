package io.felucca.apiserver;

import io.felucca.machinery.ApiException;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A few threads for what goes on after an answer of the store. A full queue slows down whoever
 * fills it, rather than fail a write that is under way. One that waits for a webhook has another
 * take its place meanwhile, within a bound: the webhook may want to write as well. Thread-safe.
 */
final class Workers implements Executor, AutoCloseable {
    private static final int THREADS = 4;
    private static final int MOST_QUEUED = 10_000;
    private static final int MOST_WAITING = 600;
    private static final int IDLE_SECONDS = 10;
    private static final int DRAIN_SECONDS = 2;

    private final AtomicInteger number = new AtomicInteger();

    // The JDK's pool knows when one of its threads waits for a CompletableFuture.
    private final ForkJoinPool threads =
            new ForkJoinPool(
                    THREADS,
                    this::thread,
                    null,
                    true,
                    THREADS,
                    THREADS + MOST_WAITING,
                    THREADS,
                    pool -> true,
                    IDLE_SECONDS,
                    TimeUnit.SECONDS);

    private static final class Worker extends ForkJoinWorkerThread {
        Worker(ForkJoinPool pool) {
            super(pool);
        }
    }

    private ForkJoinWorkerThread thread(ForkJoinPool pool) {
        ForkJoinWorkerThread thread = new Worker(pool);
        thread.setName("apiserver-worker-" + number.incrementAndGet());
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public void execute(Runnable task) {
        if (threads.isShutdown()) {
            throw ApiException.unavailable("the server is being replaced", 1);
        }
        if (threads.getQueuedSubmissionCount() > MOST_QUEUED) {
            task.run();
        } else {
            threads.execute(task);
        }
    }

    /** Waits a moment for what is under way. */
    @Override
    public void close() {
        threads.shutdown();
        try {
            boolean unused = threads.awaitTermination(DRAIN_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        threads.shutdownNow();
    }
}
