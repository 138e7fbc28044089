package io.felucca.testing;

import static io.felucca.testing.StoreFixture.assertRefused;
import static io.felucca.testing.StoreFixture.await;
import static io.felucca.testing.StoreFixture.putOf;
import static io.felucca.testing.StoreFixture.text;
import static io.felucca.testing.StoreFixture.txnOf;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.felucca.storage.api.KeyValue;
import io.felucca.storage.api.Store;
import io.felucca.storage.api.StoreException.Reason;
import io.felucca.storage.api.Txn;
import io.felucca.storage.api.TxnResult;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** Transactions: atomic, one revision each, linearizable. */
public interface StoreTxnContract extends StoreFixture {

    @Test
    default void emptyStoreIsAtRevisionOneAndItsFirstChangeIsTwo() {
        assertEquals(1, revision());
        assertEquals(2, put("/a", "1"));
        assertEquals(2, revision());
    }

    @Test
    default void putCreatesThenUpdatesThenStartsAnewAfterDelete() {
        long created = put("/a", "1");
        assertEquals(new Facts("1", created, created, 1, 0), Facts.of(get("/a")));
        long updated = put("/a", "2");
        assertEquals(created + 1, updated);
        assertEquals(new Facts("2", created, updated, 2, 0), Facts.of(get("/a")));
        assertEquals(updated + 1, delete("/a"));
        assertEquals(Optional.empty(), get("/a"));
        long again = put("/a", "3");
        assertEquals(new Facts("3", again, again, 1, 0), Facts.of(get("/a")));
    }

    @Test
    default void emptyValueIsAValue() {
        put("/a", "");
        assertArrayEquals(new byte[0], get("/a").orElseThrow().value());
    }

    @Test
    default void allWritesOfATransactionShareOneRevision() {
        put("/gone", "x");
        TxnResult result =
                await(
                        store().txn(
                                        txnOf(
                                                putOf("/a", "1"),
                                                putOf("/b", "2"),
                                                new Txn.Delete("/gone"))));
        assertTrue(result.succeeded());
        assertEquals(List.of(), result.current());
        assertEquals(result.revision(), revision());
        assertEquals(result.revision(), get("/a").orElseThrow().modRevision());
        assertEquals(result.revision(), get("/b").orElseThrow().modRevision());
        assertEquals(Optional.empty(), get("/gone"));
    }

    @Test
    default void failedCompareWritesNothingAndShowsWhatIsThere() {
        long at = put("/a", "1");
        put("/b", "1");
        long before = revision();
        TxnResult result =
                await(
                        store().txn(
                                        new Txn(
                                                List.of(
                                                        new Txn.Compare("/missing", 0),
                                                        new Txn.Compare("/missing2", 7),
                                                        new Txn.Compare("/a", at)),
                                                List.of(
                                                        putOf("/a", "2"),
                                                        putOf("/new", "2"),
                                                        new Txn.Delete("/b")))));
        assertFalse(result.succeeded());
        assertEquals(before, result.revision());
        assertEquals(1, result.current().size());
        assertEquals(new Facts("1", at, at, 1, 0), Facts.of(result.current().stream().findAny()));
        assertEquals("1", text(get("/a").orElseThrow()));
        assertEquals(Optional.empty(), get("/new"));
        assertTrue(get("/b").isPresent());
        assertEquals(before, revision());
    }

    @Test
    default void compareHoldsForTheExactRevisionOnly() {
        long first = put("/a", "1");
        long second = put("/a", "2");
        assertFalse(putIf("/a", first, "x").succeeded());
        assertFalse(putIf("/a", 0, "x").succeeded());
        assertFalse(putIf("/a", second + 1, "x").succeeded());
        assertTrue(putIf("/a", second, "3").succeeded());
    }

    @Test
    default void compareWithZeroHoldsOnlyIfTheKeyIsNotThere() {
        assertTrue(putIf("/a", 0, "1").succeeded());
        assertFalse(putIf("/a", 0, "2").succeeded());
        delete("/a");
        assertTrue(putIf("/a", 0, "3").succeeded());
    }

    @Test
    default void comparesOfSeveralKeysMustAllHold() {
        long a = put("/a", "1");
        long b = put("/b", "1");
        Txn both =
                new Txn(
                        List.of(new Txn.Compare("/a", a), new Txn.Compare("/b", b)),
                        List.of(putOf("/c", "1")));
        assertTrue(await(store().txn(both)).succeeded());
        put("/b", "2");
        assertFalse(await(store().txn(both)).succeeded());
    }

    @Test
    default void transactionThatChangesNothingTakesNoRevision() {
        put("/a", "1");
        long before = revision();
        assertEquals(before, delete("/missing"));
        assertEquals(before, await(store().txn(txnOf())).revision());
        TxnResult compareOnly =
                await(store().txn(new Txn(List.of(new Txn.Compare("/a", before)), List.of())));
        assertTrue(compareOnly.succeeded());
        assertEquals(before, compareOnly.revision());
        assertEquals(before, revision());
        assertEquals(before + 1, put("/a", "1"));
    }

    @Test
    default void wrongRequestsAreInvalidAndChangeNothing() {
        Store store = store();
        assertRefused(Reason.INVALID, store.txn(txnOf(putOf("/a", "1"), putOf("/a", "2"))));
        assertRefused(Reason.INVALID, store.txn(txnOf(putOf("/a", "1"), new Txn.Delete("/a"))));
        assertRefused(Reason.INVALID, store.txn(txnOf(putOf("", "1"))));
        assertRefused(Reason.INVALID, store.txn(txnOf(putOf("/a\0b", "1"))));
        assertRefused(Reason.INVALID, store.txn(txnOf(putOf("/\u00fc", "1"))));
        String longKey = "k".repeat(Store.MAX_KEY_CHARS);
        assertRefused(Reason.INVALID, store.txn(txnOf(putOf(longKey + "k", "1"))));
        assertEquals(1, revision());
        assertEquals(2, put(longKey, "1"));
    }

    @Test
    default void valuesUpToTheBoundAreTakenAndLargerOnesAreInvalid() {
        byte[] largest = new byte[Store.MAX_TXN_VALUE_BYTES];
        largest[largest.length - 1] = 7;
        await(store().txn(txnOf(new Txn.Put("/a", largest, 0))));
        assertArrayEquals(largest, get("/a").orElseThrow().value());
        byte[] tooLarge = new byte[Store.MAX_TXN_VALUE_BYTES + 1];
        assertRefused(Reason.INVALID, store().txn(txnOf(new Txn.Put("/b", tooLarge, 0))));
        assertRefused(
                Reason.INVALID,
                store().txn(txnOf(new Txn.Put("/b", largest, 0), putOf("/c", "1"))));
    }

    @Test
    default void numberOfOperationsIsBounded() {
        List<Txn.Write> writes = new ArrayList<>();
        for (int i = 0; i < Store.MAX_TXN_OPERATIONS; i++) {
            writes.add(putOf("/" + i, "1"));
        }
        assertEquals(2, await(store().txn(new Txn(List.of(), writes))).revision());
        writes.add(putOf("/more", "1"));
        assertRefused(Reason.INVALID, store().txn(new Txn(List.of(), writes)));
    }

    @Test
    default void transactionsSubmittedTogetherSeeEachOther() {
        List<CompletionStage<TxnResult>> stages = new ArrayList<>();
        Txn create = new Txn(List.of(new Txn.Compare("/a", 0)), List.of(putOf("/a", "1")));
        for (int i = 0; i < 50; i++) {
            stages.add(store().txn(create));
        }
        // Which of them wins is not promised: several members of a cluster take them up.
        List<TxnResult> losers =
                stages.stream()
                        .map(StoreFixture::await)
                        .filter(result -> !result.succeeded())
                        .toList();
        assertEquals(49, losers.size());
        assertEquals(2, revision());
        losers.forEach(loser -> assertEquals("1", text(loser.current().get(0))));
    }

    @Test
    default void concurrentCountersLoseNoIncrement() {
        int threads = 4;
        int increments = 60;
        put("/counter", "0");
        List<Long> revisions = Collections.synchronizedList(new ArrayList<>());
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<CompletableFuture<Void>> all = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                all.add(
                        CompletableFuture.runAsync(
                                () -> {
                                    for (int i = 0; i < increments; i++) {
                                        revisions.add(increment("/counter"));
                                    }
                                },
                                pool));
            }
            all.forEach(CompletableFuture::join);
        } finally {
            pool.shutdown();
        }
        assertEquals(Integer.toString(threads * increments), text(get("/counter").orElseThrow()));
        assertEquals(threads * increments, new HashSet<>(revisions).size());
        assertEquals(2 + threads * increments, revision());
    }

    /** Reads, adds one, writes if nobody else did: until it works. */
    private long increment(String key) {
        while (true) {
            KeyValue now = get(key).orElseThrow();
            String next = Integer.toString(Integer.parseInt(text(now)) + 1);
            TxnResult result = putIf(key, now.modRevision(), next);
            if (result.succeeded()) {
                return result.revision();
            }
        }
    }

    /** A key's facts in a form that can be compared. */
    record Facts(String value, long created, long modified, long version, long lease) {
        static Facts of(Optional<KeyValue> item) {
            KeyValue kv = item.orElseThrow();
            return new Facts(
                    text(kv), kv.createRevision(), kv.modRevision(), kv.version(), kv.lease());
        }
    }
}
