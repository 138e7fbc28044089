package io.felucca.storage.api;

import java.util.Objects;
import java.util.Optional;

/**
 * One key's change.
 *
 * @param revision the transaction's revision
 * @param key the key that changed
 * @param current the value now; empty when the key was deleted
 * @param previous the value before; empty when the key was created
 */
public record Change(
        long revision, String key, Optional<KeyValue> current, Optional<KeyValue> previous) {
    public Change {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(current, "current");
        Objects.requireNonNull(previous, "previous");
    }

    public boolean isDelete() {
        return current.isEmpty();
    }
}
