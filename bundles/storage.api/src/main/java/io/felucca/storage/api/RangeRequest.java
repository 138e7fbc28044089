package io.felucca.storage.api;

import java.util.Objects;

/**
 * Keys from {@code start} (inclusive) to {@code end} (exclusive) in byte order.
 *
 * @param revision the revision to read at, 0 for the newest
 * @param limit at most so many, 0 for no limit
 */
public record RangeRequest(String start, String end, long revision, int limit) {
    public RangeRequest {
        Objects.requireNonNull(start, "start");
        Objects.requireNonNull(end, "end");
    }

    /** One key, now. */
    public static RangeRequest key(String key) {
        return new RangeRequest(key, key + '\0', 0, 1);
    }

    /** All keys with a prefix, now. */
    public static RangeRequest prefix(String prefix) {
        return new RangeRequest(prefix, prefixEnd(prefix), 0, 0);
    }

    public RangeRequest atRevision(long at) {
        return new RangeRequest(start, end, at, limit);
    }

    public RangeRequest withLimit(int most) {
        return new RangeRequest(start, end, revision, most);
    }

    /** The first key after all keys with the prefix. Keys are ASCII, so the last char can grow. */
    public static String prefixEnd(String prefix) {
        if (prefix.isEmpty()) {
            return "\u0080";
        }
        int last = prefix.length() - 1;
        return prefix.substring(0, last) + (char) (prefix.charAt(last) + 1);
    }
}
