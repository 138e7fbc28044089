package io.felucca.client;

import io.felucca.client.api.Key;

/**
 * Holds on to what was used a moment ago, so that it need not be decoded again, and lets go of it
 * once nobody has used it for one or two periods. Bounded: a slot holds the last object that fell
 * into it. Thread-safe; a race may only make it forget.
 */
final class Recent {
    private static final int SLOTS = 4_096;

    private volatile Object[] newer = new Object[SLOTS];

    /** Only to be held: what is used again goes to {@link #newer}. */
    @SuppressWarnings("UnusedVariable")
    private volatile Object[] older = new Object[SLOTS];

    void used(Key key, Object object) {
        int hash = key.hashCode() * 0x9E3779B9;
        newer[hash >>> 20] = object;
    }

    /** A period has passed. */
    void age() {
        older = newer;
        newer = new Object[SLOTS];
    }
}
