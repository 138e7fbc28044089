package io.felucca.storage.api;

import java.util.List;

/**
 * What came of a transaction.
 *
 * @param succeeded whether every compare held
 * @param revision the store's revision after it: the new one if something changed
 * @param current if it did not succeed, the compared keys that exist, as they are now
 */
public record TxnResult(boolean succeeded, long revision, List<KeyValue> current) {
    public TxnResult {
        current = List.copyOf(current);
    }
}
