package io.felucca.testing;

import io.felucca.storage.api.Change;
import io.felucca.storage.api.KeyValue;
import io.felucca.storage.api.RangeRequest;
import io.felucca.storage.api.RangeResult;
import io.felucca.storage.api.StoreException;
import io.felucca.storage.api.StoreException.Reason;
import io.felucca.storage.api.Txn;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** Every key's past since the last compaction. Not thread-safe: its store guards it. */
final class MemoryHistory {
    /** Per key: revision to value; no value means deleted at that revision. */
    private final NavigableMap<String, NavigableMap<Long, Optional<KeyValue>>> keys =
            new TreeMap<>();

    private final NavigableMap<Long, List<Change>> changes = new TreeMap<>();
    private long revision = 1;
    private long compacted;

    long revision() {
        return revision;
    }

    long compacted() {
        return compacted;
    }

    Optional<KeyValue> latest(String key) {
        return at(keys.get(key), revision);
    }

    /** Writes as one revision; gives what changed, which may be nothing. */
    List<Change> apply(List<Txn.Write> writes) {
        long next = revision + 1;
        List<Change> done = new ArrayList<>();
        for (Txn.Write write : writes) {
            Optional<KeyValue> previous = latest(write.key());
            Optional<KeyValue> current = Optional.empty();
            if (write instanceof Txn.Put put) {
                current = Optional.of(successor(put, previous, next));
            }
            if (current.isPresent() || previous.isPresent()) {
                done.add(new Change(next, write.key(), current, previous));
            }
        }
        if (!done.isEmpty()) {
            revision = next;
            changes.put(next, List.copyOf(done));
            for (Change change : done) {
                keys.computeIfAbsent(change.key(), k -> new TreeMap<>())
                        .put(next, change.current());
            }
        }
        return List.copyOf(done);
    }

    private static KeyValue successor(Txn.Put put, Optional<KeyValue> previous, long next) {
        long created = previous.map(KeyValue::createRevision).orElse(next);
        long version = previous.map(KeyValue::version).orElse(0L) + 1;
        return new KeyValue(put.key(), put.value(), created, next, version, put.lease());
    }

    RangeResult range(RangeRequest request) {
        long at = request.revision() == 0 ? revision : request.revision();
        if (at < 0 || request.limit() < 0) {
            throw new StoreException(Reason.INVALID, "negative revision or limit");
        }
        checkReadable(at);
        List<KeyValue> items = new ArrayList<>();
        long count = 0;
        if (request.start().compareTo(request.end()) < 0) {
            for (NavigableMap<Long, Optional<KeyValue>> past :
                    keys.subMap(request.start(), request.end()).values()) {
                Optional<KeyValue> item = at(past, at);
                if (item.isPresent()) {
                    count++;
                    if (request.limit() == 0 || items.size() < request.limit()) {
                        items.add(item.get());
                    }
                }
            }
        }
        return new RangeResult(items, at, count > items.size(), count);
    }

    List<List<Change>> changesFrom(long from) {
        return List.copyOf(changes.tailMap(from, true).values());
    }

    void compact(long to) {
        if (to > revision) {
            throw new StoreException(Reason.FUTURE_REVISION, "revision " + to + " is to come");
        }
        if (to <= compacted) {
            return;
        }
        compacted = to;
        changes.headMap(to, false).clear();
        for (NavigableMap<Long, Optional<KeyValue>> past : keys.values()) {
            Map.Entry<Long, Optional<KeyValue>> first = past.floorEntry(to);
            if (first != null) {
                past.headMap(first.getKey(), first.getValue().isEmpty()).clear();
            }
        }
        keys.values().removeIf(Map::isEmpty);
    }

    StoreException compactedException(long at) {
        return new StoreException(
                Reason.COMPACTED, "revision " + at + " is gone, history begins at " + compacted);
    }

    private void checkReadable(long at) {
        if (at > revision) {
            throw new StoreException(
                    Reason.FUTURE_REVISION, "revision " + at + " is to come, now is " + revision);
        }
        if (at < compacted) {
            throw compactedException(at);
        }
    }

    private static Optional<KeyValue> at(
            NavigableMap<Long, Optional<KeyValue>> past, long revision) {
        if (past == null) {
            return Optional.empty();
        }
        Map.Entry<Long, Optional<KeyValue>> entry = past.floorEntry(revision);
        return entry == null ? Optional.empty() : entry.getValue();
    }
}
