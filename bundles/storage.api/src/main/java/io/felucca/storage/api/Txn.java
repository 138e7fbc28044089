package io.felucca.storage.api;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * If every compare holds, all writes are done as one revision; otherwise none.
 *
 * @param compares what must hold
 * @param writes what is then done; each key at most once
 */
public record Txn(List<Compare> compares, List<Write> writes) {
    public Txn {
        compares = List.copyOf(compares);
        writes = List.copyOf(writes);
    }

    /**
     * Refuses what no store takes, so that all of them refuse it in the same words.
     *
     * @throws StoreException {@code INVALID} if a bound of {@link Store} is exceeded, a key is not
     *     one, or a key is written twice
     */
    public void check() {
        if (Math.max(compares.size(), writes.size()) > Store.MAX_TXN_OPERATIONS) {
            throw invalid("a transaction has at most " + Store.MAX_TXN_OPERATIONS + " operations");
        }
        compares.forEach(compare -> checkKey(compare.key()));
        writes.forEach(write -> checkKey(write.key()));
        if (writes.size() > 1) {
            Set<String> keys = new HashSet<>();
            for (Write write : writes) {
                if (!keys.add(write.key())) {
                    throw invalid("key " + write.key() + " is written twice");
                }
            }
        }
        if (valueBytes() > Store.MAX_TXN_VALUE_BYTES) {
            throw invalid(
                    "values of "
                            + valueBytes()
                            + " bytes are too large, the limit is "
                            + Store.MAX_TXN_VALUE_BYTES);
        }
    }

    /** The size of all values together, in bytes. */
    public long valueBytes() {
        long bytes = 0;
        for (Write write : writes) {
            if (write instanceof Put put) {
                bytes += put.value().length;
            }
        }
        return bytes;
    }

    private static void checkKey(String key) {
        if (key.isEmpty() || key.length() > Store.MAX_KEY_CHARS) {
            throw invalid("a key has 1 to " + Store.MAX_KEY_CHARS + " chars, not " + key.length());
        }
        for (int i = 0; i < key.length(); i++) {
            if (key.charAt(i) == 0 || key.charAt(i) > 0x7f) {
                throw invalid("key " + key + " has a char that is not ASCII");
            }
        }
    }

    private static StoreException invalid(String message) {
        return new StoreException(StoreException.Reason.INVALID, message);
    }

    /** The key's last change must have been at this revision; 0: the key must not exist. */
    public record Compare(String key, long modRevision) {
        public Compare {
            Objects.requireNonNull(key, "key");
        }
    }

    /** One change of one key. */
    public sealed interface Write {
        String key();
    }

    /** Sets a value; {@code lease} 0 means none. */
    @SuppressWarnings("ArrayRecordComponent")
    public record Put(String key, byte[] value, long lease) implements Write {
        public Put {
            Objects.requireNonNull(key, "key");
            Objects.requireNonNull(value, "value");
        }
    }

    /** Deletes a key; deleting what is not there changes nothing. */
    public record Delete(String key) implements Write {
        public Delete {
            Objects.requireNonNull(key, "key");
        }
    }
}
