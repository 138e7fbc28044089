package io.felucca.itests.e2e;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for what should become true, with a deadline. */
final class Eventually {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

    private Eventually() {}

    static void is(String what, BooleanSupplier condition) {
        is(what, PATIENCE, condition, () -> "");
    }

    /** Fails with {@code what} and a last look at {@code evidence} once the time is up. */
    static void is(
            String what, Duration patience, BooleanSupplier condition, Supplier<String> evidence) {
        long end = System.nanoTime() + patience.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError(
                        "not within " + patience + ": " + what + "\n" + evidence.get());
            }
            LockSupport.parkNanos(LOOK_AGAIN.toNanos());
        }
    }

    /** Repeats a check until it throws no {@link AssertionError} any more. */
    static void passes(Runnable check) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                check.run();
                return;
            } catch (AssertionError e) {
                if (System.nanoTime() - end > 0) {
                    throw e;
                }
            }
            LockSupport.parkNanos(LOOK_AGAIN.toNanos());
        }
    }
}
