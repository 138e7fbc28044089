package io.felucca.testing;

import io.felucca.storage.api.Store;
import io.felucca.storage.api.StoreException;
import io.felucca.storage.api.StoreException.Reason;
import io.felucca.storage.api.Txn;
import java.util.HashSet;
import java.util.Set;

/** Refuses what no store takes. */
final class MemoryTxnChecks {
    private MemoryTxnChecks() {}

    static void check(Txn txn) {
        if (Math.max(txn.compares().size(), txn.writes().size()) > Store.MAX_TXN_OPERATIONS) {
            throw invalid("more than " + Store.MAX_TXN_OPERATIONS + " operations");
        }
        txn.compares().forEach(compare -> checkKey(compare.key()));
        Set<String> keys = new HashSet<>();
        long bytes = 0;
        for (Txn.Write write : txn.writes()) {
            checkKey(write.key());
            if (!keys.add(write.key())) {
                throw invalid("key " + write.key() + " is written twice");
            }
            if (write instanceof Txn.Put put) {
                bytes += put.value().length;
            }
        }
        if (bytes > Store.MAX_TXN_VALUE_BYTES) {
            throw invalid(
                    "values of " + bytes + " bytes, at most " + Store.MAX_TXN_VALUE_BYTES + " fit");
        }
    }

    private static void checkKey(String key) {
        if (key.isEmpty() || key.length() > Store.MAX_KEY_CHARS) {
            throw invalid("a key has 1 to " + Store.MAX_KEY_CHARS + " chars, not " + key.length());
        }
        if (!key.chars().allMatch(c -> c > 0 && c < 0x80)) {
            throw invalid("key " + key + " has chars that are not ASCII");
        }
    }

    private static StoreException invalid(String message) {
        return new StoreException(Reason.INVALID, message);
    }
}
