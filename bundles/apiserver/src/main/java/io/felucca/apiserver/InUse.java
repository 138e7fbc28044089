package io.felucca.apiserver;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Counts the calls that use a part, so that who takes it away can wait for them. Thread-safe. */
final class InUse {
    private final AtomicLong calls = new AtomicLong();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition idle = lock.newCondition();

    /** Set before the calls are counted, so that the last to leave sees it or is not counted. */
    private volatile boolean awaited;

    void enter() {
        calls.incrementAndGet();
    }

    void leave() {
        if (calls.decrementAndGet() == 0 && awaited) {
            lock.lock();
            try {
                idle.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    /** Gives up after a while, so that a part that hangs can be replaced too. */
    void awaitIdle(long timeoutNanos) {
        long left = timeoutNanos;
        lock.lock();
        try {
            awaited = true;
            while (calls.get() > 0 && left > 0) {
                left = idle.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }
}
