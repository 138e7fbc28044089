package io.felucca.storage.etcd;

import io.felucca.storage.api.Store;
import io.felucca.testing.EtcdMembers;
import io.felucca.testing.FakeClock;
import io.felucca.testing.StoreContract;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** The contract, on one member. */
@Tag("other-programs")
class EtcdStoreTest implements StoreContract {
    @TempDir Path directory;
    private EtcdMembers members;
    private EtcdStore store;

    int count() {
        return 1;
    }

    @BeforeEach
    void openStore() {
        members = new EtcdMembers(directory, count());
        store = new EtcdStore(EtcdOptions.of(members.endpoints(), "", "", ""));
    }

    @Override
    public Store store() {
        return store;
    }

    @Override
    public FakeClock clock() {
        throw new UnsupportedOperationException("etcd goes by the machine's clock");
    }

    @Override
    public void pass(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    @AfterEach
    void closeStore() {
        if (store != null) {
            store.close();
            members.close();
        }
    }
}
