package io.felucca.storage.rocksdb;

import io.felucca.storage.api.RangeRequest;
import io.felucca.storage.api.Store;
import io.felucca.storage.api.StoreException;
import io.felucca.storage.api.StoreException.Reason;
import io.felucca.storage.api.StoreOpener;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;

/** Opens the store in a directory. Data is only loaded into an empty one. */
public final class RocksDbOpener implements StoreOpener {
    @Override
    public String kind() {
        return "rocksdb";
    }

    @Override
    public Opened open(String location, Map<String, String> options) {
        RocksDbStore store =
                RocksDbStore.open(Path.of(location), Clock.systemUTC(), StoreOptions.defaults());
        return new Opened() {
            @Override
            public Store store() {
                return store;
            }

            @Override
            public void beginLoad(long floor) {
                long keys =
                        store.range(RangeRequest.prefix("").withLimit(1))
                                .toCompletableFuture()
                                .join()
                                .count();
                if (keys > 0) {
                    throw new StoreException(
                            Reason.INVALID, "the store in " + location + " is not empty");
                }
                store.advance(floor).toCompletableFuture().join();
            }

            @Override
            public void finishLoad() {
                long last =
                        store.range(RangeRequest.key("-")).toCompletableFuture().join().revision();
                store.compact(last).toCompletableFuture().join();
            }

            @Override
            public void close() {
                store.close();
            }
        };
    }
}
