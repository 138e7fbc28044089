package io.felucca.storage.rocksdb;

import io.felucca.storage.api.Store;
import io.felucca.testing.FakeClock;
import io.felucca.testing.StoreContract;
import io.felucca.testing.StoreLocalContract;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class RocksDbStoreTest implements StoreContract, StoreLocalContract {
    @TempDir Path directory;
    private final FakeClock clock = new FakeClock();
    private RocksDbStore store;

    @BeforeEach
    void openStore() {
        store = RocksDbStore.open(directory.resolve("store"), clock, OpenStores.QUICK);
    }

    @Override
    public Store store() {
        return store;
    }

    @Override
    public FakeClock clock() {
        return clock;
    }

    @Override
    @AfterEach
    public void closeStore() {
        store.close();
    }
}
