package io.felucca.client;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs one piece of work, never twice at once, on a shared pool. Asked while it runs, it runs once
 * more; so any number of signals costs one entry in the pool's queue.
 */
final class SerialExecutor {
    private final Executor pool;
    private final Runnable work;
    private final AtomicInteger asked = new AtomicInteger();

    SerialExecutor(Executor pool, Runnable work) {
        this.pool = pool;
        this.work = work;
    }

    void ask() {
        if (asked.getAndIncrement() == 0) {
            pool.execute(this::run);
        }
    }

    private void run() {
        int seen = asked.get();
        try {
            work.run();
        } finally {
            if (asked.addAndGet(-seen) > 0) {
                pool.execute(this::run);
            }
        }
    }
}
