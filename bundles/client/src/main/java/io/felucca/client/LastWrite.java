package io.felucca.client;

/** The highest revision that each thread has written. */
final class LastWrite {
    private final ThreadLocal<long[]> revision = ThreadLocal.withInitial(() -> new long[1]);

    void wrote(long written) {
        long[] highest = revision.get();
        highest[0] = Math.max(highest[0], written);
    }

    long get() {
        return revision.get()[0];
    }

    void reset() {
        revision.get()[0] = 0;
    }
}
