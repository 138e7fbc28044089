package io.felucca.storage.rocksdb;

import io.felucca.storage.api.Store;
import io.felucca.testing.FakeClock;
import io.felucca.testing.StoreFixture;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.UnaryOperator;

/** One directory whose store a test opens, closes and opens again. */
final class OpenStores implements StoreFixture, AutoCloseable {
    static final StoreOptions QUICK = StoreOptions.defaults().withTick(Duration.ofMillis(5));

    private final FakeClock clock = new FakeClock();
    private final Path directory;
    private RocksDbStore store;

    OpenStores(Path directory) {
        this.directory = directory;
        reopen();
    }

    OpenStores(Path directory, StoreOptions options, UnaryOperator<Log> aroundLog) {
        this.directory = directory;
        store = RocksDbStore.open(directory, clock, options, aroundLog);
    }

    void reopen() {
        close();
        store = RocksDbStore.open(directory, clock, QUICK);
    }

    @Override
    public Store store() {
        return store;
    }

    RocksDbStore rocks() {
        return store;
    }

    @Override
    public FakeClock clock() {
        return clock;
    }

    @Override
    public void close() {
        if (store != null) {
            store.close();
        }
    }
}
