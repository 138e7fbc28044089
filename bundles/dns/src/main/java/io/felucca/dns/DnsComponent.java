package io.felucca.dns;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.felucca.client.api.Clients;
import io.felucca.client.api.Informer;
import io.felucca.client.api.Informers;
import io.felucca.machinery.ApiException;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the name server: it listens, waits until it knows the cluster, and then publishes itself.
 * What it has published stays when it is deactivated, for the next build that is about to start.
 */
@Component(
        service = {},
        immediate = true,
        configurationPid = "io.felucca.cluster",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class DnsComponent {
    private static final Logger LOG = LoggerFactory.getLogger(DnsComponent.class);
    private static final int THREADS = 2;
    private static final long FIRST_PAUSE_MILLIS = 100;
    private static final long LONGEST_PAUSE_MILLIS = 1_000;

    /** What of the cluster's configuration is used here. */
    public @interface Config {
        String node_name();

        String node_ip();

        int dns_port() default 10_053;

        String dns_ip() default "10.96.0.10";

        String dns_resolv_conf() default "/etc/resolv.conf";

        String cluster_domain() default "cluster.local";

        String pod_cidr() default "10.244.0.0/16";

        String service_cidr() default "10.96.0.0/12";
    }

    private final Config config;
    private final Informer<Service> services;
    private final Informer<EndpointSlice> slices;
    private final Informer<Namespace> namespaces;
    private final Zone zone;
    private final Publisher publisher;
    private final Responder responder;
    private final EventLoopGroup loops =
            new MultiThreadIoEventLoopGroup(
                    THREADS, new DefaultThreadFactory("dns", true), NioIoHandler.newFactory());
    private final ScheduledExecutorService worker =
            new ScheduledThreadPoolExecutor(
                    1, DnsComponent::thread, new ThreadPoolExecutor.DiscardPolicy());
    private DnsServer server;
    private long pauseMillis = FIRST_PAUSE_MILLIS;

    @Activate
    public DnsComponent(
            Config config,
            @Reference Informers informers,
            @Reference Clients clients,
            @Reference Clock clock) {
        this.config = config;
        services = informers.of(Service.class);
        slices = informers.of(EndpointSlice.class);
        namespaces = informers.of(Namespace.class);
        zone =
                new Zone(
                        services,
                        slices,
                        namespaces,
                        new Zone.Settings(
                                Names.normal(config.cluster_domain()),
                                config.dns_ip(),
                                config.pod_cidr(),
                                config.service_cidr()),
                        new Random());
        Upstreams upstreams =
                new Upstreams(Path.of(config.dns_resolv_conf()), config.dns_ip(), clock);
        Forwarder forwarder =
                new Forwarder(loops, upstreams::get, new AnswerCache(clock), new SecureRandom());
        responder = new Responder(zone, forwarder::ask);
        publisher = new Publisher(clients, config.node_name(), config.node_ip(), config.dns_port());
        worker.execute(this::start);
    }

    /** Does what is not done yet, and comes back until everything is. */
    private void start() {
        try {
            if (server == null) {
                server =
                        new DnsServer(
                                loops,
                                new InetSocketAddress(
                                        InetAddress.getByName(config.node_ip()), config.dns_port()),
                                responder);
            }
            if (zone.synced()) {
                publisher.publish();
                LOG.info("names are answered on {}", server.address());
                return;
            }
        } catch (IOException e) {
            LOG.warn("will try again: {}", e.getMessage());
        } catch (ApiException e) {
            LOG.debug("not published yet, will try again: {}", e.getMessage());
        }
        var unused = worker.schedule(this::start, pauseMillis, TimeUnit.MILLISECONDS);
        pauseMillis = Math.min(pauseMillis * 2, LONGEST_PAUSE_MILLIS);
    }

    private static Thread thread(Runnable task) {
        Thread thread = Executors.defaultThreadFactory().newThread(task);
        thread.setName("dns-start");
        thread.setDaemon(true);
        return thread;
    }

    @Deactivate
    void deactivate() throws InterruptedException {
        worker.shutdownNow();
        worker.awaitTermination(LONGEST_PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        if (server != null) {
            server.close();
        }
        // The next build wants the port now; nothing is left to be done on these threads.
        loops.shutdownGracefully(0, LONGEST_PAUSE_MILLIS, TimeUnit.MILLISECONDS)
                .awaitUninterruptibly();
        services.close();
        slices.close();
        namespaces.close();
    }
}
