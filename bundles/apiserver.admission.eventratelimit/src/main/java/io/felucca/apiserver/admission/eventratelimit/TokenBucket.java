package io.felucca.apiserver.admission.eventratelimit;

/** Holds up to {@code burst} tokens and gets {@code qps} of them a second. Not thread-safe. */
final class TokenBucket {
    private static final double MILLIS_PER_SECOND = 1000;

    private final int qps;
    private final int burst;
    private double tokens;
    private long filledMillis;

    /** Full at first. */
    TokenBucket(int qps, int burst, long nowMillis) {
        this.qps = qps;
        this.burst = burst;
        this.tokens = burst;
        this.filledMillis = nowMillis;
    }

    /** Takes a token if there is one. A clock that was set back fills nothing. */
    boolean take(long nowMillis) {
        double come = Math.max(0, nowMillis - filledMillis) * qps / MILLIS_PER_SECOND;
        tokens = Math.min(burst, tokens + come);
        filledMillis = nowMillis;
        if (tokens < 1) {
            return false;
        }
        tokens--;
        return true;
    }
}
