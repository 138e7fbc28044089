package io.felucca.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.felucca.storage.api.Store;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MemoryStoreTest implements StoreContract, StoreLocalContract {
    private final FakeClock clock = new FakeClock();
    private final MemoryStore store = new MemoryStore(clock);

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

    @Test
    void everythingHasHappenedWhenACallReturns() {
        RecordingWatcher watcher = new RecordingWatcher();
        store.watch("/", 0, watcher);
        assertTrue(
                store.txn(StoreFixture.txnOf(StoreFixture.putOf("/a", "1")))
                        .toCompletableFuture()
                        .isDone());
        assertEquals(2, watcher.reached());
        assertEquals(2, store.revision());
    }

    @Test
    void movingTheClockExpiresLeasesAtOnce() {
        putWithLease("/a", "1", StoreFixture.await(store.grantLease(5)));
        clock.advance(Duration.ofSeconds(5));
        assertEquals(3, store.revision());
    }
}
