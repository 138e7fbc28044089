package io.felucca.client;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.felucca.client.api.Key;
import io.felucca.machinery.LabelSelector;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an informer holds: objects by key, and indexes. One thread writes, any number read; a reader
 * sees each object's newest state, and an index may be a moment ahead of or behind it.
 */
final class Contents<T extends HasMetadata> {
    private static final Logger LOG = LoggerFactory.getLogger(Contents.class);

    private final Map<Key, Held<T>> objects = new ConcurrentHashMap<>();
    private final Index<T> byNamespace = Index.open(held -> List.of(held.key().namespace()));
    private final Index<T> byOwner = Index.open(Held::ownerUids);
    private final Map<String, Index<T>> indexes = new ConcurrentHashMap<>();

    Optional<T> get(Key key) {
        return Optional.ofNullable(objects.get(key)).flatMap(held -> decoded(held, Held::kept));
    }

    List<T> all() {
        List<T> found = new ArrayList<>(objects.size());
        each(found::add);
        return found;
    }

    void each(Consumer<T> action) {
        objects.values().forEach(held -> decoded(held, Held::get).ifPresent(action));
    }

    /** As they are held, to be decoded by who needs it. */
    Collection<Held<T>> held() {
        return objects.values();
    }

    Set<Key> keys() {
        return Set.copyOf(objects.keySet());
    }

    List<T> inNamespace(String namespace) {
        return pick(byNamespace, namespace, held -> true);
    }

    List<T> inNamespace(String namespace, LabelSelector labels) {
        return pick(byNamespace, namespace, held -> labels.matches(held.labels()));
    }

    List<T> ownedBy(String uid) {
        return pick(byOwner, uid, held -> true);
    }

    List<T> byIndex(String name, String value) {
        return pick(index(name), value, held -> true);
    }

    int count(String name, String value) {
        return index(name).keys(value).size();
    }

    private Index<T> index(String name) {
        Index<T> index = indexes.get(name);
        if (index == null) {
            throw new IllegalArgumentException("no index " + name);
        }
        return index;
    }

    /** Called on the writing thread. */
    void addIndex(String name, Function<T, Collection<String>> values) {
        Index<T> index = Index.decoded(values);
        objects.forEach((key, object) -> index.change(key, null, object));
        indexes.put(name, index);
    }

    /** Puts the object, or removes the key's for null; gives what was there. */
    Held<T> change(Key key, Held<T> object) {
        Held<T> before = object == null ? objects.remove(key) : objects.put(key, object);
        byNamespace.change(key, before, object);
        byOwner.change(key, before, object);
        for (Index<T> index : indexes.values()) {
            index.change(key, before, object);
        }
        return before;
    }

    private List<T> pick(Index<T> index, String value, Predicate<Held<T>> wanted) {
        List<T> found = new ArrayList<>();
        for (Key key : index.keys(value)) {
            Held<T> held = objects.get(key);
            if (held != null && wanted.test(held)) {
                decoded(held, Held::kept).ifPresent(found::add);
            }
        }
        return found;
    }

    /** One that can't be read must not hide the others. */
    private static <T extends HasMetadata> Optional<T> decoded(
            Held<T> held, Function<Held<T>, T> read) {
        try {
            return Optional.of(read.apply(held));
        } catch (UncheckedIOException e) {
            LOG.error("{} can't be read", held.key(), e);
            return Optional.empty();
        }
    }
}
