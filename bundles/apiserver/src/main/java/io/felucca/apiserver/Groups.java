package io.felucca.apiserver;

import io.felucca.apiserver.api.ApiGroup;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.Resources;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.GroupResource;
import io.felucca.machinery.GroupVersionKind;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.machinery.StatusReason;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * What is served. A group whose service has gone is still listed, but not {@link Served#present};
 * it ends only when a service of its name comes without it. Reads take no lock.
 */
final class Groups {
    private final WatchCache cache;
    private final Patience patience;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

    // Guarded by this.
    private final Map<String, Entry> entries = new TreeMap<>();
    private long generation;

    private volatile View view = new View(new Resources(0, List.of()), Map.of(), Map.of());

    /** A group's services, the newest last, and what the last of them said. */
    private static final class Entry {
        private final List<ApiGroup> services = new ArrayList<>();
        private Resources.Group said;
        private volatile long goneSinceNanos;
    }

    /** One resource that is served. */
    static final class Served {
        private final ResourceDefinition definition;
        private final boolean present;
        private final long goneSinceNanos;

        private Served(ResourceDefinition definition, boolean present, long goneSinceNanos) {
            this.definition = definition;
            this.present = present;
            this.goneSinceNanos = goneSinceNanos;
        }

        ResourceDefinition definition() {
            return definition;
        }

        boolean present() {
            return present;
        }
    }

    private record View(
            Resources resources,
            Map<GroupVersionResource, Served> byResource,
            Map<GroupVersionKind, Served> byKind) {}

    Groups(WatchCache cache, Patience patience) {
        this.cache = cache;
        this.patience = patience;
        // Beyond what a server before this one may have counted to.
        generation = patience.now();
    }

    /** Runs after each change of what is served. */
    void onChange(Runnable listener) {
        listeners.add(listener);
    }

    Resources resources() {
        return view.resources;
    }

    boolean serves(String group) {
        return view.resources.groups().stream().anyMatch(one -> one.name().equals(group));
    }

    void add(ApiGroup service) {
        synchronized (this) {
            Entry entry = entries.computeIfAbsent(service.name(), name -> new Entry());
            entry.services.add(service);
            entry.said = said(service);
            rebuild();
        }
        patience.arrived();
        listeners.forEach(Runnable::run);
    }

    /** The same service with other resources. */
    void update(ApiGroup service) {
        synchronized (this) {
            Entry entry = entries.get(service.name());
            if (entry != null && entry.services.contains(service)) {
                entry.said = said(entry.services.get(entry.services.size() - 1));
                rebuild();
            }
        }
        listeners.forEach(Runnable::run);
    }

    void remove(ApiGroup service) {
        synchronized (this) {
            for (Entry entry : entries.values()) {
                if (entry.services.remove(service)) {
                    int left = entry.services.size();
                    if (left == 0) {
                        entry.goneSinceNanos = patience.now();
                    } else {
                        entry.said = said(entry.services.get(left - 1));
                    }
                }
            }
            rebuild();
        }
        listeners.forEach(Runnable::run);
    }

    private static Resources.Group said(ApiGroup service) {
        return new Resources.Group(service.name(), service.versions(), service.resources());
    }

    private void rebuild() {
        List<Resources.Group> groups = new ArrayList<>();
        Map<GroupVersionResource, Served> byResource = new HashMap<>();
        Map<GroupVersionKind, Served> byKind = new HashMap<>();
        Map<GroupResource, List<ResourceDefinition>> places = new LinkedHashMap<>();
        entries.values().removeIf(entry -> entry.said.resources().isEmpty());
        for (Entry entry : entries.values()) {
            groups.add(entry.said);
            for (ResourceDefinition definition : entry.said.resources()) {
                Served served =
                        new Served(definition, !entry.services.isEmpty(), entry.goneSinceNanos);
                byResource.put(definition.resource(), served);
                byKind.put(definition.kind(), served);
                if (!definition.isVirtual()) {
                    places.computeIfAbsent(definition.stored(), key -> new ArrayList<>())
                            .add(definition);
                }
            }
        }
        places.forEach(
                (place, served) -> {
                    served.sort(Comparator.comparing(one -> one.converter() != null));
                    cache.define(place, served);
                });
        generation++;
        view =
                new View(
                        new Resources(generation, groups),
                        Map.copyOf(byResource),
                        Map.copyOf(byKind));
    }

    /** For reads, which need no strategy: the resource even while its group is away. */
    ResourceDefinition known(GroupVersionResource resource) {
        Served served = view.byResource.get(resource);
        if (served == null) {
            throw notServed();
        }
        return served.definition;
    }

    /** The same, without a failure if there is no such resource. */
    ResourceDefinition knownOrNull(GroupVersionResource resource) {
        Served served = view.byResource.get(resource);
        return served == null ? null : served.definition;
    }

    /** For writes: waits a moment for a group that is away, then throws 503. */
    ResourceDefinition present(GroupVersionResource resource) {
        Served served = view.byResource.get(resource);
        if (served == null) {
            throw notServed();
        }
        if (served.present) {
            return served.definition;
        }
        boolean back = patience.await(() -> isPresent(resource), () -> goneSinceNanos(resource));
        if (!back) {
            throw ApiException.unavailable(
                    "the API group of " + resource.groupResource() + " is being replaced", 1);
        }
        return known(resource);
    }

    /** The resource of a kind, if it is served by a service that is there. */
    ResourceDefinition presentKind(GroupVersionKind kind) {
        Served served = view.byKind.get(kind);
        return served != null && served.present ? served.definition : null;
    }

    private boolean isPresent(GroupVersionResource resource) {
        Served served = view.byResource.get(resource);
        return served == null || served.present;
    }

    private long goneSinceNanos(GroupVersionResource resource) {
        Served served = view.byResource.get(resource);
        return served == null ? 0 : served.goneSinceNanos;
    }

    static ApiException notServed() {
        return ApiException.of(
                StatusReason.NotFound, "the server could not find the requested resource");
    }
}
