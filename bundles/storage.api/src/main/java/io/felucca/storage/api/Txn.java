package io.felucca.storage.api;

import java.util.List;
import java.util.Objects;

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
