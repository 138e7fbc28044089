package io.felucca.controller.resourcequota;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.felucca.client.api.Clients;
import io.felucca.client.api.Clients.Served;
import io.felucca.client.api.Informer;
import io.felucca.client.api.Informers;
import io.felucca.machinery.GroupResource;
import io.felucca.machinery.Json;
import io.felucca.quota.Evaluator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The objects that quotas count: whole ones where what they say counts, and only the metadata of
 * those that are just counted, which are listed once a quota wants them. Thread-safe.
 */
final class Counted {
    private static final Map<GroupResource, Class<? extends HasMetadata>> WHOLE =
            Map.of(
                    new GroupResource("", "pods"), Pod.class,
                    new GroupResource("", "services"), Service.class,
                    new GroupResource("", "persistentvolumeclaims"), PersistentVolumeClaim.class);

    private final Clients clients;
    private final Informers informers;

    /** Told of a namespace in which something no longer counts. */
    private final Consumer<String> givenBack;

    /** Guarded by itself. */
    private final Map<GroupResource, Informer<? extends HasMetadata>> open = new HashMap<>();

    Counted(Clients clients, Informers informers, Consumer<String> givenBack) {
        this.clients = clients;
        this.informers = informers;
        this.givenBack = givenBack;
    }

    /** All of a resource in a namespace; empty if no such resource is served. */
    Optional<List<ObjectNode>> objects(GroupResource resource, String namespace) {
        return informer(resource).map(informer -> list(informer, namespace));
    }

    private static <T extends HasMetadata> List<ObjectNode> list(
            Informer<T> informer, String namespace) {
        return informer.list(namespace).stream().map(Counted::tree).toList();
    }

    private static ObjectNode tree(HasMetadata object) {
        return Json.mapper().valueToTree(object);
    }

    private Optional<Informer<? extends HasMetadata>> informer(GroupResource resource) {
        synchronized (open) {
            Informer<? extends HasMetadata> known = open.get(resource);
            if (known != null) {
                return Optional.of(known);
            }
            Optional<Informer<? extends HasMetadata>> found = find(resource);
            found.ifPresent(informer -> open.put(resource, informer));
            return found;
        }
    }

    private Optional<Informer<? extends HasMetadata>> find(GroupResource resource) {
        Class<? extends HasMetadata> type = WHOLE.get(resource);
        if (type != null) {
            return Optional.of(followed(informers.of(type), resource));
        }
        return clients.discover().stream()
                .filter(one -> one.preferred() && one.namespaced())
                .map(Served::resource)
                .filter(one -> one.groupResource().equals(resource))
                .findFirst()
                .map(one -> followed(informers.metadata(one), resource));
    }

    private <T extends HasMetadata> Informer<T> followed(
            Informer<T> informer, GroupResource resource) {
        Evaluator evaluator = Evaluator.of(resource);
        informer.onChange(
                change -> {
                    if (givesBack(change, evaluator)) {
                        givenBack.accept(change.key().namespace());
                    }
                });
        return informer;
    }

    private static <T extends HasMetadata> boolean givesBack(
            Informer.Change<T> change, Evaluator evaluator) {
        Optional<T> before = change.before();
        Optional<T> now = change.now();
        if (before.isEmpty() || now.isEmpty()) {
            return now.isEmpty();
        }
        return evaluator.watchesUpdates()
                && !evaluator
                        .usage(tree(before.get()))
                        .moreThan(evaluator.usage(tree(now.get())))
                        .isEmpty();
    }
}
