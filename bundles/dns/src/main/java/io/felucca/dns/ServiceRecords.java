package io.felucca.dns;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.felucca.client.api.Key;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The records of one service. */
final class ServiceRecords {
    private static final String NO_ADDRESS = "None";
    private static final int WEIGHTS = 100;

    private final Service service;
    private final Collection<EndpointSlice> slices;
    private final String fullName;

    /** The addresses that names given out here stand for, by name. */
    private final Map<String, Set<String>> targets = new LinkedHashMap<>();

    ServiceRecords(Service service, Collection<EndpointSlice> slices, String domain) {
        this.service = service;
        this.slices = slices;
        Key key = Key.of(service);
        this.fullName = key.name() + "." + key.namespace() + ".svc." + domain;
    }

    /** The name that the service is an alias of. */
    Optional<String> external() {
        return "ExternalName".equals(service.getSpec().getType())
                ? Optional.ofNullable(service.getSpec().getExternalName())
                        .map(Names::normal)
                        .filter(Names::valid)
                : Optional.empty();
    }

    boolean headless() {
        return NO_ADDRESS.equals(service.getSpec().getClusterIP());
    }

    static List<String> clusterAddresses(Service service) {
        List<String> all = service.getSpec().getClusterIPs();
        String one = service.getSpec().getClusterIP();
        if (all == null || all.isEmpty()) {
            all = one == null ? List.of() : List.of(one);
        }
        return all.stream().filter(each -> !each.isEmpty() && !each.equals(NO_ADDRESS)).toList();
    }

    /** Where the service's own name leads. */
    List<Resource> addresses(String name) {
        if (!headless()) {
            return clusterAddresses(service).stream()
                    .map(one -> Resource.address(name, one))
                    .toList();
        }
        Set<String> all = new LinkedHashSet<>();
        for (EndpointSlice slice : slices) {
            slice.getEndpoints().stream()
                    .filter(ServiceRecords::ready)
                    .forEach(one -> all.addAll(one.getAddresses()));
        }
        return all.stream().map(one -> Resource.address(name, one)).toList();
    }

    /** Where the name of one endpoint leads. */
    List<Resource> endpoint(String name, String hostname) {
        Set<String> all = new LinkedHashSet<>();
        for (EndpointSlice slice : slices) {
            for (Endpoint one : slice.getEndpoints()) {
                for (String address : one.getAddresses()) {
                    if (ready(one) && hostname(one, address).equals(hostname)) {
                        all.add(address);
                    }
                }
            }
        }
        return all.stream().map(one -> Resource.address(name, one)).toList();
    }

    /**
     * Where a named port is.
     *
     * @param port such as {@code _http}; empty for all ports
     * @param protocol such as {@code _tcp}
     */
    List<Resource> ports(String name, String port, String protocol) {
        List<Resource> found = new ArrayList<>();
        if (!headless()) {
            for (ServicePort one : service.getSpec().getPorts()) {
                if (fits(one.getName(), one.getProtocol(), port, protocol)) {
                    found.add(Resource.service(name, WEIGHTS, one.getPort(), fullName));
                }
            }
            targets.put(fullName, new LinkedHashSet<>(clusterAddresses(service)));
            return found;
        }
        Set<Map.Entry<String, Integer>> all = new LinkedHashSet<>();
        for (EndpointSlice slice : slices) {
            for (EndpointPort one : slice.getPorts()) {
                if (one.getPort() != null
                        && fits(one.getName(), one.getProtocol(), port, protocol)) {
                    headlessPort(slice, one.getPort(), all);
                }
            }
        }
        int weight = Math.max(1, WEIGHTS / Math.max(1, all.size()));
        all.forEach(one -> found.add(Resource.service(name, weight, one.getValue(), one.getKey())));
        return found;
    }

    private void headlessPort(EndpointSlice slice, int port, Set<Map.Entry<String, Integer>> into) {
        for (Endpoint endpoint : slice.getEndpoints()) {
            if (ready(endpoint)) {
                for (String address : endpoint.getAddresses()) {
                    String target = hostname(endpoint, address) + "." + fullName;
                    targets.computeIfAbsent(target, name -> new LinkedHashSet<>()).add(address);
                    into.add(Map.entry(target, port));
                }
            }
        }
    }

    private static boolean fits(
            String name, String protocol, String wantedPort, String wantedProtocol) {
        if (wantedPort.isEmpty()) {
            return true;
        }
        String given = protocol == null ? "tcp" : protocol.toLowerCase(Locale.ROOT);
        return name != null
                && wantedPort.equals("_" + name.toLowerCase(Locale.ROOT))
                && wantedProtocol.equals("_" + given);
    }

    /** The addresses of the names that {@link #ports} gave. */
    List<Resource> targets(List<Resource> ports) {
        if (ports.isEmpty()) {
            return List.of();
        }
        List<Resource> all = new ArrayList<>();
        targets.forEach(
                (name, addresses) ->
                        addresses.forEach(one -> all.add(Resource.address(name, one))));
        return all;
    }

    static boolean ready(Endpoint endpoint) {
        return endpoint.getConditions() == null
                || !Boolean.FALSE.equals(endpoint.getConditions().getReady());
    }

    /** The name of an endpoint below its service: its own, or one made of its address. */
    static String hostname(Endpoint endpoint, String address) {
        String own = endpoint.getHostname();
        return own == null || own.isEmpty()
                ? address.replace('.', '-').replace(':', '-')
                : own.toLowerCase(Locale.ROOT);
    }
}
