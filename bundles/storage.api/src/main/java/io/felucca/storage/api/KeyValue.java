package io.felucca.storage.api;

import java.util.Objects;

/**
 * A key with its value at some revision. The array is shared and must not be written to.
 *
 * @param createRevision the revision at which the key last came into being
 * @param modRevision the revision of its last change
 * @param version how often it changed since then, 1 for a new key
 * @param lease the lease it hangs on, 0 for none
 */
@SuppressWarnings("ArrayRecordComponent") // values are large; copying each would double the cost
public record KeyValue(
        String key, byte[] value, long createRevision, long modRevision, long version, long lease) {
    public KeyValue {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(value, "value");
    }
}
