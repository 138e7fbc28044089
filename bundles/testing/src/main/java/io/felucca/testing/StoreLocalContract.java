package io.felucca.testing;

import static io.felucca.testing.StoreFixture.assertRefused;
import static io.felucca.testing.StoreFixture.await;
import static io.felucca.testing.StoreFixture.putOf;
import static io.felucca.testing.StoreFixture.txnOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.felucca.storage.api.RangeRequest;
import io.felucca.storage.api.StoreException.Reason;
import io.felucca.storage.api.TxnResult;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** What a store that lives in this process promises on top of the contract for all stores. */
public interface StoreLocalContract extends StoreFixture {

    /** Closes the store under test; the fixture may close it again. */
    void closeStore();

    @Test
    default void watchersKnowATransactionBeforeItCompletes() {
        RecordingWatcher matching = new RecordingWatcher();
        RecordingWatcher other = new RecordingWatcher();
        store().watch("/a", 0, matching);
        store().watch("/b", 0, other);
        long first = put("/a", "warm");
        matching.awaitRevision(first);
        other.awaitRevision(first);
        List<CompletionStage<Long>> lags = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            lags.add(
                    store().txn(txnOf(putOf("/a", "" + i)))
                            .thenApply(
                                    done ->
                                            2 * done.revision()
                                                    - Math.min(done.revision(), matching.reached())
                                                    - Math.min(done.revision(), other.reached())));
        }
        lags.forEach(lag -> assertEquals(0, await(lag)));
    }

    @Test
    default void stagesCompleteInTheOrderOfTheirRevisions() {
        List<CompletionStage<Boolean>> afterTheOneBefore = new ArrayList<>();
        CompletableFuture<TxnResult> before = CompletableFuture.completedFuture(null);
        for (int i = 0; i < 50; i++) {
            CompletableFuture<TxnResult> earlier = before;
            before = store().txn(txnOf(putOf("/a", "" + i))).toCompletableFuture();
            afterTheOneBefore.add(before.thenApply(done -> earlier.isDone()));
        }
        afterTheOneBefore.forEach(inOrder -> assertTrue(await(inOrder)));
        assertEquals(51, revision());
    }

    @Test
    default void closedStoreIsUnavailableAndItsWatchesEnd() {
        RecordingWatcher watcher = new RecordingWatcher();
        store().watch("/", 0, watcher);
        watcher.awaitRevision(put("/a", "1"));
        closeStore();
        assertEquals(Reason.UNAVAILABLE, watcher.awaitEnd());
        assertRefused(Reason.UNAVAILABLE, store().txn(txnOf(putOf("/a", "2"))));
        assertRefused(Reason.UNAVAILABLE, store().range(RangeRequest.key("/a")));
        assertRefused(Reason.UNAVAILABLE, store().compact(1));
        assertRefused(Reason.UNAVAILABLE, store().grantLease(1));
        RecordingWatcher late = new RecordingWatcher();
        store().watch("/", 0, late);
        assertEquals(Reason.UNAVAILABLE, late.awaitEnd());
    }
}
