package io.felucca.apiserver.apiextensions;

import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one thread on which everything about definitions is decided; none while nothing happens. */
final class Worker implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);
    private static final long IDLE_SECONDS = 10;

    private final ScheduledThreadPoolExecutor executor;

    Worker() {
        executor =
                new ScheduledThreadPoolExecutor(
                        1,
                        task -> {
                            Thread thread = Executors.defaultThreadFactory().newThread(task);
                            thread.setName("apiextensions");
                            thread.setDaemon(true);
                            return thread;
                        });
        executor.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
        executor.allowCoreThreadTimeOut(true);
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    void run(Runnable task) {
        runIn(0, task);
    }

    void runIn(long delayMillis, Runnable task) {
        try {
            var unused = executor.schedule(() -> guarded(task), delayMillis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // The bundle is stopping; the next one lists anew.
            LOG.debug("Stopping: a task was left undone");
        }
    }

    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            LOG.error("Work on the custom resource definitions failed", e);
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
