package io.felucca.controller.garbagecollector;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.PartialObjectMetadata;
import io.felucca.client.api.Clients;
import io.felucca.client.api.Clients.Served;
import io.felucca.client.api.Informer;
import io.felucca.client.api.Informers;
import io.felucca.client.api.Key;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.GroupResource;
import io.felucca.machinery.GroupVersionKind;
import io.felucca.machinery.GroupVersionResource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * The metadata of every object that can be watched and deleted, by resource. Resources that come to
 * be served are picked up by {@link #refresh}. Thread-safe.
 */
final class Monitors {
    private static final Set<String> NEEDED = Set.of("list", "watch", "delete");
    private static final String BY_UID = "garbagecollector.uid";

    /** Events come in floods and own nothing. */
    private static final Set<GroupResource> IGNORED =
            Set.of(new GroupResource("", "events"), new GroupResource("events.k8s.io", "events"));

    private final Clients clients;
    private final Informers informers;

    // Replaced as a whole: informers' threads read these, for which refresh may wait.
    private volatile Map<GroupVersionResource, Informer<PartialObjectMetadata>> watched = Map.of();
    private volatile Map<GroupVersionKind, Served> kinds = Map.of();

    /** One object as a monitor shows it. */
    record Found(Item item, PartialObjectMetadata object) {}

    Monitors(Clients clients, Informers informers) {
        this.clients = clients;
        this.informers = informers;
    }

    /**
     * Follows what the server serves now.
     *
     * @param onChange told of every object that is there and of each change, on informer threads
     * @return whether anything differs from before
     */
    synchronized boolean refresh(
            BiConsumer<GroupVersionResource, Informer.Change<PartialObjectMetadata>> onChange) {
        Map<GroupVersionKind, Served> served = new HashMap<>();
        Map<GroupResource, GroupVersionResource> wanted = new HashMap<>();
        for (Served one : clients.discover()) {
            served.put(one.kind(), one);
            GroupResource resource = one.resource().groupResource();
            if (one.verbs().containsAll(NEEDED) && !IGNORED.contains(resource)) {
                wanted.merge(
                        resource,
                        one.resource(),
                        (first, other) -> one.preferred() ? other : first);
            }
        }
        boolean changed = !served.equals(kinds);
        kinds = Map.copyOf(served);
        Map<GroupVersionResource, Informer<PartialObjectMetadata>> before = watched;
        Map<GroupVersionResource, Informer<PartialObjectMetadata>> now = new HashMap<>(before);
        now.keySet().retainAll(Set.copyOf(wanted.values()));
        List<GroupVersionResource> fresh = new ArrayList<>(wanted.values());
        fresh.removeAll(before.keySet());
        for (GroupVersionResource resource : fresh) {
            now.put(
                    resource,
                    informers
                            .metadata(resource)
                            .index(BY_UID, one -> List.of(one.getMetadata().getUid())));
        }
        watched = Map.copyOf(now);
        // Only now: who is told of a change must find the monitor it came from.
        fresh.forEach(one -> now.get(one).onChange(change -> onChange.accept(one, change)));
        before.forEach(
                (resource, monitor) -> {
                    if (!now.containsKey(resource)) {
                        monitor.close();
                    }
                });
        return changed;
    }

    synchronized void close() {
        watched.values().forEach(Informer::close);
        watched = Map.of();
        kinds = Map.of();
    }

    /** What serves a kind of this very version. */
    Optional<Served> serving(String apiVersion, String kind) {
        return Optional.ofNullable(kinds.get(GroupVersionKind.of(apiVersion, kind)));
    }

    /**
     * The object as its monitor shows it.
     *
     * @throws ApiException 503 while the monitor is not synced
     */
    Optional<PartialObjectMetadata> get(Item item) {
        return Optional.ofNullable(watched.get(item.resource()))
                .flatMap(monitor -> monitor.get(item.object()));
    }

    /**
     * The same, but empty while the monitor is not synced: for what is asked of the server then.
     */
    Optional<PartialObjectMetadata> peek(Item item) {
        return Optional.ofNullable(watched.get(item.resource()))
                .filter(Informer::synced)
                .flatMap(monitor -> monitor.get(item.object()));
    }

    /** What an owner reference of an object in this namespace names, if its kind is served. */
    Optional<Item> named(OwnerReference owner, String namespace) {
        return serving(owner.getApiVersion(), owner.getKind())
                .map(
                        served ->
                                new Item(
                                        monitored(served.resource()),
                                        new Key(
                                                served.namespaced() ? namespace : "",
                                                owner.getName())));
    }

    /** The monitored version of a resource. */
    private GroupVersionResource monitored(GroupVersionResource resource) {
        return watched.containsKey(resource)
                ? resource
                : watched.keySet().stream()
                        .filter(one -> one.groupResource().equals(resource.groupResource()))
                        .findFirst()
                        .orElse(resource);
    }

    /**
     * All objects that refer to an owner.
     *
     * @throws ApiException 503 while any monitor is not synced: nobody may be overlooked
     */
    List<Found> dependentsOf(String uid) {
        List<Found> all = new ArrayList<>();
        watched.forEach(
                (resource, monitor) ->
                        monitor.ownedBy(uid).forEach(one -> all.add(found(resource, one))));
        return all;
    }

    /** An object of this uid, in whatever monitors are synced. */
    Optional<Found> withUid(String uid) {
        for (Map.Entry<GroupVersionResource, Informer<PartialObjectMetadata>> one :
                watched.entrySet()) {
            if (one.getValue().synced()) {
                for (PartialObjectMetadata object : one.getValue().byIndex(BY_UID, uid)) {
                    return Optional.of(found(one.getKey(), object));
                }
            }
        }
        return Optional.empty();
    }

    /** A monitor that has not seen everything up to a revision. */
    Optional<Informer<PartialObjectMetadata>> behind(long revision) {
        return watched.values().stream()
                .filter(one -> !one.synced() || one.revision() < revision)
                .findFirst();
    }

    private static Found found(GroupVersionResource resource, PartialObjectMetadata object) {
        return new Found(new Item(resource, Key.of(object)), object);
    }
}
