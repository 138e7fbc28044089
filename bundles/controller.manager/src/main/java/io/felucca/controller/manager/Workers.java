package io.felucca.controller.manager;

import java.time.Duration;
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
    }

    void execute(Runnable work) {
        if (!threads.isShutdown()) {
            threads.execute(work);
        }
    }

    void after(Duration delay, Runnable work) {
        if (!timer.isShutdown()) {
            // Adding a key can't fail, so nobody needs the answer.
            Future<?> unused = timer.schedule(work, delay.toMillis(), TimeUnit.MILLISECONDS);
        }
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
