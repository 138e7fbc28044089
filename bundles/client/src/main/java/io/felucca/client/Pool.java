package io.felucca.client;

import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Threads for work now and later; what fails there is logged, since nobody waits for it. */
final class Pool implements Executor {
    private static final Logger LOG = LoggerFactory.getLogger(Pool.class);

    private final ScheduledExecutorService threads;

    Pool(int size, ThreadFactory factory) {
        ScheduledThreadPoolExecutor pool = new ScheduledThreadPoolExecutor(size, factory);
        pool.setRemoveOnCancelPolicy(true);
        this.threads = pool;
    }

    @Override
    public void execute(Runnable work) {
        if (!threads.isShutdown()) {
            threads.execute(guarded(work));
        }
    }

    void after(long millis, Runnable work) {
        if (!threads.isShutdown()) {
            // Nobody asks what came of it: guarded() has said so already.
            Future<?> unused = threads.schedule(guarded(work), millis, TimeUnit.MILLISECONDS);
        }
    }

    void close() {
        threads.shutdownNow();
    }

    private static Runnable guarded(Runnable work) {
        return () -> {
            try {
                work.run();
            } catch (RuntimeException e) {
                LOG.error("work of a client failed", e);
            }
        };
    }
}
