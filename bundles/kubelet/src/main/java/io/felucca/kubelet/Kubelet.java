package io.felucca.kubelet;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.node.v1.RuntimeClass;
import io.felucca.client.api.Clients;
import io.felucca.client.api.EventRecorder;
import io.felucca.client.api.Informer;
import io.felucca.client.api.Informers;
import io.felucca.client.api.Key;
import io.felucca.kubelet.cri.Cri;
import io.felucca.kubelet.server.KubeletApi;
import io.felucca.kubelet.server.NodePods;
import io.felucca.kubelet.volume.Volumes;
import io.felucca.metrics.MetricSet;
import io.felucca.pki.api.ClusterTrust;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node agent, whole: puts its parts together, starts and stops them. Closing it leaves the
 * containers alone; the next one adopts them.
 */
final class Kubelet implements NodePods, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Kubelet.class);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(10);
    private static final Duration HOUSEKEEPING = Duration.ofSeconds(10);

    /** What runs of pods that are gone is looked for twice before it is ended. */
    private static final Duration ORPHANS = Duration.ofSeconds(2);

    /** One each for status, lease and housekeeping, for any of them may wait. */
    private static final int NODE_THREADS = 3;

    private static final int REQUEST_THREADS = 8;

    /** Requests beyond this are refused with 503. */
    private static final int REQUEST_QUEUE = 256;

    /** With what pod workers get, less than requests wait for the next kubelet. */
    private static final int MAX_DRAIN_MILLIS = 500;

    private final ScheduledThreadPoolExecutor scheduler;
    private final ScheduledExecutorService nodeThreads;
    private final EventLoopGroup loop;
    private final Informer<Pod> pods;
    private final Informer<Service> services;
    private final Probes probes;
    private final PodWorkers workers;
    private final Relist relist;
    private final NodeAgent nodeAgent;
    private final NodeSettings settings;
    private final Cri cri;
    private final KubeletMetrics metrics;
    private final Clock clock;
    private final ThreadPoolExecutor requests;

    Kubelet(NodeSettings settings, Clients clients, Informers informers, Cri runtime, Clock clock)
            throws IOException {
        this.settings = settings;
        metrics = new KubeletMetrics(settings.nodeName(), System::nanoTime);
        cri = new CountedCri(runtime, metrics);
        this.clock = clock;
        requests =
                new ThreadPoolExecutor(
                        REQUEST_THREADS,
                        REQUEST_THREADS,
                        10,
                        TimeUnit.SECONDS,
                        new ArrayBlockingQueue<>(REQUEST_QUEUE),
                        new NamedThreads("kubelet-http"));
        requests.allowCoreThreadTimeOut(true);
        Files.createDirectories(settings.data().resolve("kubelet").resolve("pods"));
        Files.createDirectories(settings.logs());
        NodeCapacity capacity = NodeCapacity.read(settings.data());
        scheduler = new ScheduledThreadPoolExecutor(2, new NamedThreads("kubelet-timer"));
        scheduler.setRemoveOnCancelPolicy(true);
        nodeThreads =
                Executors.newScheduledThreadPool(NODE_THREADS, new NamedThreads("kubelet-node"));
        loop =
                new MultiThreadIoEventLoopGroup(
                        1, new NamedThreads("kubelet-net"), NioIoHandler.newFactory());
        EventRecorder events = clients.events();
        HttpCheck http = new HttpCheck(loop);
        Prober prober = new Prober(cri, http, new GrpcCheck(loop), settings.nodeIp());
        probes = new Probes(prober, events, scheduler, clock, this::wake);
        pods = informers.of(Pod.class, "spec.nodeName=" + settings.nodeName());
        services = informers.of(Service.class);
        ClusterData data = new ClusterData(clients.of(ConfigMap.class), clients.of(Secret.class));
        Volumes volumes = new Volumes(settings, data, clients.of(ServiceAccount.class), clock);
        volumes.prepareMemory();
        PodCgroups cgroups = new PodCgroups(Path.of("/sys/fs/cgroup"), settings.cgroupRoot());
        SecuritySettings security =
                new SecuritySettings(settings.data().resolve("kubelet").resolve("seccomp"));
        DnsSettings dns =
                new DnsSettings(
                        settings.dnsIp(), settings.clusterDomain(), Path.of("/etc/resolv.conf"));
        PodParts parts =
                new PodParts(
                        settings,
                        capacity,
                        cri,
                        clock,
                        clients.of(Pod.class),
                        services,
                        events,
                        cgroups,
                        new SandboxSpec(settings, dns, cgroups, security),
                        new ContainerSpec(settings, security, capacity.memoryBytes()),
                        new Environment(data),
                        volumes,
                        new PullSecrets(data),
                        new LifecycleHooks(cri, http, scheduler),
                        probes,
                        new RuntimeClasses(clients.of(RuntimeClass.class)));
        workers = new PodWorkers(parts, pods, scheduler, metrics);
        relist = new Relist(cri, clock, scheduler, this::wake, metrics);
        nodeAgent =
                new NodeAgent(
                        settings, capacity, cri, relist, clients.of(Node.class), events, clock);
        NodeLease lease =
                new NodeLease(
                        settings.nodeName(),
                        clients.of(NodeLease.LEASES),
                        clients.of(Node.class),
                        clock);
        workers.start();
        nodeThreads.execute(() -> repeat("the node's status", nodeAgent::report));
        nodeThreads.execute(() -> repeat("the node's lease", lease::renew));
        Housekeeping housekeeping = new Housekeeping(settings, cri, cgroups, volumes, pods, relist);
        var adopting =
                nodeThreads.scheduleWithFixedDelay(
                        guarded("orphans", () -> workers.adoptOrphans(relist.podUids())),
                        ORPHANS.toMillis(),
                        ORPHANS.toMillis(),
                        TimeUnit.MILLISECONDS);
        var keeping =
                nodeThreads.scheduleWithFixedDelay(
                        guarded("housekeeping", housekeeping),
                        HOUSEKEEPING.toMillis(),
                        HOUSEKEEPING.toMillis(),
                        TimeUnit.MILLISECONDS);
        LOG.debug("timers {} {}", adopting, keeping);
    }

    /** What the agent itself counts. */
    MetricSet metrics() {
        return metrics.set();
    }

    /**
     * The agent's HTTP interface; it works until this is closed.
     *
     * @param shown what it shows as metrics
     */
    KubeletApi api(ClusterTrust trust, Supplier<? extends Collection<MetricSet>> shown) {
        return new KubeletApi(
                settings.nodeName(),
                this,
                cri,
                trust,
                clock,
                requests,
                scheduler,
                loop,
                settings.data(),
                shown);
    }

    @Override
    public boolean known() {
        return pods.synced();
    }

    @Override
    public List<Pod> all() {
        return pods.list();
    }

    @Override
    public Optional<Pod> find(String namespace, String name) {
        return pods.get(new Key(namespace, name));
    }

    @Override
    public void close() {
        endRequests();
        relist.close();
        nodeThreads.shutdownNow();
        probes.close();
        workers.close();
        scheduler.shutdownNow();
        pods.close();
        services.close();
        var unused = loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    /** Those under way get their answers; nobody brings new ones any more. */
    private void endRequests() {
        requests.shutdown();
        try {
            if (!requests.awaitTermination(MAX_DRAIN_MILLIS, TimeUnit.MILLISECONDS)) {
                requests.shutdownNow();
            }
        } catch (InterruptedException e) {
            requests.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    /** Probes and the list of the runtime may speak before the workers are there. */
    private void wake(String uid) {
        PodWorkers there = workers;
        if (there != null) {
            there.wake(uid);
        }
    }

    /** Again and again, each time after the pause that the task asks for. */
    private void repeat(String what, Supplier<Duration> task) {
        Duration again = AFTER_FAILURE;
        try {
            again = task.get();
        } catch (RuntimeException e) {
            LOG.warn("{} can't be written", what, e);
        }
        try {
            var next =
                    nodeThreads.schedule(
                            () -> repeat(what, task), again.toMillis(), TimeUnit.MILLISECONDS);
            LOG.trace("{} next: {}", what, next);
        } catch (RejectedExecutionException e) {
            LOG.debug("{} is not written any more: the agent stops", what);
        }
    }

    /** A periodic task ends for good when it throws, which none of these may. */
    private static Runnable guarded(String what, Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                LOG.warn("{}", what, e);
            }
        };
    }
}
