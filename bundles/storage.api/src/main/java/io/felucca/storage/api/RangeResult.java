package io.felucca.storage.api;

import java.util.List;

/**
 * What a range held.
 *
 * @param items in key order
 * @param revision the revision read at
 * @param more whether the limit cut it
 * @param count how many keys the whole range has
 */
public record RangeResult(List<KeyValue> items, long revision, boolean more, long count) {
    public RangeResult {
        items = List.copyOf(items);
    }
}
