package io.felucca.apiserver.aggregation;

import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread on which everything is decided, and a few for waiting for other servers; none while
 * nothing happens. Thread-safe.
 */
final class Worker implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);
    private static final int WAITING = 4;
    private static final long IDLE_SECONDS = 10;

    private final ScheduledThreadPoolExecutor deciding = executor(1, "aggregator");
    private final ScheduledThreadPoolExecutor waiting = executor(WAITING, "aggregator-waiting");
    private final AtomicBoolean pending = new AtomicBoolean();

    private static ScheduledThreadPoolExecutor executor(int threads, String name) {
        ThreadFactory plain = Executors.defaultThreadFactory();
        ScheduledThreadPoolExecutor executor =
                new ScheduledThreadPoolExecutor(
                        threads,
                        task -> {
                            Thread thread = plain.newThread(task);
                            thread.setName(name);
                            thread.setDaemon(true);
                            return thread;
                        });
        executor.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
        executor.allowCoreThreadTimeOut(true);
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        return executor;
    }

    void run(Runnable task) {
        runIn(0, task);
    }

    void runIn(long delayMillis, Runnable task) {
        schedule(deciding, delayMillis, task);
    }

    /** Once for however many ask before it is done; always the same task. */
    void soon(Runnable task) {
        if (pending.compareAndSet(false, true)) {
            run(
                    () -> {
                        pending.set(false);
                        task.run();
                    });
        }
    }

    void every(long millis, Runnable task) {
        runIn(
                millis,
                () -> {
                    try {
                        task.run();
                    } finally {
                        every(millis, task);
                    }
                });
    }

    /** For what has to wait for somebody else. */
    void aside(Runnable task) {
        schedule(waiting, 0, task);
    }

    private static void schedule(
            ScheduledThreadPoolExecutor executor, long delayMillis, Runnable task) {
        try {
            var unused = executor.schedule(() -> guarded(task), delayMillis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("Stopping: a task was left undone");
        }
    }

    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            LOG.error("Work on the API services failed", e);
        }
    }

    @Override
    public void close() {
        deciding.shutdownNow();
        waiting.shutdownNow();
    }
}
