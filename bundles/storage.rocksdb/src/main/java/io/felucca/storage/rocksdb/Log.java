package io.felucca.storage.rocksdb;

import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** Where a batch becomes durable. A seam: a test sees what comes before and after a sync. */
@FunctionalInterface
interface Log {
    /** Returns once the batch is on disk, all of it, also after a power loss. */
    void sync(WriteBatch batch) throws RocksDBException;
}
