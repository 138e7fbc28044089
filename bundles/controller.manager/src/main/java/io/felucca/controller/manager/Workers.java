package io.felucca.controller.manager;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads of all controllers. What waits for one is a signal that some controller has a key to
 * work on, so there are never more of them than keys.
 */
final class Workers {
    private static final int THREADS = 16;
    private static final int IDLE_SECONDS = 30;
    private static final int SIGNALS = 1_000_000;

    private final ThreadPoolExecutor threads;
    private final ScheduledThreadPoolExecutor timer;

    Workers() {
        threads =
                new ThreadPoolExecutor(
                        THREADS,
                        THREADS,
                        IDLE_SECONDS,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(SIGNALS),
                        named("controller"));
        threads.allowCoreThreadTimeOut(true);
        timer = new ScheduledThreadPoolExecutor(1, named("controller-timer"));
        timer.setRemoveOnCancelPolicy(true);
    }

    void execute(Runnable work) {
        if (!threads.isShutdown()) {
            threads.execute(work);
        }
    }

    /** What comes back is only for calling it off; work for a timer that is closed is dropped. */
    Future<?> after(Duration delay, Runnable work) {
        return timer.isShutdown()
                ? CompletableFuture.completedFuture(null)
                : timer.schedule(work, delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** How much work waits for its time. */
    int planned() {
        return timer.getQueue().size();
    }

    void close() {
        timer.shutdownNow();
        threads.shutdownNow();
    }

    private static ThreadFactory named(String name) {
        AtomicInteger number = new AtomicInteger();
        ThreadFactory plain = java.util.concurrent.Executors.defaultThreadFactory();
        return work -> {
            Thread thread = plain.newThread(work);
            thread.setName(name + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}
