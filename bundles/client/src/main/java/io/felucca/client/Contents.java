package io.felucca.client;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.felucca.client.api.Key;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * What an informer holds: objects by key, and indexes. One thread writes, any number read; a reader
 * sees each object's newest state, and an index may be a moment ahead of or behind it.
 */
final class Contents<T extends HasMetadata> {
    private final Map<Key, T> objects = new ConcurrentHashMap<>();
    private final Index<T> byNamespace = new Index<>(object -> List.of(Key.of(object).namespace()));
    private final Index<T> byOwner = new Index<>(Contents::ownerUids);
    private final Map<String, Index<T>> indexes = new ConcurrentHashMap<>();

    Optional<T> get(Key key) {
        return Optional.ofNullable(objects.get(key));
    }

    List<T> all() {
        return new ArrayList<>(objects.values());
    }

    Set<Key> keys() {
        return Set.copyOf(objects.keySet());
    }

    List<T> inNamespace(String namespace) {
        return pick(byNamespace, namespace);
    }

    List<T> ownedBy(String uid) {
        return pick(byOwner, uid);
    }

    List<T> byIndex(String name, String value) {
        Index<T> index = indexes.get(name);
        if (index == null) {
            throw new IllegalArgumentException("no index " + name);
        }
        return pick(index, value);
    }

    /** Called on the writing thread. */
    void addIndex(String name, Function<T, Collection<String>> values) {
        Index<T> index = new Index<>(values);
        objects.forEach((key, object) -> index.change(key, null, object));
        indexes.put(name, index);
    }

    /** Puts the object, or removes the key's for null; gives what was there. */
    T change(Key key, T object) {
        T before = object == null ? objects.remove(key) : objects.put(key, object);
        byNamespace.change(key, before, object);
        byOwner.change(key, before, object);
        for (Index<T> index : indexes.values()) {
            index.change(key, before, object);
        }
        return before;
    }

    private List<T> pick(Index<T> index, String value) {
        List<T> found = new ArrayList<>();
        for (Key key : index.keys(value)) {
            T object = objects.get(key);
            if (object != null) {
                found.add(object);
            }
        }
        return found;
    }

    private static <T extends HasMetadata> Collection<String> ownerUids(T object) {
        List<OwnerReference> owners = object.getMetadata().getOwnerReferences();
        return owners.isEmpty() ? List.of() : owners.stream().map(OwnerReference::getUid).toList();
    }

    /** From a value to the keys of the objects that have it. */
    private static final class Index<T> {
        private final Function<T, Collection<String>> values;
        private final Map<String, Set<Key>> keys = new ConcurrentHashMap<>();

        Index(Function<T, Collection<String>> values) {
            this.values = values;
        }

        Set<Key> keys(String value) {
            return keys.getOrDefault(value, Set.of());
        }

        void change(Key key, T before, T now) {
            Collection<String> old = before == null ? List.of() : values.apply(before);
            Collection<String> fresh = now == null ? List.of() : values.apply(now);
            for (String value : fresh) {
                if (!old.contains(value)) {
                    keys.computeIfAbsent(value, none -> ConcurrentHashMap.newKeySet()).add(key);
                }
            }
            for (String value : old) {
                if (!fresh.contains(value)) {
                    keys.computeIfPresent(
                            value,
                            (same, set) -> {
                                set.remove(key);
                                return set.isEmpty() ? null : set;
                            });
                }
            }
        }
    }
}
