package io.felucca.client.testing;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.felucca.client.api.Informer;
import io.felucca.client.api.Key;
import io.felucca.machinery.FieldSelector;
import io.felucca.machinery.GroupVersionResource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** An informer that is always synced and calls its handlers on the writer's thread. */
final class FakeInformer<T extends HasMetadata> implements Informer<T> {
    private final FakeCluster cluster;
    private final GroupVersionResource resource;
    private final Class<T> type;
    private final FieldSelector selector;
    private final Map<String, Function<T, Collection<String>>> indexes = new HashMap<>();

    FakeInformer(
            FakeCluster cluster, GroupVersionResource resource, Class<T> type, String selector) {
        this.cluster = cluster;
        this.resource = resource;
        this.type = type;
        this.selector = FieldSelector.parse(selector);
    }

    @Override
    public Optional<T> get(Key key) {
        return typed(cluster.resource(resource).get(key));
    }

    @Override
    public List<T> list() {
        return cluster.resource(resource).all().stream()
                .flatMap(one -> typed(one).stream())
                .toList();
    }

    @Override
    public List<T> list(String namespace) {
        return list().stream()
                .filter(one -> namespace.equals(one.getMetadata().getNamespace()))
                .toList();
    }

    @Override
    public List<T> ownedBy(String uid) {
        return list().stream()
                .filter(
                        one ->
                                one.getMetadata().getOwnerReferences().stream()
                                        .map(OwnerReference::getUid)
                                        .anyMatch(uid::equals))
                .toList();
    }

    @Override
    public List<T> byIndex(String index, String value) {
        return list().stream()
                .filter(one -> indexes.get(index).apply(one).contains(value))
                .toList();
    }

    @Override
    public boolean synced() {
        return true;
    }

    @Override
    public long revision() {
        return cluster.revision();
    }

    @Override
    public void whenReached(long revision, Runnable action) {
        action.run();
    }

    @Override
    public Informer<T> index(String name, Function<T, Collection<String>> values) {
        indexes.put(name, values);
        return this;
    }

    @Override
    public void onChange(Consumer<Change<T>> handler) {
        for (T object : list()) {
            handler.accept(new Change<>(Optional.empty(), Optional.of(object)));
        }
        cluster.resource(resource)
                .listen(
                        (before, now) -> {
                            Change<T> change = new Change<>(typed(before), typed(now));
                            if (change.before().isPresent() || change.now().isPresent()) {
                                handler.accept(change);
                            }
                        });
    }

    @Override
    public void close() {
        // A fake holds nothing that would have to be given back.
    }

    private Optional<T> typed(ObjectNode tree) {
        return tree != null && selector.matches(path -> text(tree, path))
                ? Optional.of(cluster.typed(type, tree))
                : Optional.empty();
    }

    private static String text(ObjectNode tree, String path) {
        return tree.at("/" + path.replace('.', '/')).asText("");
    }
}
