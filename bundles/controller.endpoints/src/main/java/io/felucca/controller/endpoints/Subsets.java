package io.felucca.controller.endpoints;

import io.fabric8.kubernetes.api.model.EndpointAddress;
import io.fabric8.kubernetes.api.model.EndpointAddressBuilder;
import io.fabric8.kubernetes.api.model.EndpointPort;
import io.fabric8.kubernetes.api.model.EndpointPortBuilder;
import io.fabric8.kubernetes.api.model.EndpointSubset;
import io.fabric8.kubernetes.api.model.EndpointSubsetBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.felucca.controller.api.Backends;
import io.felucca.controller.api.Pods;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * The subsets of an Endpoints object in the canonical form: an address stands in one subset, with
 * all of its ports; addresses are in order, and so are subsets.
 *
 * @param all at most {@value #MOST_ADDRESSES} addresses, the ready ones first
 * @param truncated whether there would be more
 */
record Subsets(List<EndpointSubset> all, boolean truncated) {
    static final int MOST_ADDRESSES = 1000;

    private static final Comparator<EndpointPort> PORT_ORDER =
            Comparator.comparing(EndpointPort::getName, Comparator.nullsFirst(String::compareTo))
                    .thenComparing(EndpointPort::getProtocol)
                    .thenComparing(EndpointPort::getPort);

    private record Place(EndpointAddress address, boolean ready) {}

    static Subsets of(Service service, List<Pod> pods) {
        Map<List<EndpointPort>, List<Place>> byPorts = new LinkedHashMap<>();
        for (Pod pod : pods) {
            boolean going = pod.getMetadata().getDeletionTimestamp() != null;
            if (going && !Backends.publishesNotReady(service)) {
                continue;
            }
            List<EndpointPort> ports = ports(service, pod);
            // Without ports an address says something only where the service has none either.
            boolean says = !ports.isEmpty() || service.getSpec().getPorts().isEmpty();
            Optional<String> ip = ip(service, pod);
            if (says && ip.isPresent()) {
                boolean ready = Backends.publishesNotReady(service) || Pods.isReady(pod);
                byPorts.computeIfAbsent(ports, none -> new ArrayList<>())
                        .add(new Place(address(service, pod, ip.get()), ready));
            }
        }
        return packed(byPorts);
    }

    private static Subsets packed(Map<List<EndpointPort>, List<Place>> byPorts) {
        int ready = count(byPorts, true);
        int unready = count(byPorts, false);
        int readyLeft = Math.min(ready, MOST_ADDRESSES);
        int unreadyLeft = Math.min(unready, MOST_ADDRESSES - readyLeft);
        Map<String, EndpointSubset> inOrder = new TreeMap<>();
        for (Map.Entry<List<EndpointPort>, List<Place>> one : byPorts.entrySet()) {
            List<EndpointAddress> up = addresses(one.getValue(), true, readyLeft);
            List<EndpointAddress> down = addresses(one.getValue(), false, unreadyLeft);
            readyLeft -= up.size();
            unreadyLeft -= down.size();
            if (!up.isEmpty() || !down.isEmpty()) {
                inOrder.put(
                        one.getKey().toString(),
                        new EndpointSubsetBuilder()
                                .withAddresses(up)
                                .withNotReadyAddresses(down)
                                .withPorts(one.getKey())
                                .build());
            }
        }
        return new Subsets(List.copyOf(inOrder.values()), ready + unready > MOST_ADDRESSES);
    }

    private static int count(Map<List<EndpointPort>, List<Place>> byPorts, boolean ready) {
        return (int)
                byPorts.values().stream()
                        .flatMap(List::stream)
                        .filter(place -> place.ready() == ready)
                        .count();
    }

    private static List<EndpointAddress> addresses(List<Place> places, boolean ready, int most) {
        return places.stream()
                .filter(place -> place.ready() == ready)
                .map(Place::address)
                .sorted(
                        Comparator.comparing(EndpointAddress::getIp)
                                .thenComparing(address -> address.getTargetRef().getName()))
                .limit(most)
                .toList();
    }

    private static EndpointAddress address(Service service, Pod pod, String ip) {
        return new EndpointAddressBuilder()
                .withIp(ip)
                .withNodeName(pod.getSpec().getNodeName())
                .withHostname(Backends.hostname(pod, service).orElse(null))
                .withNewTargetRef()
                .withKind("Pod")
                .withNamespace(pod.getMetadata().getNamespace())
                .withName(pod.getMetadata().getName())
                .withUid(pod.getMetadata().getUid())
                .endTargetRef()
                .build();
    }

    /** An Endpoints object knows one family: the service's first. */
    private static Optional<String> ip(Service service, Pod pod) {
        List<String> families = service.getSpec().getIpFamilies();
        List<String> addresses = Backends.addresses(pod);
        if (families.isEmpty()) {
            return addresses.stream().findFirst();
        }
        boolean six = families.get(0).equals("IPv6");
        return addresses.stream().filter(one -> Backends.isIpv6(one) == six).findFirst();
    }

    private static List<EndpointPort> ports(Service service, Pod pod) {
        List<EndpointPort> ports = new ArrayList<>();
        for (ServicePort port : service.getSpec().getPorts()) {
            OptionalInt number = Backends.port(pod, port);
            if (number.isPresent()) {
                String name = port.getName();
                ports.add(
                        new EndpointPortBuilder()
                                .withName(name == null || name.isEmpty() ? null : name)
                                .withPort(number.getAsInt())
                                .withProtocol(Backends.protocol(port.getProtocol()))
                                .withAppProtocol(port.getAppProtocol())
                                .build());
            }
        }
        return ports.stream().sorted(PORT_ORDER).toList();
    }
}
