package io.felucca.storage.rocksdb;

import java.util.NavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * Every key's latest entry in memory, in order, so that compares and counts need no disk: about 200
 * bytes for each key. Written by the writer's thread only, ahead of the sync; read by all: a reader
 * that meets an entry newer than its revision looks for the older one on disk.
 */
final class KeyIndex {
    private final ConcurrentSkipListMap<String, Entry> entries = new ConcurrentSkipListMap<>();

    /** The entry, also of a deletion; null if there is none. */
    Entry get(String key) {
        return entries.get(key);
    }

    void put(String key, Entry entry) {
        entries.put(key, entry);
    }

    void remove(String key) {
        entries.remove(key);
    }

    /** Start inclusive, end exclusive. */
    NavigableMap<String, Entry> range(String start, String end) {
        return entries.subMap(start, true, end, false);
    }
}
