package io.felucca.controller.endpointslice;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointHints;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointHintsBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPortBuilder;
import io.felucca.controller.api.Backends;
import io.felucca.controller.api.Pods;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;

/**
 * The endpoints that a service should have in one address family, by the ports they serve: pods may
 * differ in the numbers behind a port's name.
 *
 * @param complete false if a pod's node is not known yet, so that the pod had to be left out
 */
record DesiredEndpoints(Map<List<EndpointPort>, List<Endpoint>> byPorts, boolean complete) {
    private static final String ZONE = "topology.kubernetes.io/zone";

    /**
     * @param family {@code IPv4} or {@code IPv6}
     * @param nodes by name
     */
    static DesiredEndpoints of(
            Service service,
            List<Pod> pods,
            String family,
            Function<String, Optional<Node>> nodes) {
        Map<List<EndpointPort>, List<Endpoint>> byPorts = new LinkedHashMap<>();
        boolean complete = true;
        List<Pod> inOrder =
                pods.stream()
                        .sorted(Comparator.comparing(pod -> pod.getMetadata().getName()))
                        .toList();
        for (Pod pod : inOrder) {
            List<String> addresses =
                    Backends.addresses(pod).stream()
                            .filter(one -> Backends.isIpv6(one) == family.equals("IPv6"))
                            .toList();
            if (addresses.isEmpty()) {
                continue;
            }
            String nodeName = pod.getSpec().getNodeName();
            Optional<Node> node = Optional.ofNullable(nodeName).flatMap(nodes);
            if (nodeName != null && node.isEmpty() && !Backends.publishesNotReady(service)) {
                complete = false;
                continue;
            }
            byPorts.computeIfAbsent(ports(service, pod), none -> new ArrayList<>())
                    .add(endpoint(service, pod, addresses, node));
        }
        return new DesiredEndpoints(byPorts, complete);
    }

    private static Endpoint endpoint(
            Service service, Pod pod, List<String> addresses, Optional<Node> node) {
        boolean serving = Pods.isReady(pod);
        boolean terminating = pod.getMetadata().getDeletionTimestamp() != null;
        boolean ready = Backends.publishesNotReady(service) || (serving && !terminating);
        String zone =
                node.map(one -> one.getMetadata().getLabels())
                        .map(labels -> labels.get(ZONE))
                        .orElse(null);
        return new EndpointBuilder()
                .withAddresses(addresses)
                .withNewConditions()
                .withReady(ready)
                .withServing(serving)
                .withTerminating(terminating)
                .endConditions()
                .withHostname(Backends.hostname(pod, service).orElse(null))
                .withNodeName(pod.getSpec().getNodeName())
                .withZone(zone)
                .withNewTargetRef()
                .withKind("Pod")
                .withNamespace(pod.getMetadata().getNamespace())
                .withName(pod.getMetadata().getName())
                .withUid(pod.getMetadata().getUid())
                .endTargetRef()
                .withHints(hints(service, pod.getSpec().getNodeName(), zone))
                .build();
    }

    /** Who should use the endpoint, where the service wants traffic to stay near. */
    private static EndpointHints hints(Service service, String node, String zone) {
        String wish = service.getSpec().getTrafficDistribution();
        boolean sameNode = "PreferSameNode".equals(wish) && node != null;
        boolean sameZone =
                (sameNode || "PreferClose".equals(wish) || "PreferSameZone".equals(wish))
                        && zone != null;
        if (!sameNode && !sameZone) {
            return null;
        }
        EndpointHintsBuilder hints = new EndpointHintsBuilder();
        if (sameNode) {
            hints.addNewForNode(node);
        }
        if (sameZone) {
            hints.addNewForZone(zone);
        }
        return hints.build();
    }

    /** The service's ports as this pod serves them; one that no container names is left out. */
    private static List<EndpointPort> ports(Service service, Pod pod) {
        List<EndpointPort> ports = new ArrayList<>();
        for (ServicePort port : service.getSpec().getPorts()) {
            OptionalInt number = Backends.port(pod, port);
            if (number.isPresent()) {
                ports.add(
                        new EndpointPortBuilder()
                                .withName(port.getName() == null ? "" : port.getName())
                                .withPort(number.getAsInt())
                                .withProtocol(Backends.protocol(port.getProtocol()))
                                .withAppProtocol(port.getAppProtocol())
                                .build());
            }
        }
        return canonical(ports);
    }

    /** Ports as they are compared: in order, and with what the server would set by default. */
    static List<EndpointPort> canonical(List<EndpointPort> ports) {
        return ports.stream()
                .map(
                        port ->
                                port.edit()
                                        .withName(port.getName() == null ? "" : port.getName())
                                        .withProtocol(Backends.protocol(port.getProtocol()))
                                        .build())
                .sorted(
                        Comparator.comparing(EndpointPort::getName)
                                .thenComparing(EndpointPort::getProtocol)
                                .thenComparing(
                                        EndpointPort::getPort,
                                        Comparator.nullsFirst(Comparator.naturalOrder())))
                .toList();
    }
}
