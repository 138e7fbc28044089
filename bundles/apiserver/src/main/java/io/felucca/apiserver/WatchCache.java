package io.felucca.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.machinery.GroupResource;
import io.felucca.machinery.Json;
import io.felucca.storage.api.Change;
import io.felucca.storage.api.KeyValue;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * All objects in memory, by resource, fed by one watch of the store. Reads take no lock. Changes
 * are applied one batch at a time under a lock that only {@link CacheFeed} and changes of what is
 * served take.
 */
final class WatchCache {
    private final Map<GroupResource, ResourceCache> caches = new ConcurrentHashMap<>();
    private final Map<GroupResource, List<ResourceDefinition>> definitions =
            new ConcurrentHashMap<>();
    private final Claims claims = new Claims();
    private final Pending pending = new Pending();
    private final NavigableMap<Long, CompletableFuture<Void>> awaited =
            new ConcurrentSkipListMap<>();
    private final Object lock = new Object();
    private final StoreMetrics metrics;

    /** Changes up to here are in the caches. */
    private volatile long revision;

    private volatile boolean closed;

    /** Resources without history since here began empty. */
    private volatile long since;

    WatchCache(StoreMetrics metrics) {
        this.metrics = metrics;
        metrics.countObjects(caches::values);
    }

    long revision() {
        return revision;
    }

    Claims claims() {
        return claims;
    }

    Pending pending() {
        return pending;
    }

    /** The cache of a stored resource; an empty one if nothing was ever stored there. */
    ResourceCache resource(GroupResource stored) {
        ResourceCache known = caches.get(stored);
        if (known != null) {
            return known;
        }
        synchronized (lock) {
            return caches.computeIfAbsent(
                    stored,
                    key -> {
                        ResourceCache fresh =
                                new ResourceCache(key, since, () -> revision, metrics);
                        fresh.define(definitions.getOrDefault(key, List.of()));
                        return fresh;
                    });
        }
    }

    /** Tells what is served now from one place, the stored form first. */
    void define(GroupResource stored, List<ResourceDefinition> served) {
        synchronized (lock) {
            definitions.put(stored, List.copyOf(served));
            ResourceCache cache = caches.get(stored);
            if (cache != null) {
                cache.define(served);
            }
        }
    }

    /** Done once the changes up to a revision are in the caches. */
    CompletionStage<Void> reached(long wanted) {
        if (revision >= wanted) {
            return CompletableFuture.completedFuture(null);
        }
        CompletableFuture<Void> future =
                awaited.computeIfAbsent(wanted, key -> new CompletableFuture<>());
        if (revision >= wanted) {
            future.complete(null);
            awaited.remove(wanted);
        }
        return future;
    }

    /** Starts anew with all that was stored at a revision; open cursors end with 410. */
    void load(List<KeyValue> items, long at) {
        synchronized (lock) {
            Map<GroupResource, ResourceCache> before = Map.copyOf(caches);
            Map<String, CachedObject> reusable = new HashMap<>();
            before.values().forEach(cache -> cache.collect(reusable));
            before.values().forEach(ResourceCache::clear);
            claims.clear();
            since = at;
            for (KeyValue item : items) {
                if (item.key().startsWith(Keys.OBJECTS)) {
                    loadObject(item, reusable.get(item.key()));
                } else if (item.key().startsWith(Keys.CLAIMS)) {
                    takeClaim(item);
                }
            }
            revision = at;
            caches.values().forEach(cache -> cache.restart(at));
        }
        caches.values().forEach(ResourceCache::wake);
        completeAwaited(at);
    }

    private void loadObject(KeyValue item, CachedObject known) {
        Keys.ObjectKey key = Keys.parse(item.key());
        if (key == null) {
            return;
        }
        ResourceCache cache = resource(key.resource());
        if (known != null && known.revision() == item.modRevision()) {
            cache.load(known);
        } else {
            cache.load(read(cache, key, item, null));
        }
    }

    /** Applies whole revisions in order. Called by the feed only, one call at a time. */
    void apply(List<Change> changes) {
        Set<ResourceCache> touched = new LinkedHashSet<>();
        long last = revision;
        synchronized (lock) {
            for (Change change : changes) {
                if (change.revision() <= revision) {
                    continue;
                }
                last = Math.max(last, change.revision());
                if (change.key().startsWith(Keys.OBJECTS)) {
                    applyObject(change, touched);
                } else if (change.key().startsWith(Keys.CLAIMS)) {
                    applyClaim(change);
                }
            }
            for (ResourceCache cache : touched) {
                cache.publish(last);
            }
            revision = last;
        }
        touched.forEach(ResourceCache::wake);
        completeAwaited(last);
    }

    /** Nothing more comes up to this revision. */
    void progress(long to) {
        synchronized (lock) {
            if (to <= revision) {
                return;
            }
            revision = to;
        }
        completeAwaited(to);
    }

    /** Lets waiting cursors look whether a bookmark is due, and forgets those that were closed. */
    void tick() {
        caches.values().forEach(ResourceCache::wake);
    }

    private void applyObject(Change change, Set<ResourceCache> touched) {
        Keys.ObjectKey key = Keys.parse(change.key());
        if (key == null) {
            return;
        }
        ResourceCache cache = resource(key.resource());
        if (change.current().isEmpty()) {
            cache.delete(change.revision(), key.namespace(), key.name());
        } else {
            CachedObject before = cache.pending(key.namespace(), key.name());
            cache.put(change.revision(), read(cache, key, change.current().get(), before));
        }
        touched.add(cache);
    }

    private CachedObject read(
            ResourceCache cache, Keys.ObjectKey key, KeyValue value, CachedObject before) {
        Pending.Write write = pending.find(value);
        Extract extract = write == null ? null : write.extract();
        if (extract == null) {
            ObjectNode tree = Json.parseObject(value.value());
            extract = Extract.of(tree, cache.fields(), before == null ? null : before.extract());
        }
        CachedObject object =
                CachedObject.of(
                        before == null ? Words.shared(key.namespace()) : before.namespace(),
                        before == null ? key.name() : before.name(),
                        value.modRevision(),
                        value.value(),
                        extract);
        if (write != null) {
            write.applied(object);
        }
        return object;
    }

    private void applyClaim(Change change) {
        if (change.current().isEmpty()) {
            claims.release(change.key().substring(Keys.CLAIMS.length()));
        } else {
            takeClaim(change.current().get());
        }
    }

    private void takeClaim(KeyValue item) {
        claims.take(
                item.key().substring(Keys.CLAIMS.length()),
                new String(item.value(), StandardCharsets.UTF_8),
                item.modRevision());
    }

    private void completeAwaited(long to) {
        while (true) {
            Map.Entry<Long, CompletableFuture<Void>> first = awaited.firstEntry();
            if (first == null || first.getKey() > to) {
                return;
            }
            awaited.remove(first.getKey(), first.getValue());
            first.getValue().complete(null);
        }
    }

    /** Ends all cursors, once they have given what there is. */
    void close() {
        closed = true;
        tick();
    }

    boolean isClosed() {
        return closed;
    }

    /** Whether anything was ever loaded. */
    boolean isLoaded() {
        return revision > 0;
    }
}
