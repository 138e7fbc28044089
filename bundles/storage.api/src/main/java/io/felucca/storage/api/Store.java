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
 * <p>An empty store is at revision 1, so its first change has revision 2: 0 never names a revision.
 *
 * <p>Calls return at once. A stage fails with a {@link StoreException}. Implementations are
 * thread-safe; stages complete on a thread of the store's, so dependants must not block it.
 */
@ConsumerType
public interface Store {

    /** The longest key, in chars; chars are ASCII other than NUL. */
    int MAX_KEY_CHARS = 2_048;

    /** The values of one transaction together, in bytes. */
    int MAX_TXN_VALUE_BYTES = 4 << 20;

    /** The compares, and likewise the writes, of one transaction. */
    int MAX_TXN_OPERATIONS = 1_024;

    /**
     * Compares and writes atomically. Fails with {@code INVALID} if a bound above is exceeded or a
     * key is written twice, with {@code LEASE_NOT_FOUND} if a put names a lease that is not there.
     * A transaction that changes nothing (a compare failed, or it only deletes what is not there)
     * takes no revision.
     */
    CompletionStage<TxnResult> txn(Txn txn);

    /**
     * Whether other processes may write too. Then what the watches here have told may lie behind
     * what somebody was told elsewhere: who answers from a cache first reads the revision (any
     * {@link #range} without one gives it) and waits until the watch has reached it.
     */
    default boolean isShared() {
        return false;
    }

    /** Reads keys in order from one revision; linearizable if the request names none. */
    CompletionStage<RangeResult> range(RangeRequest request);

    /**
     * Delivers the changes to keys that start with {@code prefix} since {@code fromRevision},
     * inclusive; 0 means from now on. A revision of the future is waited for. A store that lives in
     * this process calls the watcher before it completes the transaction that made the change; when
     * a transaction completes, each watch of such a store that has caught up was told its revision,
     * by a change or by progress. A watcher that throws has its watch ended. An empty prefix means
     * all keys.
     */
    Watch watch(String prefix, long fromRevision, Watcher watcher);

    /**
     * Forgets the history before {@code revision}; the state at and after it stays readable, and so
     * do the changes, with their previous values. Does nothing if that history is forgotten
     * already.
     */
    CompletionStage<Void> compact(long revision);

    /**
     * Grants a lease: keys put with it vanish when it is not kept alive for so many seconds, all in
     * one revision. A store that restarts gives its leases their whole time anew.
     */
    CompletionStage<Long> grantLease(long ttlSeconds);

    /** Renews a lease; gives the seconds it has now, or fails with {@code LEASE_NOT_FOUND}. */
    CompletionStage<Long> keepAlive(long leaseId);

    /** Ends a lease and deletes its keys in one revision, or fails with LEASE_NOT_FOUND. */
    CompletionStage<Void> revokeLease(long leaseId);

    /** A running watch. */
    interface Watch extends AutoCloseable {
        /**
         * Ends the watch; no call to its watcher starts after this returned. So this waits for a
         * call that is running on another thread: don't hold a lock here that the watcher takes.
         */
        @Override
        void close();
    }
}
