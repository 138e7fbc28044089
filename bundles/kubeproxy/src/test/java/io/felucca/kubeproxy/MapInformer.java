package io.felucca.kubeproxy;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.felucca.client.api.Informer;
import io.felucca.client.api.Key;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Objects in a map, as fast to ask as the real informer. One name per index value is enough here.
 */
final class MapInformer<T extends HasMetadata> implements Informer<T> {
    private final Map<Key, T> objects = new HashMap<>();
    private final Map<String, T> byIndex = new HashMap<>();
    private Function<T, Collection<String>> values = object -> List.of();

    void put(T object) {
        objects.put(Key.of(object), object);
        values.apply(object).forEach(value -> byIndex.put(value, object));
    }

    @Override
    public Optional<T> get(Key key) {
        return Optional.ofNullable(objects.get(key));
    }

    @Override
    public List<T> list() {
        return List.copyOf(objects.values());
    }

    @Override
    public List<T> list(String namespace) {
        return list();
    }

    @Override
    public List<T> ownedBy(String uid) {
        return List.of();
    }

    @Override
    public List<T> byIndex(String index, String value) {
        return Optional.ofNullable(byIndex.get(value)).map(List::of).orElse(List.of());
    }

    @Override
    public boolean synced() {
        return true;
    }

    @Override
    public long revision() {
        return 1;
    }

    @Override
    public void whenReached(long revision, Runnable action) {
        action.run();
    }

    @Override
    public Informer<T> index(String name, Function<T, Collection<String>> of) {
        values = of;
        return this;
    }

    @Override
    public void onChange(Consumer<Change<T>> handler) {
        // Nobody listens here: the bench says itself what has changed.
    }

    @Override
    public void close() {
        // Nothing is held.
    }
}
