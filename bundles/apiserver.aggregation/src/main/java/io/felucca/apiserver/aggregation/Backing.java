package io.felucca.apiserver.aggregation;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.felucca.client.api.Informer;
import io.felucca.client.api.Key;
import java.util.List;
import java.util.Optional;

/** Whether there is a Service and anybody behind it. Thread-safe. */
final class Backing implements AutoCloseable {
    private static final String BY_SERVICE = "aggregator.slices";
    private static final String SERVICE_NAME = "kubernetes.io/service-name";

    private final Informer<Service> services;
    private final Informer<EndpointSlice> slices;

    Backing(Informer<Service> services, Informer<EndpointSlice> slices) {
        this.services = services;
        this.slices =
                slices.index(
                        BY_SERVICE,
                        one ->
                                Optional.ofNullable(one.getMetadata().getLabels())
                                        .map(labels -> labels.get(SERVICE_NAME))
                                        .map(
                                                name ->
                                                        List.of(
                                                                one.getMetadata().getNamespace()
                                                                        + "/"
                                                                        + name))
                                        .orElse(List.of()));
    }

    /** Empty if there is one whom it makes sense to ask. */
    Optional<Finding> problem(ServiceRef ref) {
        Key key = new Key(ref.namespace(), ref.name());
        String called = "service/" + ref.name() + " in \"" + ref.namespace() + "\"";
        Optional<Service> service = services.get(key);
        if (service.isEmpty()) {
            return Optional.of(Finding.unavailable("ServiceNotFound", called + " is not present"));
        }
        if (!"ClusterIP".equals(service.get().getSpec().getType())) {
            return Optional.empty();
        }
        Optional<ServicePort> port =
                service.get().getSpec().getPorts().stream()
                        .filter(one -> one.getPort() == ref.port())
                        .findFirst();
        if (port.isEmpty()) {
            return Optional.of(
                    Finding.unavailable(
                            "ServicePortError",
                            called + " is not listening on port " + ref.port()));
        }
        List<EndpointSlice> all = slices.byIndex(BY_SERVICE, key.toString());
        if (all.isEmpty()) {
            return Optional.of(
                    Finding.unavailable(
                            "EndpointsNotFound", "cannot find endpointslices for " + called));
        }
        String portName = port.get().getName() == null ? "" : port.get().getName();
        return all.stream().anyMatch(one -> isReady(one, portName))
                ? Optional.empty()
                : Optional.of(
                        Finding.unavailable(
                                "MissingEndpoints",
                                "endpointslices for "
                                        + called
                                        + " have no addresses with port name \""
                                        + portName
                                        + "\""));
    }

    private static boolean isReady(EndpointSlice slice, String portName) {
        boolean listens =
                slice.getPorts().stream()
                        .anyMatch(
                                one ->
                                        portName.equals(one.getName() == null ? "" : one.getName())
                                                && one.getPort() != null);
        return listens
                && slice.getEndpoints().stream()
                        .anyMatch(
                                one ->
                                        one.getConditions() == null
                                                || !Boolean.FALSE.equals(
                                                        one.getConditions().getReady()));
    }

    @Override
    public void close() {
        services.close();
        slices.close();
    }
}
