package io.felucca.controller.manager;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.felucca.client.api.Informer;
import io.felucca.client.api.Key;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;

/** An informer of ConfigMaps whose progress the test decides; it holds none. */
final class FakeInformer implements Informer<ConfigMap> {
    private final List<Consumer<Change<ConfigMap>>> handlers = new CopyOnWriteArrayList<>();
    private final List<Waiter> waiters = new ArrayList<>();
    private boolean synced = true;
    private long revision = 1;
    private boolean closed;

    private record Waiter(long revision, Runnable action) {}

    void change(String name) {
        ConfigMap map =
                new ConfigMapBuilder()
                        .withNewMetadata()
                        .withNamespace("default")
                        .withName(name)
                        .endMetadata()
                        .build();
        handlers.forEach(one -> one.accept(new Change<>(Optional.empty(), Optional.of(map))));
    }

    /** It has seen everything up to this revision. */
    void reach(long now) {
        List<Waiter> due;
        synchronized (this) {
            synced = true;
            revision = now;
            due = waiters.stream().filter(one -> one.revision() <= now).toList();
            waiters.removeAll(due);
        }
        due.forEach(one -> one.action().run());
    }

    synchronized void unsynced() {
        synced = false;
    }

    synchronized int waiting() {
        return waiters.size();
    }

    synchronized boolean isClosed() {
        return closed;
    }

    @Override
    public synchronized boolean synced() {
        return synced;
    }

    @Override
    public synchronized long revision() {
        return revision;
    }

    @Override
    public void whenReached(long wanted, Runnable action) {
        synchronized (this) {
            if (!synced || revision < wanted) {
                waiters.add(new Waiter(wanted, action));
                return;
            }
        }
        action.run();
    }

    @Override
    public void onChange(Consumer<Change<ConfigMap>> handler) {
        handlers.add(handler);
    }

    @Override
    public synchronized void close() {
        closed = true;
    }

    @Override
    public Informer<ConfigMap> index(String name, Function<ConfigMap, Collection<String>> values) {
        return this;
    }

    @Override
    public Optional<ConfigMap> get(Key key) {
        return Optional.empty();
    }

    @Override
    public List<ConfigMap> list() {
        return List.of();
    }

    @Override
    public List<ConfigMap> list(String namespace) {
        return List.of();
    }

    @Override
    public List<ConfigMap> ownedBy(String uid) {
        return List.of();
    }

    @Override
    public List<ConfigMap> byIndex(String index, String value) {
        return List.of();
    }
}
