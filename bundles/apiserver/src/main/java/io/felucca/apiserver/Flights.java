package io.felucca.apiserver;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * The writes under way. Whoever takes a part away waits only for those that began before, so that a
 * steady load does not hold it up. Thread-safe.
 */
final class Flights {
    private final AtomicReference<InUse> current = new AtomicReference<>(new InUse());

    <T> CompletionStage<T> count(Supplier<CompletionStage<T>> write) {
        InUse ours = board();
        CompletionStage<T> stage;
        try {
            stage = write.get();
        } catch (Throwable e) {
            ours.leave();
            throw e;
        }
        return stage.whenComplete((result, failure) -> ours.leave());
    }

    private InUse board() {
        while (true) {
            InUse ours = current.get();
            ours.enter();
            if (current.get() == ours) {
                return ours;
            }
            // Somebody has begun to wait for these: take the next.
            ours.leave();
        }
    }

    void awaitEarlier(long timeoutNanos) {
        current.getAndSet(new InUse()).awaitIdle(timeoutNanos);
    }
}
