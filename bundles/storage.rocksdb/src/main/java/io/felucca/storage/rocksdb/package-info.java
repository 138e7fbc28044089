/**
 * The embedded store: RocksDB, one writer that syncs many transactions at once, versioned keys for
 * the history, and watches that are told before a transaction is acknowledged.
 */
package io.felucca.storage.rocksdb;
