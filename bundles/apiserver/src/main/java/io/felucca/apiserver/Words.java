package io.felucca.apiserver;

import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Shares equal strings that come again and again: label values, namespaces, node names. Bounded: a
 * slot remembers the last word that fell into it. Thread-safe.
 */
final class Words {
    private static final int SLOTS = 8_192;
    private static final AtomicReferenceArray<String> SEEN = new AtomicReferenceArray<>(SLOTS);

    private Words() {}

    static String shared(String word) {
        int hash = word.hashCode();
        int slot = (hash ^ (hash >>> 16)) & (SLOTS - 1);
        String seen = SEEN.getPlain(slot);
        if (word.equals(seen)) {
            return seen;
        }
        SEEN.setRelease(slot, word);
        return word;
    }
}
