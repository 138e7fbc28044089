package io.felucca.kubelet;

import java.time.Duration;
import java.time.Instant;

/**
 * Growing pauses for one thing that goes wrong again and again. After a time without trouble it
 * starts over. Used by one worker; not thread-safe.
 */
final class Backoff {
    private final Duration first;
    private final Duration longest;
    private final Duration forget;
    private Duration pause = Duration.ZERO;
    private Instant last = Instant.EPOCH;

    Backoff(Duration first, Duration longest) {
        this(first, longest, longest.multipliedBy(2));
    }

    /**
     * @param forget without trouble for this long, it starts over
     */
    Backoff(Duration first, Duration longest, Duration forget) {
        this.first = first;
        this.longest = longest;
        this.forget = forget;
    }

    /** How long it still has to be left alone, counted from when the trouble last came up. */
    Duration left(Instant trouble, Instant now) {
        if (pause.isZero() || Duration.between(last, trouble).compareTo(forget) > 0) {
            return Duration.ZERO;
        }
        Duration left = Duration.between(now, trouble.plus(pause));
        return left.isNegative() ? Duration.ZERO : left;
    }

    /** The present pause; zero before the first trouble. */
    Duration pause() {
        return pause;
    }

    /** Counts one more trouble. */
    void next(Instant now) {
        if (pause.isZero() || Duration.between(last, now).compareTo(forget) > 0) {
            pause = first;
        } else {
            Duration twice = pause.multipliedBy(2);
            pause = twice.compareTo(longest) > 0 ? longest : twice;
        }
        last = now;
    }

    void reset() {
        pause = Duration.ZERO;
        last = Instant.EPOCH;
    }
}
