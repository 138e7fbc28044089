package io.felucca.apiserver;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Lets calls wait a moment for a part that is being replaced. The moment counts from when the part
 * went, not from the call, so a part that stays away costs its callers no more time. Thread-safe.
 */
final class Patience {
    static final long MOMENT_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final LongSupplier nanoTime;
    private volatile boolean over;

    /** {@code nanoTime} as {@link System#nanoTime} gives it. */
    Patience(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    long now() {
        return nanoTime.getAsLong();
    }

    /** To be called after each arrival. */
    void arrived() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Nobody comes back any more: whoever waits, or would, is told so at once. */
    void end() {
        over = true;
        arrived();
    }

    boolean isOver() {
        return over;
    }

    /** Waits until it is there or its moment is over; gives whether it is there. */
    boolean await(BooleanSupplier there, LongSupplier goneSinceNanos) {
        if (there.getAsBoolean()) {
            return true;
        }
        lock.lock();
        try {
            while (!there.getAsBoolean()) {
                long left = goneSinceNanos.getAsLong() + MOMENT_NANOS - now();
                if (over || left <= 0) {
                    return false;
                }
                changed.awaitNanos(left);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }
}
