package io.felucca.storage.rocksdb;

import java.time.Duration;

/**
 * The store's bounds.
 *
 * @param queueLength requests waiting for the writer; above it they are refused as OVERLOADED
 * @param queueBytes the values of the requests waiting; above it likewise
 * @param history how long the past stays readable
 * @param tick how often, in real time, leases and history are looked after; what is due is decided
 *     by the injected clock
 * @param writeBufferBytes RocksDB's table in memory; there may be two
 * @param blockCacheBytes RocksDB's cache of what it read
 */
record StoreOptions(
        int queueLength,
        long queueBytes,
        Duration history,
        Duration tick,
        long writeBufferBytes,
        long blockCacheBytes) {

    /** For a control plane of up to some 100,000 objects in a process of 300 MB. */
    static StoreOptions defaults() {
        return new StoreOptions(
                4_096, 64 << 20, Duration.ofMinutes(5), Duration.ofMillis(250), 8 << 20, 8 << 20);
    }

    StoreOptions withTick(Duration every) {
        return new StoreOptions(
                queueLength, queueBytes, history, every, writeBufferBytes, blockCacheBytes);
    }

    StoreOptions withQueueLength(int length) {
        return new StoreOptions(
                length, queueBytes, history, tick, writeBufferBytes, blockCacheBytes);
    }

    StoreOptions withWriteBufferBytes(long bytes) {
        return new StoreOptions(queueLength, queueBytes, history, tick, bytes, blockCacheBytes);
    }
}
