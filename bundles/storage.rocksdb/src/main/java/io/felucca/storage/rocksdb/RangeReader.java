package io.felucca.storage.rocksdb;

import io.felucca.storage.api.KeyValue;
import io.felucca.storage.api.RangeRequest;
import io.felucca.storage.api.RangeResult;
import io.felucca.storage.api.StoreException;
import io.felucca.storage.api.StoreException.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rocksdb.RocksIterator;

/** Reads ranges at a revision: which keys, from the index; their values, from disk. Thread-safe. */
final class RangeReader {
    private final Disk disk;
    private final KeyIndex index;
    private final WatchHub hub;

    RangeReader(Disk disk, KeyIndex index, WatchHub hub) {
        this.disk = disk;
        this.index = index;
        this.hub = hub;
    }

    RangeResult read(RangeRequest request) {
        if (request.revision() < 0 || request.limit() < 0) {
            throw new StoreException(Reason.INVALID, "negative revision or limit");
        }
        if (request.revision() > hub.published()) {
            throw new StoreException(
                    Reason.FUTURE_REVISION,
                    "revision " + request.revision() + " is to come, now is " + hub.published());
        }
        while (true) {
            long at = request.revision() == 0 ? hub.published() : request.revision();
            Optional<RangeResult> result = readAt(request, at);
            // A compaction may have taken away what was being read; the newest is always there.
            Optional<StoreException> gone = hub.gone(at);
            if (gone.isEmpty() && result.isPresent()) {
                return result.get();
            }
            if (gone.isPresent() && request.revision() != 0) {
                throw gone.get();
            }
        }
    }

    /** Empty if the revision is compacted. */
    private Optional<RangeResult> readAt(RangeRequest request, long at) {
        List<KeyValue> items = new ArrayList<>();
        long count = 0;
        try (Disk.View view = disk.view();
                RocksIterator iterator = view.iterator()) {
            // Asked after the view was taken: what the view shows was complete from there on.
            if (hub.gone(at).isPresent()) {
                return Optional.empty();
            }
            if (request.start().compareTo(request.end()) >= 0) {
                return Optional.of(new RangeResult(items, at, false, 0));
            }
            for (Map.Entry<String, Entry> known :
                    index.range(request.start(), request.end()).entrySet()) {
                Entry entry = known.getValue();
                boolean isNow = entry.modRevision() <= at;
                if (isNow && entry.deleted()) {
                    continue;
                }
                boolean wanted = request.limit() == 0 || items.size() < request.limit();
                boolean surelyThere = !entry.deleted() && entry.createRevision() <= at;
                if (!wanted && surelyThere) {
                    count++;
                    continue;
                }
                Optional<KeyValue> item = load(iterator, known.getKey(), at);
                if (item.isPresent()) {
                    count++;
                    if (wanted) {
                        items.add(item.get());
                    }
                } else if (surelyThere && hub.gone(at).isEmpty()) {
                    throw disk.corrupt("key " + known.getKey() + " has no value at " + at);
                }
            }
        }
        return Optional.of(new RangeResult(items, at, count > items.size(), count));
    }

    /** The key's newest version that is not newer than a revision. */
    private Optional<KeyValue> load(RocksIterator iterator, String key, long at) {
        iterator.seek(Format.versionKey(key, at));
        if (!iterator.isValid()) {
            disk.check(iterator);
            return Optional.empty();
        }
        long revision = Format.revisionOfVersion(iterator.key(), key);
        return revision == 0 ? Optional.empty() : Format.keyValue(key, revision, iterator.value());
    }
}
