package io.felucca.controller.endpointslice;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import io.felucca.client.api.Client;
import io.felucca.client.api.Clients;
import io.felucca.client.api.EventRecorder;
import io.felucca.client.api.Informers;
import io.felucca.client.api.Key;
import io.felucca.client.api.Lister;
import io.felucca.client.api.Selectors;
import io.felucca.controller.api.Backends;
import io.felucca.controller.api.Ownership;
import io.felucca.controller.api.Reconciler;
import io.felucca.controller.api.Refusals;
import io.felucca.controller.api.Result;
import io.felucca.controller.api.Source;
import io.felucca.controller.api.TriggerTimes;
import io.felucca.machinery.ApiException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Keeps the EndpointSlices of every Service that selects pods. A key is a service. */
@Component(property = Reconciler.NAME + "=endpointslice-controller")
public final class EndpointSliceController implements Reconciler {
    private static final String SERVICE_NAME = "kubernetes.io/service-name";
    private static final String MANAGED_BY = "endpointslice.kubernetes.io/managed-by";
    private static final String MANAGER = "endpointslice-controller.k8s.io";
    private static final String HEADLESS = "service.kubernetes.io/headless";
    private static final String OF_SERVICE = "endpointslice.of-service";

    /** A pod may be seen before its node. */
    private static final Duration NODE_UNKNOWN = Duration.ofSeconds(1);

    private final Lister<Service> services;
    private final Lister<Pod> pods;
    private final Lister<Node> nodes;
    private final Lister<EndpointSlice> slices;
    private final Client<EndpointSlice> client;
    private final EventRecorder events;
    private final TriggerTimes triggers = new TriggerTimes();

    @Activate
    public EndpointSliceController(@Reference Clients clients, @Reference Informers informers) {
        this.services = informers.of(Service.class);
        this.pods = informers.of(Pod.class);
        this.nodes = informers.of(Node.class);
        this.slices =
                informers
                        .of(EndpointSlice.class)
                        .index(
                                OF_SERVICE,
                                slice -> serviceOf(slice).stream().map(Key::toString).toList());
        this.client = clients.of(EndpointSlice.class);
        this.events = clients.events();
    }

    @Override
    public List<Source<?>> sources() {
        return List.of(
                Source.self(Service.class),
                Source.mapped(Pod.class, pod -> Backends.servicesOf(pod, services)),
                Source.mapped(EndpointSlice.class, EndpointSliceController::serviceOf));
    }

    /** Of slices that others make, whatever their service, we know nothing. */
    private static Collection<Key> serviceOf(EndpointSlice slice) {
        Map<String, String> labels = Selectors.labels(slice);
        return MANAGER.equals(labels.get(MANAGED_BY)) && labels.containsKey(SERVICE_NAME)
                ? List.of(new Key(slice.getMetadata().getNamespace(), labels.get(SERVICE_NAME)))
                : List.of();
    }

    @Override
    public Result reconcile(Key key) {
        Optional<Service> found = services.get(key);
        if (found.isEmpty()) {
            // Its slices are its dependents, and go with it.
            triggers.forget(key);
            return Result.done();
        }
        Service service = found.get();
        if (!Backends.hasSelector(service)) {
            return Result.done();
        }
        List<Pod> backends = Backends.of(service, pods);
        List<EndpointSlice> existing =
                slices.byIndex(OF_SERVICE, key.toString()).stream()
                        .filter(slice -> slice.getMetadata().getDeletionTimestamp() == null)
                        .toList();
        Optional<Instant> trigger = triggers.since(service, backends);
        try {
            return write(service, backends, existing, trigger);
        } catch (ApiException e) {
            if (Refusals.namespaceGoes(e)) {
                return Result.done();
            }
            events.warning(
                    service,
                    "FailedToUpdateEndpointSlices",
                    "Error updating Endpoint Slices for Service " + key + ": " + e.getMessage());
            throw e;
        }
    }

    private Result write(
            Service service,
            List<Pod> backends,
            List<EndpointSlice> existing,
            Optional<Instant> trigger) {
        Set<String> families = families(service);
        boolean complete = true;
        for (String family : families) {
            DesiredEndpoints desired =
                    DesiredEndpoints.of(
                            service, backends, family, name -> nodes.get(Key.clusterScoped(name)));
            complete &= desired.complete();
            List<EndpointSlice> ofFamily =
                    existing.stream().filter(one -> family.equals(one.getAddressType())).toList();
            write(service, family, SlicePlan.of(desired.byPorts(), ofFamily), ofFamily, trigger);
        }
        existing.stream()
                .filter(one -> !families.contains(one.getAddressType()))
                .forEach(this::delete);
        return complete ? Result.done() : Result.requeueAfter(NODE_UNKNOWN);
    }

    private void write(
            Service service,
            String family,
            SlicePlan plan,
            List<EndpointSlice> existing,
            Optional<Instant> trigger) {
        plan.toCreate()
                .forEach(
                        content ->
                                client.create(
                                        slice(
                                                service,
                                                family,
                                                new EndpointSlice(),
                                                content,
                                                trigger)));
        plan.toUpdate()
                .forEach(
                        (slice, content) ->
                                client.update(slice(service, family, slice, content, trigger)));
        for (EndpointSlice slice : existing) {
            boolean untouched =
                    !plan.toUpdate().containsKey(slice) && !plan.toDelete().contains(slice);
            if (untouched && !isMarked(slice, service)) {
                SlicePlan.Content same =
                        new SlicePlan.Content(slice.getPorts(), slice.getEndpoints());
                client.update(slice(service, family, slice, same, trigger));
            }
        }
        plan.toDelete().forEach(this::delete);
    }

    private void delete(EndpointSlice slice) {
        // Whether it was there or went by itself, it is gone.
        boolean unused =
                client.delete(Key.of(slice), Client.Deletion.ofUid(slice.getMetadata().getUid()));
    }

    private static EndpointSlice slice(
            Service service,
            String family,
            EndpointSlice before,
            SlicePlan.Content content,
            Optional<Instant> trigger) {
        EndpointSliceBuilder slice = before.edit();
        if (before.getMetadata() == null) {
            slice.withNewMetadata()
                    .withNamespace(service.getMetadata().getNamespace())
                    .withGenerateName(service.getMetadata().getName() + "-")
                    .endMetadata();
        }
        Map<String, String> annotations = new HashMap<>();
        if (before.getMetadata() != null && before.getMetadata().getAnnotations() != null) {
            annotations.putAll(before.getMetadata().getAnnotations());
        }
        annotations.remove(TriggerTimes.ANNOTATION);
        trigger.ifPresent(time -> annotations.put(TriggerTimes.ANNOTATION, time.toString()));
        slice.editMetadata()
                .withLabels(labels(service))
                .withAnnotations(annotations)
                .withOwnerReferences(Ownership.controlledBy(service))
                .endMetadata();
        return slice.withAddressType(family)
                .withPorts(content.ports())
                .withEndpoints(content.endpoints())
                .build();
    }

    private static boolean isMarked(EndpointSlice slice, Service service) {
        return labels(service).equals(slice.getMetadata().getLabels())
                && Ownership.isControlledBy(slice, service);
    }

    private static Map<String, String> labels(Service service) {
        Map<String, String> labels = new HashMap<>(Selectors.labels(service));
        labels.remove(HEADLESS);
        if (Backends.isHeadless(service)) {
            labels.put(HEADLESS, "");
        }
        labels.put(SERVICE_NAME, service.getMetadata().getName());
        labels.put(MANAGED_BY, MANAGER);
        return labels;
    }

    private static Set<String> families(Service service) {
        List<String> given = service.getSpec().getIpFamilies();
        if (!given.isEmpty()) {
            return new LinkedHashSet<>(given);
        }
        String address = service.getSpec().getClusterIP();
        return Set.of(address != null && Backends.isIpv6(address) ? "IPv6" : "IPv4");
    }
}
