package io.felucca.apiserver.aggregation;

import io.fabric8.kubernetes.api.model.APIService;
import io.fabric8.kubernetes.api.model.APIServiceCondition;
import io.fabric8.kubernetes.api.model.APIServiceConditionBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.felucca.apiserver.api.ApiServer;
import io.felucca.client.api.Client;
import io.felucca.client.api.Clients;
import io.felucca.client.api.Informer;
import io.felucca.client.api.Informers;
import io.felucca.client.api.Key;
import io.felucca.client.api.Selectors;
import io.felucca.controller.api.Reconciler;
import io.felucca.controller.api.Result;
import io.felucca.controller.api.Source;
import io.felucca.pki.api.ClusterTrust;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/**
 * Says in each APIService whether the server behind it can be reached: looks when it, its Service
 * or its endpoints change, and every 30 seconds, sooner while it can't.
 */
@Component(property = Reconciler.NAME + "=apiservice-availability-controller")
public final class Availability implements Reconciler {
    private static final Duration RESYNC = Duration.ofSeconds(30);
    private static final Duration FIRST_RETRY = Duration.ofMillis(100);
    private static final int DOUBLINGS = 9;
    private static final String BY_SERVICE = "aggregator.service";
    private static final String SERVICE_NAME = "kubernetes.io/service-name";

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile ApiServer server;

    private final Informer<APIService> apiServices;
    private final Client<APIService> client;
    private final Backing backing;
    private final DiscoveryCheck check;
    private final Clock clock;

    /** How often each one's server failed to answer, one time after the other. */
    private final Map<Key, Integer> failures = new ConcurrentHashMap<>();

    @Activate
    public Availability(
            @Reference Clients clients,
            @Reference Informers informers,
            @Reference ClusterTrust trust,
            @Reference Clock clock) {
        this.apiServices =
                informers.of(APIService.class).index(BY_SERVICE, Availability::serviceOf);
        this.client = clients.of(APIService.class);
        this.backing = new Backing(informers.of(Service.class), informers.of(EndpointSlice.class));
        this.check =
                new HttpDiscoveryCheck(
                        new ServerEndpoints(() -> server), new FrontProxyTls(trust, clock), clock);
        this.clock = clock;
    }

    Availability(Clients clients, Informers informers, DiscoveryCheck check, Clock clock) {
        this.apiServices =
                informers.of(APIService.class).index(BY_SERVICE, Availability::serviceOf);
        this.client = clients.of(APIService.class);
        this.backing = new Backing(informers.of(Service.class), informers.of(EndpointSlice.class));
        this.check = check;
        this.clock = clock;
    }

    @Deactivate
    void deactivate() {
        apiServices.close();
        backing.close();
    }

    private static Collection<String> serviceOf(APIService one) {
        return ServiceRef.of(one)
                .map(service -> List.of(service.namespace() + "/" + service.name()))
                .orElse(List.of());
    }

    @Override
    public List<Source<?>> sources() {
        return List.of(
                Source.self(APIService.class),
                Source.mapped(Service.class, service -> behind(Key.of(service))),
                Source.mapped(EndpointSlice.class, this::behind));
    }

    private Collection<Key> behind(EndpointSlice slice) {
        String service = Selectors.labels(slice).get(SERVICE_NAME);
        return service == null
                ? List.of()
                : behind(new Key(slice.getMetadata().getNamespace(), service));
    }

    private Collection<Key> behind(Key service) {
        return apiServices.byIndex(BY_SERVICE, service.toString()).stream().map(Key::of).toList();
    }

    @Override
    public Result reconcile(Key key) {
        Optional<APIService> found = apiServices.get(key);
        if (found.isEmpty()) {
            failures.remove(key);
            return Result.done();
        }
        APIService apiService = found.get();
        Optional<ServiceRef> service = ServiceRef.of(apiService);
        if (service.isEmpty()) {
            write(apiService, Finding.LOCAL);
            return Result.done();
        }
        Finding finding = backing.problem(service.get()).orElse(null);
        if (finding == null) {
            finding =
                    check.of(
                            ApiServices.group(apiService),
                            apiService.getSpec().getVersion(),
                            service.get());
        }
        write(apiService, finding);
        if (!finding.reason().equals(Finding.FAILED_CHECK)) {
            failures.remove(key);
            return Result.requeueAfter(RESYNC);
        }
        int before = failures.merge(key, 1, Integer::sum) - 1;
        Duration pause = FIRST_RETRY.multipliedBy(1L << Math.min(before, DOUBLINGS));
        return Result.requeueAfter(pause.compareTo(RESYNC) < 0 ? pause : RESYNC);
    }

    private void write(APIService apiService, Finding finding) {
        Optional<APIServiceCondition> before = ApiServices.availability(apiService);
        if (before.filter(finding::equalTo).isPresent()) {
            return;
        }
        // The time is when the status changed, whatever the reason for it does.
        String since =
                before.filter(one -> one.getStatus().equals(finding.status()))
                        .map(APIServiceCondition::getLastTransitionTime)
                        .orElseGet(
                                () -> clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
        List<APIServiceCondition> conditions =
                new ArrayList<>(
                        apiService.getStatus() == null
                                ? List.of()
                                : apiService.getStatus().getConditions());
        conditions.removeIf(one -> one.getType().equals(ApiServices.AVAILABLE));
        conditions.add(
                new APIServiceConditionBuilder()
                        .withType(ApiServices.AVAILABLE)
                        .withStatus(finding.status())
                        .withReason(finding.reason())
                        .withMessage(finding.message())
                        .withLastTransitionTime(since)
                        .build());
        client.updateStatus(
                apiService.edit().editOrNewStatus().withConditions(conditions).endStatus().build());
    }
}
