package io.felucca.storage.rocksdb;

import io.felucca.storage.api.StoreException;
import io.felucca.storage.api.StoreException.Reason;
import java.util.ArrayList;
import java.util.List;
import org.rocksdb.RocksIterator;

/**
 * Forgets history: at once by moving its beginning, on disk bit by bit between the writer's
 * batches. Belongs to the writer's thread.
 *
 * <p>The changes themselves say what can go: the version that a change before the beginning
 * replaced, and the deletion that one made. So the work is proportional to the changes, however
 * many keys there are.
 */
final class Compaction {
    private static final int CHUNK_CHANGES = 200;

    private final Disk disk;
    private final KeyIndex index;
    private final WatchHub hub;

    /** All changes before this one are gone from disk. */
    private long cleanedTo;

    Compaction(Disk disk, KeyIndex index, WatchHub hub) {
        this.disk = disk;
        this.index = index;
        this.hub = hub;
    }

    /** Moves the beginning of the history; {@link #clean} does the rest. */
    void start(long revision, long newest, Batch batch) {
        if (revision > newest) {
            throw new StoreException(
                    Reason.FUTURE_REVISION,
                    "revision " + revision + " is to come, now is " + newest);
        }
        if (revision > hub.compacted()) {
            batch.put(Format.COMPACTED, Format.number(revision));
            hub.compacted(revision);
        }
    }

    boolean unfinished() {
        return cleanedTo < hub.compacted();
    }

    /** Deletes the next few changes and what they made obsolete. */
    void clean() {
        long end = hub.compacted();
        List<String> deleted = new ArrayList<>();
        try (Batch batch = new Batch();
                Disk.View view = disk.view();
                RocksIterator iterator = view.iterator()) {
            int seen = 0;
            long reached = end;
            iterator.seek(Format.changeKey(cleanedTo, 0));
            while (iterator.isValid() && iterator.key()[0] == Format.ALL_CHANGES[0]) {
                byte[] changeKey = iterator.key();
                long revision = Format.revisionOfChange(changeKey);
                if (revision >= end) {
                    break;
                }
                if (seen++ >= CHUNK_CHANGES) {
                    reached = revision;
                    break;
                }
                forget(changeKey, revision, iterator.value(), batch, deleted);
                iterator.next();
            }
            disk.check(iterator);
            // Lost with a crash, it is done again: the changes are still there then.
            disk.writeUnsynced(batch.writes());
            deleted.forEach(index::remove);
            cleanedTo = reached;
        }
    }

    private void forget(
            byte[] changeKey, long revision, byte[] change, Batch batch, List<String> deleted) {
        String key = Format.keyOfChange(change);
        long previous = Format.previousOfChange(change);
        if (previous != 0) {
            batch.delete(Format.versionKey(key, previous));
        }
        if (Format.isDeletion(change)) {
            batch.delete(Format.versionKey(key, revision));
            if (index.get(key).modRevision() == revision) {
                batch.delete(Format.latestKey(key));
                deleted.add(key);
            }
        }
        batch.delete(changeKey);
    }
}
