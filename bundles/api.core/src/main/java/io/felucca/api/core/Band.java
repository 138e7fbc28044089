package io.felucca.api.core;

import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * A range of numbers to choose free ones from: the upper part first, so that the lower stays for
 * those that ask for a certain one (KEP-3070, KEP-3668). Numbers count from the range's start.
 * Thread-safe as far as the generator is.
 */
final class Band {
    private static final int RANDOM_TRIES = 64;

    private final int size;
    private final int lower;
    private final RandomGenerator random;

    /**
     * @param divisor how small a part of the range the lower part is
     * @param mostLower how large the lower part may become
     */
    Band(int size, int divisor, int mostLower, RandomGenerator random) {
        this.size = size;
        int wanted = Math.min(Math.max(16, size / divisor), mostLower);
        this.lower = wanted >= size ? 0 : wanted;
        this.random = random;
    }

    /**
     * A free number, or -1 if there is none.
     *
     * @param free whether a number may be given out
     */
    int pick(Predicate<Integer> free) {
        int upper = pick(lower, size, free);
        return upper >= 0 ? upper : pick(0, lower, free);
    }

    private int pick(int from, int to, Predicate<Integer> free) {
        if (from >= to) {
            return -1;
        }
        for (int i = 0; i < RANDOM_TRIES; i++) {
            int candidate = random.nextInt(from, to);
            if (free.test(candidate)) {
                return candidate;
            }
        }
        int start = random.nextInt(from, to);
        for (int i = 0; i < to - from; i++) {
            int candidate = from + (start - from + i) % (to - from);
            if (free.test(candidate)) {
                return candidate;
            }
        }
        return -1;
    }
}
