package io.felucca.client;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.felucca.client.api.Key;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** From a value to the keys of the objects that have it. One thread writes, any number read. */
final class Index<T extends HasMetadata> {
    private static final Logger LOG = LoggerFactory.getLogger(Index.class);

    private final Function<Held<T>, Collection<String>> values;
    private final Map<String, Set<Key>> keys = new ConcurrentHashMap<>();

    Index(Function<Held<T>, Collection<String>> values) {
        this.values = values;
    }

    Set<Key> keys(String value) {
        return keys.getOrDefault(value, Set.of());
    }

    /** An object is new for null before, gone for null now. */
    void change(Key key, Held<T> before, Held<T> now) {
        Collection<String> old = values(before);
        Collection<String> fresh = values(now);
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
