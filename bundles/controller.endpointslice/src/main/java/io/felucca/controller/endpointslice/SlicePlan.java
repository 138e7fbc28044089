package io.felucca.controller.endpointslice;

import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * How the slices of one service and address family get from what they are to what they should be,
 * with as few writes as possible: an endpoint stays in its slice, new ones go into slices that are
 * written anyway, then into one with room for all of them, then into new ones.
 *
 * <p>Slices are not rebalanced: emptier ones fill up again or go when their last endpoint does.
 */
final class SlicePlan {
    static final int MOST_ENDPOINTS = 100;

    private final List<Content> create = new ArrayList<>();
    private final Map<EndpointSlice, Content> update = new LinkedHashMap<>();
    private final Deque<EndpointSlice> delete = new ArrayDeque<>();

    /** What a slice holds. */
    record Content(List<EndpointPort> ports, List<Endpoint> endpoints) {}

    private SlicePlan() {}

    /**
     * @param existing the slices of this family, none of them on its way out
     */
    static SlicePlan of(
            Map<List<EndpointPort>, List<Endpoint>> desired, List<EndpointSlice> existing) {
        SlicePlan plan = new SlicePlan();
        Map<List<EndpointPort>, List<EndpointSlice>> byPorts = new LinkedHashMap<>();
        for (EndpointSlice slice : existing) {
            List<EndpointPort> ports = DesiredEndpoints.canonical(slice.getPorts());
            if (desired.containsKey(ports)) {
                byPorts.computeIfAbsent(ports, none -> new ArrayList<>()).add(slice);
            } else {
                plan.delete.add(slice);
            }
        }
        desired.forEach(
                (ports, endpoints) ->
                        plan.fit(ports, endpoints, byPorts.getOrDefault(ports, List.of())));
        plan.keepOne(existing);
        plan.reuse();
        return plan;
    }

    /** What is to be made anew. */
    List<Content> toCreate() {
        return List.copyOf(create);
    }

    /** Slices that get other endpoints, or other ports. */
    Map<EndpointSlice, Content> toUpdate() {
        return update;
    }

    Collection<EndpointSlice> toDelete() {
        return List.copyOf(delete);
    }

    private void fit(
            List<EndpointPort> ports, List<Endpoint> endpoints, List<EndpointSlice> slices) {
        Map<Identity, Endpoint> missing = new LinkedHashMap<>();
        endpoints.forEach(one -> missing.put(Identity.of(one), one));
        List<EndpointSlice> unchanged = new ArrayList<>();
        List<EndpointSlice> changed = new ArrayList<>();
        Map<EndpointSlice, List<Endpoint>> kept = new LinkedHashMap<>();
        for (EndpointSlice slice : slices) {
            List<Endpoint> stay = stay(slice, missing);
            if (stay.equals(slice.getEndpoints())) {
                unchanged.add(slice);
            } else if (stay.isEmpty()) {
                delete.add(slice);
            } else {
                changed.add(slice);
            }
            kept.put(slice, stay);
        }
        Deque<Endpoint> left = new ArrayDeque<>(missing.values());
        changed.sort(Comparator.comparing(slice -> -kept.get(slice).size()));
        for (EndpointSlice slice : changed) {
            fill(kept.get(slice), left);
            update.put(slice, new Content(ports, kept.get(slice)));
        }
        while (!left.isEmpty()) {
            Optional<EndpointSlice> roomy = roomForAll(unchanged, kept, left.size());
            List<Endpoint> into = roomy.map(kept::get).orElseGet(ArrayList::new);
            fill(into, left);
            if (roomy.isPresent()) {
                update.put(roomy.get(), new Content(ports, into));
            } else {
                create.add(new Content(ports, into));
            }
        }
    }

    /** The slice's endpoints that are still wanted, as they should be now; takes them out. */
    private static List<Endpoint> stay(EndpointSlice slice, Map<Identity, Endpoint> missing) {
        List<Endpoint> stay = new ArrayList<>();
        for (Endpoint present : slice.getEndpoints()) {
            Endpoint wanted = missing.remove(Identity.of(present));
            if (wanted != null) {
                stay.add(wanted);
            }
        }
        return stay;
    }

    private static void fill(List<Endpoint> slice, Deque<Endpoint> left) {
        while (slice.size() < MOST_ENDPOINTS && !left.isEmpty()) {
            slice.add(left.remove());
        }
    }

    /** The fullest that still takes them all. */
    private static Optional<EndpointSlice> roomForAll(
            List<EndpointSlice> slices, Map<EndpointSlice, List<Endpoint>> kept, int count) {
        return slices.stream()
                .filter(slice -> kept.get(slice).size() + count <= MOST_ENDPOINTS)
                .max(Comparator.comparing(slice -> kept.get(slice).size()));
    }

    /**
     * A service without endpoints has one empty slice: so that it can be told from an unseen one.
     */
    private void keepOne(List<EndpointSlice> existing) {
        if (!create.isEmpty() || delete.size() != existing.size()) {
            return;
        }
        Optional<EndpointSlice> placeholder =
                existing.stream()
                        .filter(one -> one.getEndpoints().isEmpty() && one.getPorts().isEmpty())
                        .findFirst();
        if (placeholder.isPresent()) {
            delete.remove(placeholder.get());
        } else {
            create.add(new Content(List.of(), List.of()));
        }
    }

    /** One write where there would be two. */
    private void reuse() {
        while (!create.isEmpty() && !delete.isEmpty()) {
            update.put(delete.remove(), create.remove(create.size() - 1));
        }
    }

    /** By what an endpoint is known again when its conditions change. */
    private record Identity(List<String> addresses, String hostname, String pod) {
        static Identity of(Endpoint endpoint) {
            return new Identity(
                    endpoint.getAddresses().stream().sorted().toList(),
                    Objects.requireNonNullElse(endpoint.getHostname(), ""),
                    endpoint.getTargetRef() == null
                            ? ""
                            : endpoint.getTargetRef().getNamespace()
                                    + "/"
                                    + endpoint.getTargetRef().getName());
        }
    }
}
