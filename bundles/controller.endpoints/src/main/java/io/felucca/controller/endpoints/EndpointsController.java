package io.felucca.controller.endpoints;

import io.fabric8.kubernetes.api.model.Endpoints;
import io.fabric8.kubernetes.api.model.EndpointsBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.felucca.client.api.Client;
import io.felucca.client.api.Clients;
import io.felucca.client.api.EventRecorder;
import io.felucca.client.api.Informers;
import io.felucca.client.api.Key;
import io.felucca.client.api.Lister;
import io.felucca.client.api.Selectors;
import io.felucca.controller.api.Backends;
import io.felucca.controller.api.Reconciler;
import io.felucca.controller.api.Refusals;
import io.felucca.controller.api.Result;
import io.felucca.controller.api.Source;
import io.felucca.controller.api.TriggerTimes;
import io.felucca.machinery.ApiException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Keeps the Endpoints object of every Service that selects pods. Those of other services, such as
 * {@code kubernetes}, are their owners'.
 */
@Component(property = Reconciler.NAME + "=endpoints-controller")
public final class EndpointsController implements Reconciler {
    private static final String MANAGED_BY = "endpoints.kubernetes.io/managed-by";
    private static final String MANAGER = "endpoint-controller";
    private static final String HEADLESS = "service.kubernetes.io/headless";
    private static final String CAPACITY = "endpoints.kubernetes.io/over-capacity";

    private final Lister<Service> services;
    private final Lister<Pod> pods;
    private final Lister<Endpoints> endpoints;
    private final Client<Endpoints> client;
    private final EventRecorder events;
    private final TriggerTimes triggers = new TriggerTimes();

    @Activate
    public EndpointsController(@Reference Clients clients, @Reference Informers informers) {
        this.services = informers.of(Service.class);
        this.pods = informers.of(Pod.class);
        this.endpoints = informers.of(Endpoints.class);
        this.client = clients.of(Endpoints.class);
        this.events = clients.events();
    }

    @Override
    public List<Source<?>> sources() {
        return List.of(
                Source.self(Service.class),
                Source.mapped(Pod.class, pod -> Backends.servicesOf(pod, services)),
                Source.self(Endpoints.class));
    }

    @Override
    public Result reconcile(Key key) {
        Optional<Service> service = services.get(key);
        Optional<Endpoints> present = endpoints.get(key);
        if (service.isEmpty()) {
            triggers.forget(key);
            present.filter(EndpointsController::isOurs).ifPresent(this::delete);
            return Result.done();
        }
        if (!Backends.hasSelector(service.get())) {
            return Result.done();
        }
        List<Pod> backends = Backends.of(service.get(), pods);
        Optional<Instant> trigger = triggers.since(service.get(), backends);
        Subsets subsets = Subsets.of(service.get(), backends);
        if (present.filter(one -> isCurrent(one, service.get(), subsets)).isEmpty()) {
            write(service.get(), present, subsets, trigger);
        }
        return Result.done();
    }

    private static boolean isOurs(Endpoints endpoints) {
        return MANAGER.equals(Selectors.labels(endpoints).get(MANAGED_BY));
    }

    private void delete(Endpoints endpoints) {
        // Whether it was there or went by itself, it is gone.
        boolean unused =
                client.delete(
                        Key.of(endpoints), Client.Deletion.ofUid(endpoints.getMetadata().getUid()));
    }

    private static boolean isCurrent(Endpoints present, Service service, Subsets subsets) {
        boolean marked = annotations(present).containsKey(CAPACITY);
        return present.getSubsets().equals(subsets.all())
                && labels(service).equals(Selectors.labels(present))
                && marked == subsets.truncated();
    }

    private void write(
            Service service,
            Optional<Endpoints> present,
            Subsets subsets,
            Optional<Instant> trigger) {
        Endpoints wanted = wanted(service, present.orElseGet(Endpoints::new), subsets, trigger);
        try {
            Endpoints unused = present.isPresent() ? client.update(wanted) : client.create(wanted);
        } catch (ApiException e) {
            if (Refusals.namespaceGoes(e)) {
                return;
            }
            String verb = present.isPresent() ? "update" : "create";
            events.warning(
                    wanted,
                    present.isPresent() ? "FailedToUpdateEndpoint" : "FailedToCreateEndpoint",
                    "Failed to " + verb + " endpoint " + Key.of(service) + ": " + e.getMessage());
            throw e;
        }
    }

    private static Endpoints wanted(
            Service service, Endpoints before, Subsets subsets, Optional<Instant> trigger) {
        Map<String, String> annotations = new HashMap<>(annotations(before));
        annotations.remove(TriggerTimes.ANNOTATION);
        trigger.ifPresent(time -> annotations.put(TriggerTimes.ANNOTATION, time.toString()));
        annotations.remove(CAPACITY);
        if (subsets.truncated()) {
            annotations.put(CAPACITY, "truncated");
        }
        EndpointsBuilder builder = before.edit();
        if (before.getMetadata() == null) {
            builder.withNewMetadata()
                    .withNamespace(service.getMetadata().getNamespace())
                    .withName(service.getMetadata().getName())
                    .endMetadata();
        }
        return builder.editMetadata()
                .withLabels(labels(service))
                .withAnnotations(annotations)
                .endMetadata()
                .withSubsets(subsets.all())
                .build();
    }

    private static Map<String, String> annotations(Endpoints endpoints) {
        return endpoints.getMetadata() == null || endpoints.getMetadata().getAnnotations() == null
                ? Map.of()
                : endpoints.getMetadata().getAnnotations();
    }

    private static Map<String, String> labels(Service service) {
        Map<String, String> labels = new HashMap<>(Selectors.labels(service));
        labels.remove(HEADLESS);
        if (Backends.isHeadless(service)) {
            labels.put(HEADLESS, "");
        }
        labels.put(MANAGED_BY, MANAGER);
        return labels;
    }
}
