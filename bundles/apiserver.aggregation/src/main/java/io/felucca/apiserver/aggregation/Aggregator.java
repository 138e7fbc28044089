package io.felucca.apiserver.aggregation;

import io.fabric8.kubernetes.api.model.APIService;
import io.felucca.apiserver.api.Aggregation;
import io.felucca.apiserver.api.ApiServer;
import io.felucca.apiserver.api.HealthCheck;
import io.felucca.client.api.Informer;
import io.felucca.client.api.Informers;
import io.felucca.machinery.ApiException;
import io.felucca.pki.api.ClusterTrust;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the APIServices, and asks the servers behind them what they serve: when they come, when
 * they become available, and once a minute. Every API server has its own picture of them; whether
 * they are available is said by the APIServices themselves.
 */
@Component(service = HealthCheck.class)
public final class Aggregator implements Aggregation, HealthCheck {
    private static final Logger LOG = LoggerFactory.getLogger(Aggregator.class);
    private static final long REFRESH_MILLIS = 60_000;
    private static final long RETRY_MILLIS = 5_000;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile ApiServer server;

    private final Informer<APIService> apiServices;
    private final FrontProxyTls tls;
    private final Endpoints endpoints = new ServerEndpoints(() -> server);
    private final Clock clock;
    private final Worker worker = new Worker();
    private final BundleContext context;
    private volatile View view;

    /** Only there once the APIServices are known: until then the one before stands. */
    private volatile ServiceRegistration<Aggregation> registration;

    // The worker's.
    private final Map<String, RemoteServer> remotes = new HashMap<>();
    private long generation;

    @Activate
    public Aggregator(
            BundleContext context,
            @Reference Informers informers,
            @Reference ClusterTrust trust,
            @Reference Clock clock) {
        this.context = context;
        this.clock = clock;
        this.tls = new FrontProxyTls(trust, clock);
        // Beyond what an aggregator before this one may have counted to.
        this.generation = clock.millis();
        this.view = new View(generation, List.of());
        this.apiServices = informers.of(APIService.class);
        apiServices.onChange(change -> worker.soon(this::rebuild));
        apiServices.whenReached(0, () -> worker.soon(this::rebuild));
        worker.every(REFRESH_MILLIS, () -> remotes.values().forEach(this::refresh));
    }

    @Deactivate
    void deactivate() {
        worker.close();
        ServiceRegistration<Aggregation> published = registration;
        if (published != null) {
            published.unregister();
        }
        apiServices.close();
    }

    @Override
    public View view() {
        return view;
    }

    @Override
    public String name() {
        return "apiservice-discovery-controller";
    }

    @Override
    public Optional<String> problem() {
        return registration == null
                ? Optional.of("the APIServices are not known yet")
                : Optional.empty();
    }

    private void rebuild() {
        List<APIService> all;
        try {
            all = apiServices.list();
        } catch (ApiException e) {
            // They are being listed anew; until that is done what is known is good.
            apiServices.whenReached(0, () -> worker.soon(this::rebuild));
            return;
        }
        remotes.keySet().retainAll(all.stream().map(one -> one.getMetadata().getName()).toList());
        List<Group> groups = new ArrayList<>();
        groups.add(new Group(ApiServices.OWN_GROUP, List.of(new Version("v1", null))));
        ApiServices.inOrder(all)
                .forEach(
                        (name, versions) ->
                                groups.add(
                                        new Group(
                                                name,
                                                versions.stream().map(this::version).toList())));
        publish(groups);
    }

    private void publish(List<Group> groups) {
        generation++;
        view = new View(generation, groups);
        if (registration == null) {
            registration = context.registerService(Aggregation.class, this, null);
        }
    }

    private Version version(APIService one) {
        String name = one.getMetadata().getName();
        Optional<ServiceRef> service = ServiceRef.of(one);
        if (service.isEmpty()) {
            remotes.remove(name);
            return new Version(one.getSpec().getVersion(), null);
        }
        RemoteServer known = remotes.get(name);
        boolean isNew = known == null || !known.service().equals(service.get());
        RemoteServer remote =
                isNew
                        ? new RemoteServer(
                                ApiServices.group(one),
                                one.getSpec().getVersion(),
                                service.get(),
                                endpoints,
                                tls,
                                clock)
                        : known;
        remotes.put(name, remote);
        boolean available = ApiServices.isAvailable(one);
        boolean changed = isNew || available != remote.available();
        remote.available(available);
        if (changed) {
            worker.run(() -> refresh(remote));
        }
        return new Version(one.getSpec().getVersion(), remote);
    }

    private void refresh(RemoteServer remote) {
        if (!remote.available()) {
            told(remote, unavailable(remote.documents()));
            return;
        }
        worker.aside(
                () -> {
                    Documents now;
                    try {
                        now = RemoteDocuments.read(remote);
                    } catch (IOException e) {
                        LOG.warn(
                                "What {} serves could not be read: {}",
                                remote.service(),
                                e.getMessage());
                        now = unavailable(remote.documents());
                        worker.runIn(RETRY_MILLIS, () -> again(remote));
                    }
                    Documents read = now;
                    worker.run(() -> told(remote, read));
                });
    }

    private void again(RemoteServer remote) {
        if (remotes.containsValue(remote) && !remote.documents().current()) {
            refresh(remote);
        }
    }

    /** As upstream: no resources, while descriptions of them stay. */
    private static Documents unavailable(Documents before) {
        return new Documents(
                false, RemoteServer.UNKNOWN.resources(), before.openApiV3(), before.openApiV2());
    }

    private void told(RemoteServer remote, Documents now) {
        if (remote.documents(now)) {
            publish(view.groups());
        }
    }
}
