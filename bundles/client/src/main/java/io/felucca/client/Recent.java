package io.felucca.client;

import io.felucca.client.api.Key;

/**
 * Holds on to what was used a moment ago and again now, so that it need not be decoded a third
 * time, and lets go of it once nobody has used it for one or two periods. What is used once, as
 * most objects are when they change, is not held: there it would only grow old and cost the
 * collector more than the decoding costs. Bounded: a slot holds the last object that fell into it.
 * Thread-safe; a race may only make it forget.
 */
final class Recent {
    private static final int SLOTS = 4_096;
    private static final int UNUSED_BITS = 20;

    private volatile Period newer = new Period();
    private volatile Period older = new Period();

    /** By slot: the hash of the key used last, and the object if it was used before. */
    private static final class Period {
        private final int[] used = new int[SLOTS];
        private final Object[] held = new Object[SLOTS];
    }

    void used(Key key, Object object) {
        int hash = key.hashCode() * 0x9E3779B9;
        int slot = hash >>> UNUSED_BITS;
        Period now = newer;
        if (now.used[slot] == hash || older.used[slot] == hash) {
            now.held[slot] = object;
        }
        now.used[slot] = hash;
    }

    /** A period has passed. */
    void age() {
        older = newer;
        newer = new Period();
    }
}
