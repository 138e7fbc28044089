package io.felucca.storage.rocksdb;

import io.felucca.storage.api.KeyValue;
import io.felucca.storage.api.StoreException;
import io.felucca.storage.api.StoreException.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.CompressionType;
import org.rocksdb.HistogramType;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Snapshot;
import org.rocksdb.Statistics;
import org.rocksdb.Status;
import org.rocksdb.TickerType;
import org.rocksdb.WALRecoveryMode;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * RocksDB in one directory. Thread-safe, but nothing may be called during or after {@link #close}:
 * that would crash the process, so the store ends its threads first.
 */
final class Disk implements Log, AutoCloseable {
    private static final Set<PosixFilePermission> OWNER_ONLY =
            PosixFilePermissions.fromString("rwx------");

    /** Files of the newest level; each merge with the next level writes that level anew. */
    private static final int MERGED_AT_ONCE = 8;

    private final Path directory;
    private final Statistics statistics;
    private final LRUCache cache;
    private final BloomFilter filter = new BloomFilter(10);
    private final Options options;
    private final WriteOptions synced = new WriteOptions().setSync(true);
    private final WriteOptions unsynced = new WriteOptions();
    private final RocksDB db;

    static {
        RocksDB.loadLibrary();
    }

    /** Opens or creates the directory, which only the owner may enter. */
    Disk(Path directory, StoreOptions bounds) {
        this.directory = directory;
        makeDirectory(directory);
        boolean existed = Files.exists(directory.resolve("CURRENT"));
        // Only counters are read: what keeps times and sizes would cost each call.
        statistics = new Statistics(EnumSet.allOf(HistogramType.class));
        // Few shards and room kept for indexes: values would drive them out of a cache so small.
        cache = new LRUCache(bounds.blockCacheBytes(), 1, false, 0.5);
        options = options(bounds);
        try {
            db = RocksDB.open(options, directory.toString());
        } catch (RocksDBException failed) {
            closeOptions();
            throw openFault(failed, existed);
        }
    }

    private Options options(StoreOptions bounds) {
        return new Options()
                .setCreateIfMissing(true)
                .setStatistics(statistics)
                // Small: the process has 300 MB for everything.
                .setWriteBufferSize(bounds.writeBufferBytes())
                .setMaxWriteBufferNumber(2)
                .setMaxTotalWalSize(4 * bounds.writeBufferBytes())
                .setTargetFileSizeBase(16 << 20)
                .setMaxBytesForLevelBase(64 << 20)
                .setMaxBackgroundJobs(2)
                .setMaxOpenFiles(256)
                .setTableFormatConfig(
                        new BlockBasedTableConfig()
                                .setBlockCache(cache)
                                // A version lies in one file only: the others need no look.
                                .setFilterPolicy(filter)
                                .setCacheIndexAndFilterBlocks(true)
                                .setCacheIndexAndFilterBlocksWithHighPriority(true)
                                .setPinL0FilterAndIndexBlocksInCache(true))
                // What is new is rewritten soon, and compressed only where it stays. Files of the
                // newest level are merged in larger steps, since hardly anybody reads them.
                .setCompressionPerLevel(
                        List.of(
                                CompressionType.NO_COMPRESSION,
                                CompressionType.NO_COMPRESSION,
                                CompressionType.LZ4_COMPRESSION))
                .setLevel0FileNumCompactionTrigger(MERGED_AT_ONCE)
                // A torn end is what a crash leaves; anything else broken in the log is corruption.
                .setWalRecoveryMode(WALRecoveryMode.TolerateCorruptedTailRecords)
                .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
                .setMaxLogFileSize(1 << 20)
                .setKeepLogFileNum(2)
                .setStatsDumpPeriodSec(0)
                .setStatsPersistPeriodSec(0)
                .setSkipStatsUpdateOnDbOpen(true)
                .setAvoidFlushDuringRecovery(true);
    }

    @Override
    public void sync(WriteBatch batch) throws RocksDBException {
        db.write(synced, batch);
    }

    /** Writes what may be lost with a crash because it would be done again. */
    void writeUnsynced(WriteBatch batch) {
        try {
            db.write(unsynced, batch);
        } catch (RocksDBException failed) {
            throw fault("can't write", failed);
        }
    }

    Optional<byte[]> get(byte[] key) {
        try {
            return Optional.ofNullable(db.get(key));
        } catch (RocksDBException failed) {
            throw fault("can't read", failed);
        }
    }

    /** A version that must be there; a deletion is empty. */
    Optional<KeyValue> version(String key, long revision) {
        byte[] stored =
                get(Format.versionKey(key, revision)).orElseThrow(() -> missing(key, revision));
        return Format.keyValue(key, revision, stored);
    }

    /** Calls with each key and value whose key begins with a byte, in order. */
    void scan(byte[] prefix, BiConsumer<byte[], byte[]> each) {
        try (View view = view();
                RocksIterator iterator = view.iterator()) {
            iterator.seek(prefix);
            while (iterator.isValid() && iterator.key()[0] == prefix[0]) {
                each.accept(iterator.key(), iterator.value());
                iterator.next();
            }
            check(iterator);
        }
    }

    /** An iterator that stops at an error must not look like one that came to the end. */
    void check(RocksIterator iterator) {
        try {
            iterator.status();
        } catch (RocksDBException failed) {
            throw fault("can't read", failed);
        }
    }

    View view() {
        return new View();
    }

    /** How often the log was synced since the store was opened. */
    long logSyncs() {
        return statistics.getTickerCount(TickerType.WAL_FILE_SYNCED);
    }

    StoreException fault(String doing, RocksDBException failed) {
        boolean corrupt =
                failed.getStatus() != null
                        && failed.getStatus().getCode() == Status.Code.Corruption;
        return fault(corrupt ? Reason.CORRUPT : Reason.UNAVAILABLE, doing, failed);
    }

    StoreException corrupt(String what) {
        return new StoreException(
                Reason.CORRUPT, "the store in " + directory + " is damaged: " + what);
    }

    private StoreException missing(String key, long revision) {
        return corrupt("revision " + revision + " of key " + key + " is missing");
    }

    private StoreException openFault(RocksDBException failed, boolean existed) {
        // A file that is gone is an I/O error to RocksDB; to us it is lost data.
        boolean lostFile = existed && String.valueOf(failed.getMessage()).contains("No such file");
        return lostFile
                ? fault(Reason.CORRUPT, "can't be opened", failed)
                : fault("can't be opened", failed);
    }

    private StoreException fault(Reason reason, String doing, RocksDBException failed) {
        String damaged = reason == Reason.CORRUPT ? " is damaged and " : " ";
        return new StoreException(
                reason,
                "the store in " + directory + damaged + doing + ": " + failed.getMessage(),
                failed);
    }

    private static void makeDirectory(Path directory) {
        try {
            Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
            Files.setPosixFilePermissions(directory, OWNER_ONLY);
        } catch (IOException failed) {
            throw new UncheckedIOException("can't make the store's directory " + directory, failed);
        }
    }

    @Override
    public void close() {
        db.close();
        closeOptions();
    }

    private void closeOptions() {
        options.close();
        synced.close();
        unsynced.close();
        filter.close();
        cache.close();
        statistics.close();
    }

    /** The disk as it is now, for one reader. */
    final class View implements AutoCloseable {
        private final Snapshot snapshot = db.getSnapshot();
        private final ReadOptions read = new ReadOptions().setSnapshot(snapshot);

        private View() {}

        RocksIterator iterator() {
            return db.newIterator(read);
        }

        /** As {@link Disk#version}, in this view. */
        Optional<KeyValue> version(String key, long revision) {
            try {
                byte[] stored = db.get(read, Format.versionKey(key, revision));
                if (stored == null) {
                    throw missing(key, revision);
                }
                return Format.keyValue(key, revision, stored);
            } catch (RocksDBException failed) {
                throw fault("can't read", failed);
            }
        }

        @Override
        public void close() {
            read.close();
            db.releaseSnapshot(snapshot);
        }
    }
}
