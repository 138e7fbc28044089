package io.felucca.storage.rocksdb;

import io.felucca.storage.api.KeyValue;
import io.felucca.storage.api.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * What the writer syncs at once: the writes, the changes to publish and the stages to complete,
 * each in order. Belongs to the writer's thread.
 */
final class Batch implements AutoCloseable {

    /** A change whose previous value is read only if somebody watches the key. */
    record Pending(long revision, String key, KeyValue current, long previousRevision) {}

    /** A stage and how to complete it once everything before is on disk. */
    private record Completion<T>(CompletableFuture<T> stage, Supplier<T> result) {
        void complete() {
            try {
                stage.complete(result.get());
            } catch (StoreException failed) {
                stage.completeExceptionally(failed);
            }
        }
    }

    private final WriteBatch writes = new WriteBatch();
    private final List<Pending> changes = new ArrayList<>();
    private final List<Completion<?>> completions = new ArrayList<>();

    void put(byte[] key, byte[] value) {
        try {
            writes.put(key, value);
        } catch (RocksDBException impossible) {
            throw new IllegalStateException("a write batch without a bound is full", impossible);
        }
    }

    void delete(byte[] key) {
        try {
            writes.delete(key);
        } catch (RocksDBException impossible) {
            throw new IllegalStateException("a write batch without a bound is full", impossible);
        }
    }

    void change(Pending change) {
        changes.add(change);
    }

    <T> void completeWith(CompletableFuture<T> stage, Supplier<T> result) {
        completions.add(new Completion<>(stage, result));
    }

    WriteBatch writes() {
        return writes;
    }

    boolean hasWrites() {
        return writes.count() > 0;
    }

    long bytes() {
        return writes.getDataSize();
    }

    List<Pending> changes() {
        return changes;
    }

    void completeAll() {
        completions.forEach(Completion::complete);
    }

    void failAll(StoreException failure) {
        completions.forEach(completion -> completion.stage.completeExceptionally(failure));
    }

    void clear() {
        writes.clear();
        changes.clear();
        completions.clear();
    }

    @Override
    public void close() {
        writes.close();
    }
}
