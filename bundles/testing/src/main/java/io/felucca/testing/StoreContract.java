package io.felucca.testing;

/**
 * The contract of {@link io.felucca.storage.api.Store}, as tests: a test class implements this (and
 * {@link StoreLocalContract} if its store lives in the process), gives a new empty store to each
 * test, and has them all.
 */
public interface StoreContract
        extends StoreTxnContract, StoreRangeContract, StoreWatchContract, StoreLeaseContract {}
