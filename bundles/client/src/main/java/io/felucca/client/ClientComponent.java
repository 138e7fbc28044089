package io.felucca.client;

import io.fabric8.kubernetes.api.model.Event;
import io.felucca.apiserver.api.Aggregation;
import io.felucca.apiserver.api.ApiServer;
import io.felucca.client.api.Client;
import io.felucca.client.api.Clients;
import io.felucca.client.api.Informers;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceFactory;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** Gives each bundle clients and informers in the bundle's own name. */
@Capability(
        namespace = "osgi.service",
        attribute = {
            "objectClass:List<String>=io.felucca.client.api.Clients",
            "service.scope=bundle"
        })
@Capability(
        namespace = "osgi.service",
        attribute = {
            "objectClass:List<String>=io.felucca.client.api.Informers",
            "service.scope=bundle"
        })
@Component(
        service = {},
        configurationPid = "io.felucca.cluster",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class ClientComponent {
    private static final int INFORMER_THREADS = 2;
    private static final int EVENT_QUEUE = 1024;

    /** What of the cluster's configuration is used here. */
    @interface Config {
        String node_name();
    }

    private final ServerGate gate = new ServerGate();
    private final Codec codec = new Codec();
    private final OtherServers aggregated = new OtherServers();
    private final LastWrite lastWrite = new LastWrite();
    private final EventNames eventNames = new EventNames();
    private final Clock clock;
    private final String nodeName;
    private final Pool pool;
    private final ThreadPoolExecutor eventWriter;
    private final SharedInformers informers;
    private final ServiceRegistration<?> clientsService;
    private final ServiceRegistration<?> informersService;

    @Activate
    public ClientComponent(BundleContext context, Config config, @Reference Clock clock) {
        this.clock = clock;
        this.nodeName = config.node_name();
        this.pool = new Pool(INFORMER_THREADS, named("informer"));
        // When the queue is full, events are lost: they are advice.
        this.eventWriter =
                new ThreadPoolExecutor(
                        1,
                        1,
                        0,
                        TimeUnit.SECONDS,
                        new ArrayBlockingQueue<>(EVENT_QUEUE),
                        named("events"),
                        new ThreadPoolExecutor.DiscardPolicy());
        this.informers = new SharedInformers(gate, codec, pool);
        new IdleCollection(pool).start();
        this.clientsService =
                context.registerService(
                        Clients.class,
                        new PerBundle<Clients>() {
                            @Override
                            Clients make(Identity identity) {
                                return clients(identity);
                            }
                        },
                        FrameworkUtil.asDictionary(Map.of()));
        this.informersService =
                context.registerService(
                        Informers.class,
                        new InformersPerBundle(),
                        FrameworkUtil.asDictionary(Map.of()));
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindServer(ApiServer server) {
        gate.arrive(server);
    }

    void unbindServer(ApiServer server) {
        gate.depart(server);
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindAggregation(Aggregation next) {
        aggregated.come(next);
    }

    void unbindAggregation(Aggregation last) {
        aggregated.go(last);
    }

    @Deactivate
    void deactivate() {
        clientsService.unregister();
        informersService.unregister();
        informers.close();
        pool.close();
        eventWriter.shutdownNow();
    }

    private Clients clients(Identity identity) {
        Client<Event> events =
                new InProcessClient<>(
                        gate,
                        codec,
                        identity,
                        new LastWrite(),
                        Event.class,
                        Codec.resource(Event.class));
        return new BundleClients(
                gate,
                codec,
                aggregated,
                identity,
                lastWrite,
                new EventSink(
                        events, identity.component(), nodeName, eventNames, clock, eventWriter));
    }

    private abstract class PerBundle<S> implements ServiceFactory<S> {
        abstract S make(Identity identity);

        @Override
        public S getService(Bundle bundle, ServiceRegistration<S> registration) {
            return make(Identity.of(bundle, nodeName));
        }

        @Override
        public void ungetService(Bundle bundle, ServiceRegistration<S> registration, S service) {
            // Clients hold nothing that would have to be given back.
        }
    }

    private final class InformersPerBundle extends PerBundle<Informers> {
        @Override
        Informers make(Identity identity) {
            return new BundleInformers(informers, identity);
        }

        @Override
        public void ungetService(
                Bundle bundle, ServiceRegistration<Informers> registration, Informers service) {
            ((BundleInformers) service).close();
        }
    }

    private static ThreadFactory named(String name) {
        AtomicInteger number = new AtomicInteger();
        ThreadFactory plain = java.util.concurrent.Executors.defaultThreadFactory();
        return work -> {
            Thread thread = plain.newThread(work);
            thread.setName("client-" + name + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}
