package io.felucca.dns;

import io.fabric8.kubernetes.api.model.EndpointAddress;
import io.fabric8.kubernetes.api.model.EndpointAddressBuilder;
import io.fabric8.kubernetes.api.model.EndpointSubset;
import io.fabric8.kubernetes.api.model.EndpointSubsetBuilder;
import io.fabric8.kubernetes.api.model.Endpoints;
import io.fabric8.kubernetes.api.model.EndpointsBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import io.felucca.client.api.Client;
import io.felucca.client.api.Clients;
import io.felucca.client.api.Key;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes this server an endpoint of the Service {@code kube-dns}, which has no selector. Each node's
 * server has a slice of its own; the Endpoints object is shared by all.
 */
final class Publisher {
    private static final String NAMESPACE = "kube-system";
    private static final String SERVICE = "kube-dns";
    private static final String MANAGER = "dns.felucca.io";
    private static final String UDP_PORT = "dns";
    private static final String TCP_PORT = "dns-tcp";

    private final Client<EndpointSlice> slices;
    private final Client<Endpoints> endpoints;
    private final String nodeName;
    private final String address;
    private final int port;

    Publisher(Clients clients, String nodeName, String address, int port) {
        this.slices = clients.of(EndpointSlice.class);
        this.endpoints = clients.of(Endpoints.class);
        this.nodeName = nodeName;
        this.address = address;
        this.port = port;
    }

    /** Writes what is not yet so; any failure is an {@code ApiException}. */
    void publish() {
        publishSlice();
        publishEndpoints();
    }

    private void publishSlice() {
        EndpointSlice wanted = slice();
        Optional<EndpointSlice> present = slices.get(Key.of(wanted));
        if (present.isEmpty()) {
            slices.create(wanted);
            return;
        }
        EndpointSlice found = present.get();
        if (!found.getEndpoints().equals(wanted.getEndpoints())
                || !found.getPorts().equals(wanted.getPorts())) {
            slices.update(
                    new EndpointSliceBuilder(found)
                            .withEndpoints(wanted.getEndpoints())
                            .withPorts(wanted.getPorts())
                            .build());
        }
    }

    private EndpointSlice slice() {
        return new EndpointSliceBuilder()
                .withNewMetadata()
                .withNamespace(NAMESPACE)
                .withName(SERVICE + "-" + nodeName)
                .withLabels(
                        Map.of(
                                "kubernetes.io/service-name",
                                SERVICE,
                                "endpointslice.kubernetes.io/managed-by",
                                MANAGER))
                .endMetadata()
                .withAddressType("IPv4")
                .addNewEndpoint()
                .withAddresses(address)
                .withNodeName(nodeName)
                .withNewConditions()
                .withReady(true)
                .withServing(true)
                .withTerminating(false)
                .endConditions()
                .endEndpoint()
                .addNewPort()
                .withName(UDP_PORT)
                .withProtocol("UDP")
                .withPort(port)
                .endPort()
                .addNewPort()
                .withName(TCP_PORT)
                .withProtocol("TCP")
                .withPort(port)
                .endPort()
                .build();
    }

    private void publishEndpoints() {
        Optional<Endpoints> present = endpoints.get(new Key(NAMESPACE, SERVICE));
        if (present.isEmpty()) {
            endpoints.create(
                    new EndpointsBuilder()
                            .withNewMetadata()
                            .withNamespace(NAMESPACE)
                            .withName(SERVICE)
                            // The slices are here already; nobody shall make them once more.
                            .addToLabels("endpointslice.kubernetes.io/skip-mirror", "true")
                            .endMetadata()
                            .withSubsets(subset(List.of()))
                            .build());
            return;
        }
        List<EndpointAddress> others = new ArrayList<>();
        for (EndpointSubset subset : present.get().getSubsets()) {
            subset.getAddresses().stream()
                    .filter(one -> !nodeName.equals(one.getNodeName()))
                    .forEach(others::add);
        }
        List<EndpointSubset> wanted = List.of(subset(others));
        if (!present.get().getSubsets().equals(wanted)) {
            endpoints.update(new EndpointsBuilder(present.get()).withSubsets(wanted).build());
        }
    }

    private EndpointSubset subset(List<EndpointAddress> others) {
        return new EndpointSubsetBuilder()
                .addAllToAddresses(others)
                .addToAddresses(
                        new EndpointAddressBuilder().withIp(address).withNodeName(nodeName).build())
                .addNewPort()
                .withName(UDP_PORT)
                .withProtocol("UDP")
                .withPort(port)
                .endPort()
                .addNewPort()
                .withName(TCP_PORT)
                .withProtocol("TCP")
                .withPort(port)
                .endPort()
                .build();
    }
}
