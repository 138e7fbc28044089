package io.felucca.apiserver;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** Counts the writes under way, so that a server that goes lets them land. Thread-safe. */
final class Flights {
    private final AtomicLong underWay = new AtomicLong();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition landed = lock.newCondition();

    <T> CompletionStage<T> count(Supplier<CompletionStage<T>> write) {
        underWay.incrementAndGet();
        CompletionStage<T> stage;
        try {
            stage = write.get();
        } catch (Throwable e) {
            land();
            throw e;
        }
        return stage.whenComplete((result, failure) -> land());
    }

    private void land() {
        if (underWay.decrementAndGet() == 0) {
            lock.lock();
            try {
                landed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    void await(long timeoutNanos) {
        long left = timeoutNanos;
        lock.lock();
        try {
            while (underWay.get() > 0 && left > 0) {
                left = landed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }
}
