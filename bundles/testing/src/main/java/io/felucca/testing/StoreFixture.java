package io.felucca.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.felucca.storage.api.KeyValue;
import io.felucca.storage.api.RangeRequest;
import io.felucca.storage.api.RangeResult;
import io.felucca.storage.api.Store;
import io.felucca.storage.api.StoreException;
import io.felucca.storage.api.Txn;
import io.felucca.storage.api.TxnResult;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * What a contract test has to stand on: a store, empty and new for each test, the clock it was
 * given, and short ways of saying things to it. Whoever implements this closes the store.
 */
public interface StoreFixture {

    /** The same one during a test. */
    Store store();

    /** The clock that the store goes by, if it has one. */
    FakeClock clock();

    /** Lets time go by for the store. One whose time is the machine's really waits. */
    default void pass(Duration time) {
        clock().advance(time);
    }

    /** Waits for a stage; a failure comes out as it is. */
    static <T> T await(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof StoreException refused) {
                throw refused;
            }
            throw failed;
        }
    }

    /** Expects a stage to fail with a reason. */
    static void assertRefused(StoreException.Reason reason, CompletionStage<?> stage) {
        assertEquals(reason, assertThrows(StoreException.class, () -> await(stage)).reason());
    }

    static Txn.Put putOf(String key, String value) {
        return new Txn.Put(key, bytes(value), 0);
    }

    static Txn txnOf(Txn.Write... writes) {
        return new Txn(List.of(), List.of(writes));
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String text(KeyValue item) {
        return new String(item.value(), StandardCharsets.UTF_8);
    }

    /** Puts without a condition; gives the revision. */
    default long put(String key, String value) {
        return await(store().txn(txnOf(putOf(key, value)))).revision();
    }

    default long putWithLease(String key, String value, long lease) {
        return await(store().txn(txnOf(new Txn.Put(key, bytes(value), lease)))).revision();
    }

    /** Deletes without a condition; gives the revision. */
    default long delete(String key) {
        return await(store().txn(txnOf(new Txn.Delete(key)))).revision();
    }

    /** Puts if the key's last change was at a revision. */
    default TxnResult putIf(String key, long modRevision, String value) {
        return await(
                store().txn(
                                new Txn(
                                        List.of(new Txn.Compare(key, modRevision)),
                                        List.of(putOf(key, value)))));
    }

    default Optional<KeyValue> get(String key) {
        return range(RangeRequest.key(key)).items().stream().findFirst();
    }

    default RangeResult range(RangeRequest request) {
        return await(store().range(request));
    }

    /** The store's revision now. */
    default long revision() {
        return range(RangeRequest.key("none")).revision();
    }
}
