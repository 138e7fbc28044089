package io.felucca.client;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.felucca.client.api.Key;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From a value to the keys of the objects that have it. One thread writes, any number read.
 *
 * <p>What an object had before its change is asked again of what is held of it where that costs
 * nothing, and remembered where it takes decoding: that would cost more than the rest of a change.
 */
final class Index<T extends HasMetadata> {
    private static final Logger LOG = LoggerFactory.getLogger(Index.class);

    private final Function<Held<T>, Collection<String>> values;
    private final Map<String, Set<Key>> keys = new ConcurrentHashMap<>();

    /** Of those that have some; null where they are asked again. */
    private final Map<Key, Collection<String>> remembered;

    private Index(
            Function<Held<T>, Collection<String>> values, Map<Key, Collection<String>> remembered) {
        this.values = values;
        this.remembered = remembered;
    }

    /** By what lies open in what is held. */
    static <T extends HasMetadata> Index<T> open(Function<Held<T>, Collection<String>> values) {
        return new Index<>(values, null);
    }

    /** By what only the decoded object says. */
    static <T extends HasMetadata> Index<T> decoded(Function<T, Collection<String>> values) {
        return new Index<>(held -> List.copyOf(values.apply(held.get())), new HashMap<>());
    }

    Set<Key> keys(String value) {
        return keys.getOrDefault(value, Set.of());
    }

    /** An object is new for null before, gone for null now. */
    void change(Key key, Held<T> before, Held<T> now) {
        Collection<String> fresh = values(now);
        Collection<String> old = remembered == null ? values(before) : swap(key, fresh);
        for (String value : fresh) {
            if (!old.contains(value)) {
                keys.merge(value, Set.of(key), Index::union);
            }
        }
        for (String value : old) {
            if (!fresh.contains(value)) {
                keys.computeIfPresent(value, (same, set) -> without(set, key));
            }
        }
    }

    private Collection<String> swap(Key key, Collection<String> fresh) {
        Collection<String> old =
                fresh.isEmpty() ? remembered.remove(key) : remembered.put(key, fresh);
        return old == null ? List.of() : old;
    }

    /** One that can't be read must not hide the others. */
    private Collection<String> values(Held<T> object) {
        try {
            return object == null ? List.of() : values.apply(object);
        } catch (RuntimeException e) {
            LOG.error("{} could not be indexed", object.key(), e);
            return List.of();
        }
    }

    /** Many values have one key, for which a set that can grow would be large. */
    private static Set<Key> union(Set<Key> present, Set<Key> one) {
        Set<Key> all = present;
        if (present.size() == 1) {
            all = ConcurrentHashMap.newKeySet();
            all.addAll(present);
        }
        all.addAll(one);
        return all;
    }

    private static Set<Key> without(Set<Key> present, Key key) {
        if (present.size() == 1) {
            return present.contains(key) ? null : present;
        }
        present.remove(key);
        return present;
    }
}
