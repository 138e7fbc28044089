package io.felucca.apiserver;

import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.machinery.GroupResource;
import io.felucca.machinery.Json;
import io.felucca.metrics.Counter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

/**
 * All objects of one stored resource and their recent changes. The cache's applier writes, under
 * the lock of the {@link WatchCache}; reads take no lock.
 */
final class ResourceCache {
    private final GroupResource resource;
    private final LongSupplier revision;
    private final EventLog log;
    private final Counter received;
    private final Counter loads;
    private final Counter expired;
    private final AtomicReference<Waiter> waiters = new AtomicReference<>();
    private volatile Snapshot snapshot;
    private volatile FieldSet fields = FieldSet.NONE;

    /** Changes of a batch that readers don't see yet. */
    private ObjectTree building;

    private final List<LogEntry> batch = new ArrayList<>();

    /** All objects as of a revision. */
    record Snapshot(ObjectTree objects, long revision) {}

    private record Waiter(Cursor cursor, Waiter next) {}

    /**
     * @param revision up to where the whole cache has come
     */
    ResourceCache(GroupResource resource, long since, LongSupplier revision, StoreMetrics metrics) {
        received = metrics.received(resource);
        loads = metrics.loads(resource);
        expired = metrics.expired(resource);
        this.resource = resource;
        this.revision = revision;
        this.log = new EventLog(since);
        this.snapshot = new Snapshot(ObjectTree.EMPTY, since);
        this.building = ObjectTree.EMPTY;
    }

    GroupResource resource() {
        return resource;
    }

    FieldSet fields() {
        return fields;
    }

    EventLog log() {
        return log;
    }

    /** What there is now, complete up to the revision in it. */
    Snapshot snapshot() {
        // In this order: all up to the cache's revision is in any snapshot read after it.
        long reached = revision.getAsLong();
        Snapshot now = snapshot;
        return now.revision >= reached ? now : new Snapshot(now.objects, reached);
    }

    /** Another one whenever an object has changed. */
    Object version() {
        return snapshot.objects;
    }

    CachedObject get(String namespace, String name) {
        return snapshot.objects.get(namespace, name);
    }

    /** What there was at a revision of the past; empty if the log does not reach back so far. */
    Optional<Snapshot> snapshotAt(long past) {
        Snapshot now = snapshot();
        if (now.revision <= past) {
            return Optional.of(now);
        }
        LogEntry entry = log.lastUpTo(past);
        if (entry == null) {
            return Optional.empty();
        }
        ObjectTree objects = now.objects;
        Set<String> undone = new HashSet<>();
        for (LogEntry one = entry.next(); one != null; one = one.next()) {
            if (one == LogEntry.GONE) {
                return Optional.empty();
            }
            CachedObject subject = one.current() == null ? one.previous() : one.current();
            if (one.revision() > past && undone.add(subject.namespace() + '/' + subject.name())) {
                objects =
                        one.previous() == null
                                ? objects.remove(subject.namespace(), subject.name())
                                : objects.put(one.previous());
            }
        }
        return Optional.of(new Snapshot(objects, past));
    }

    // What follows is the applier's.

    /** Takes an object that was there before the log begins. */
    void load(CachedObject object) {
        building = building.put(object);
    }

    CachedObject pending(String namespace, String name) {
        return building.get(namespace, name);
    }

    void put(long at, CachedObject object) {
        received.increment();
        batch.add(new LogEntry(at, pending(object.namespace(), object.name()), object));
        building = building.put(object);
    }

    void delete(long at, String namespace, String name) {
        CachedObject previous = pending(namespace, name);
        if (previous != null) {
            received.increment();
            batch.add(new LogEntry(at, previous, null));
            building = building.remove(namespace, name);
        }
    }

    /** Shows the batch to readers. */
    void publish(long at) {
        for (LogEntry entry : batch) {
            log.append(entry);
        }
        batch.clear();
        snapshot = new Snapshot(building, at);
    }

    /** All it has, by key. */
    void collect(Map<String, CachedObject> byKey) {
        building.scan(
                null,
                null,
                object -> {
                    byKey.put(Keys.object(resource, object.namespace(), object.name()), object);
                    return true;
                });
    }

    /** Empties it, for a load that starts anew at a revision; all cursors fall out. */
    void clear() {
        batch.clear();
        building = ObjectTree.EMPTY;
    }

    void restart(long at) {
        loads.increment();
        snapshot = new Snapshot(building, at);
        log.reset(at);
    }

    /** Takes over what is selectable now; reads all objects anew if there are more fields. */
    void define(List<ResourceDefinition> definitions) {
        FieldSet next = fields.with(definitions);
        boolean reread = !next.samePaths(fields);
        fields = next;
        if (!reread) {
            return;
        }
        ObjectTree[] fresh = {ObjectTree.EMPTY};
        building.scan(
                null,
                null,
                object -> {
                    Extract extract =
                            Extract.of(Json.parseObject(object.json()), next, object.extract());
                    fresh[0] = fresh[0].put(object.withExtract(extract));
                    return true;
                });
        building = fresh[0];
        snapshot = new Snapshot(building, snapshot.revision);
    }

    /** A cursor has fallen behind the log. */
    void fellBehind() {
        expired.increment();
    }

    // Waiting cursors.

    void await(Cursor cursor) {
        waiters.updateAndGet(first -> new Waiter(cursor, first));
    }

    /** Tells all who wait; those for whom there was nothing wait on. */
    void wake() {
        Waiter waiter = waiters.getAndSet(null);
        while (waiter != null) {
            Cursor cursor = waiter.cursor;
            if (cursor.keepsWaiting()) {
                await(cursor);
            }
            waiter = waiter.next;
        }
    }
}
