package io.felucca.kubeproxy;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.felucca.client.api.Clients;
import io.felucca.client.api.Informer;
import io.felucca.client.api.Informers;
import io.felucca.client.api.Key;
import io.felucca.machinery.ApiException;
import io.felucca.metrics.MetricSet;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the {@link Proxy} whenever something has changed. Changes that arrive during a run make one
 * next run. When this is deactivated the rules stay: connections go on while a new build starts.
 */
@Component(
        service = {},
        immediate = true,
        configurationPid = "io.felucca.cluster",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class KubeProxy {
    private static final Logger LOG = LoggerFactory.getLogger(KubeProxy.class);
    private static final long FIRST_PAUSE_MILLIS = 100;
    private static final long LONGEST_PAUSE_MILLIS = 30_000;

    /** What of the cluster's configuration is used here. */
    public @interface Config {
        String node_name();

        String node_ip();

        String pod_cidr() default "10.244.0.0/16";

        String service_cidr() default "10.96.0.0/12";

        String nft_table() default "felucca";
    }

    private final Informer<Service> services;
    private final Informer<EndpointSlice> slices;
    private final Settings settings;
    private final Proxy proxy;
    private final SyncMetrics metrics;
    private final ServiceRegistration<MetricSet> shown;
    private final ScheduledExecutorService worker = executor("kubeproxy");
    private final ScheduledExecutorService timer = executor("kubeproxy-timer");
    private final Nft nft = new Nft(List.of("nft"), timer);
    private final AtomicBoolean asked = new AtomicBoolean();
    private volatile boolean informed;
    private boolean hostReady;
    private long pauseMillis = FIRST_PAUSE_MILLIS;

    @Activate
    public KubeProxy(
            BundleContext context,
            Config config,
            @Reference Informers informers,
            @Reference Clients clients,
            @Reference Clock clock) {
        MetricSet set = new MetricSet();
        metrics = new SyncMetrics(set, clock, System::nanoTime);
        shown = set.publish(context, MetricSet.KUBELET);
        settings =
                new Settings(
                        config.nft_table(),
                        config.node_name(),
                        config.node_ip(),
                        config.pod_cidr(),
                        config.service_cidr());
        services = informers.of(Service.class);
        slices = informers.of(EndpointSlice.class);
        proxy =
                new Proxy(
                        services,
                        slices,
                        clients.events(),
                        settings,
                        nft::apply,
                        new UdpFlows(List.of("conntrack")));
        services.onChange(
                change -> {
                    metrics.serviceChanged();
                    changed(Key.of(change.latest()));
                });
        slices.onChange(
                change -> {
                    metrics.endpointsChanged();
                    change.before().flatMap(Proxy::serviceOf).ifPresent(this::changed);
                    change.now().flatMap(Proxy::serviceOf).ifPresent(this::changed);
                });
        services.whenReached(0, () -> slices.whenReached(0, this::start));
    }

    /** Before everything is known nothing is written: an earlier run's rules are better. */
    private void start() {
        informed = true;
        ask();
    }

    private void changed(Key service) {
        proxy.changed(service);
        if (informed) {
            ask();
        }
    }

    private void ask() {
        if (asked.compareAndSet(false, true)) {
            worker.execute(this::run);
        }
    }

    private void run() {
        asked.set(false);
        SyncMetrics.Run run = metrics.begin(proxy.isWhole());
        try {
            proxy.sync();
            run.succeeded();
            if (!hostReady) {
                HostSetup.routeLoopback();
                HostSetup.routeServices(settings);
                hostReady = true;
                LOG.info("services are in the table {}", settings.table());
            }
            pauseMillis = FIRST_PAUSE_MILLIS;
        } catch (IOException e) {
            LOG.warn("services could not be brought up to date, will try again", e);
            askLater();
        } catch (ApiException e) {
            LOG.debug("services can't be read now, will try again: {}", e.getMessage());
            askLater();
        } catch (RuntimeException e) {
            LOG.error("services could not be brought up to date, will try again", e);
            askLater();
        } catch (InterruptedException e) {
            // Only when this part ends.
            Thread.currentThread().interrupt();
        }
    }

    private void askLater() {
        var unused = worker.schedule(this::ask, pauseMillis, TimeUnit.MILLISECONDS);
        pauseMillis = Math.min(pauseMillis * 2, LONGEST_PAUSE_MILLIS);
    }

    @Deactivate
    void deactivate() {
        shown.unregister();
        services.close();
        slices.close();
        worker.shutdownNow();
        timer.shutdownNow();
        nft.close();
    }

    /** What arrives while it ends is dropped: the next build looks at everything anew. */
    private static ScheduledExecutorService executor(String name) {
        return new ScheduledThreadPoolExecutor(
                1,
                task -> {
                    Thread thread = Executors.defaultThreadFactory().newThread(task);
                    thread.setName(name);
                    thread.setDaemon(true);
                    return thread;
                },
                new ThreadPoolExecutor.DiscardPolicy());
    }
}
