package io.felucca.storage.backup;

import io.felucca.storage.api.Store;
import io.felucca.storage.api.StoreException;
import io.felucca.storage.api.Txn;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;

/** Writes keys in transactions that each store takes as it is delivered. Not thread-safe. */
final class Loader {
    /** Below etcd's default of 128. */
    private static final int MOST_KEYS = 100;

    /** Below etcd's default of 1.5 MiB, with room for one large value. */
    private static final int MOST_BYTES = 1 << 19;

    private final Store store;
    private final List<Txn.Write> writes = new ArrayList<>();
    private long bytes;

    Loader(Store store) {
        this.store = store;
    }

    void put(String key, byte[] value) {
        if (!writes.isEmpty()
                && (writes.size() >= MOST_KEYS || bytes + value.length > MOST_BYTES)) {
            flush();
        }
        writes.add(new Txn.Put(key, value, 0));
        bytes += value.length;
    }

    /** To be called at the end too. */
    void flush() {
        if (writes.isEmpty()) {
            return;
        }
        try {
            store.txn(new Txn(List.of(), writes)).toCompletableFuture().join();
        } catch (CompletionException failure) {
            throw failure.getCause() instanceof StoreException known ? known : failure;
        }
        writes.clear();
        bytes = 0;
    }
}
