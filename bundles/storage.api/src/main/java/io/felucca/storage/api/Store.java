package io.felucca.storage.api;

import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A key-value store with one revision counter for all keys and a history that can be watched.
 *
 * <p>Semantics are etcd v3's: the counter grows by one with each transaction that changes
 * something; a read may name a revision of the past; a watch delivers every change from a revision
 * on, in order, without gaps. A transaction is acknowledged only once it is on disk, and no read or
 * watch shows what is not acknowledged or about to be.
 *
 * <p>Calls return at once. A stage fails with a {@link StoreException}. Implementations are
 * thread-safe; stages complete on a thread of the store's, so dependants must not block it.
 */
@ConsumerType
public interface Store {

    /** Compares and writes atomically. */
    CompletionStage<TxnResult> txn(Txn txn);

    /** Reads keys in order from one revision; linearizable if the request names none. */
    CompletionStage<RangeResult> range(RangeRequest request);

    /**
     * Delivers the changes to keys that start with {@code prefix} since {@code fromRevision},
     * inclusive; 0 means from now on. A store that lives in this process calls the watcher before
     * it completes the transaction that made the change.
     */
    Watch watch(String prefix, long fromRevision, Watcher watcher);

    /** Forgets the history before {@code revision}; the state at and after it stays readable. */
    CompletionStage<Void> compact(long revision);

    /** Grants a lease: keys put with it vanish when it is not kept alive for so many seconds. */
    CompletionStage<Long> grantLease(long ttlSeconds);

    /** Renews a lease; gives the seconds it has now, or fails with {@code LEASE_NOT_FOUND}. */
    CompletionStage<Long> keepAlive(long leaseId);

    /** Ends a lease and deletes its keys. */
    CompletionStage<Void> revokeLease(long leaseId);

    /** A running watch. */
    interface Watch extends AutoCloseable {
        /** Ends the watch; no call to its watcher starts after this returned. */
        @Override
        void close();
    }
}
