package io.felucca.apiserver;

import io.felucca.storage.api.KeyValue;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What writers know of the bytes that they are about to store, so that the applier need not parse
 * them. Only a hint: whoever finds nothing here, or other bytes, parses. Bounded by the writes in
 * flight.
 */
final class Pending {
    private final Map<String, Write> writes = new ConcurrentHashMap<>();

    /** One write; the applier leaves here the object that it made. */
    static final class Write {
        private final String key;
        private final byte[] stored;
        private final Extract extract;
        private volatile CachedObject applied;

        private Write(String key, byte[] stored, Extract extract) {
            this.key = key;
            this.stored = stored;
            this.extract = extract;
        }

        /** The object at its new revision: the cache's own, if the applier has seen it. */
        CachedObject object(String namespace, String name, long revision) {
            CachedObject known = applied;
            return known != null && known.revision() == revision
                    ? known
                    : CachedObject.of(namespace, name, revision, stored, extract);
        }

        byte[] stored() {
            return stored;
        }

        void applied(CachedObject object) {
            applied = object;
        }

        Extract extract() {
            return extract;
        }
    }

    Write announce(String key, byte[] stored, Extract extract) {
        Write write = new Write(key, stored, extract);
        writes.put(key, write);
        return write;
    }

    /** Null if nobody here has written this. */
    Write find(KeyValue value) {
        Write write = writes.get(value.key());
        return write != null && Arrays.equals(write.stored, value.value()) ? write : null;
    }

    void done(Write write) {
        writes.remove(write.key, write);
    }
}
