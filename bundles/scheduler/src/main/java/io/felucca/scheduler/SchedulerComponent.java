package io.felucca.scheduler;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.felucca.client.api.Clients;
import io.felucca.client.api.Informer;
import io.felucca.client.api.Informers;
import io.felucca.machinery.ApiException;
import io.felucca.metrics.MetricSet;
import io.felucca.scheduler.api.Plugin;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the {@linkplain Scheduling cycle} on a thread of its own while the bundle is active. */
@Component(
        service = {},
        property = "component.status=scheduler",
        configurationPid = "io.felucca.scheduler")
public final class SchedulerComponent {
    private static final Logger LOG = LoggerFactory.getLogger(SchedulerComponent.class);
    private static final int BINDING_THREADS = 32;
    private static final int IDLE_SECONDS = 30;
    private static final long LONGEST_WAIT_MILLIS = 60_000;
    private static final long STOP_MILLIS = 900;

    /** The scheduler's own settings; all may be left out. */
    @interface Config {
        /**
         * Each {@code NAME} or {@code NAME=PLUGIN[:WEIGHT],…}, see {@link Profile#parse}; in a
         * file, where all are one line, with semicolons between them.
         */
        String[] profiles() default {"default-scheduler"};

        /** Of nodes to find before the best is taken; 0 lets the size of the cluster decide. */
        int percentageOfNodesToScore() default 0;
    }

    private final Mailbox mailbox = new Mailbox();
    private final Informer<Node> nodes;
    private final Informer<Pod> pods;
    private final Scheduling scheduling;
    private final SchedulerMetrics metrics = new SchedulerMetrics(System::nanoTime);
    private final Runnable hideMetrics;
    private final Clock clock;
    private final ThreadPoolExecutor binding;
    private final ExecutorService cycle;
    private final List<Plugin> bound = new ArrayList<>();
    private volatile Map<String, Plugin> plugins = Map.of();
    private volatile boolean stopped;

    @Activate
    public SchedulerComponent(
            BundleContext context,
            Config config,
            @Reference Clients clients,
            @Reference Informers informers,
            @Reference Clock clock) {
        this(
                config,
                clients,
                informers,
                clock,
                set -> set.publish(context, MetricSet.API_SERVER)::unregister);
    }

    /**
     * @param publisher shows metrics until the end that it gives
     */
    SchedulerComponent(
            Config config,
            Clients clients,
            Informers informers,
            Clock clock,
            Function<MetricSet, Runnable> publisher) {
        this.clock = clock;
        List<Profile> profiles = Profile.parseAll(config.profiles());
        // One task more than can be in flight: the reporter's.
        binding =
                new ThreadPoolExecutor(
                        BINDING_THREADS,
                        BINDING_THREADS,
                        IDLE_SECONDS,
                        TimeUnit.SECONDS,
                        new ArrayBlockingQueue<>(Scheduling.MOST_IN_FLIGHT + 1),
                        named("scheduler-binding"));
        binding.allowCoreThreadTimeOut(true);
        scheduling =
                new Scheduling(
                        profiles,
                        () -> plugins,
                        mailbox,
                        new NodeChoice(new SplittableRandom(), config.percentageOfNodesToScore()),
                        new Binder(binding),
                        new Reporter(clients, clock, binding),
                        clock,
                        metrics);
        hideMetrics = publisher.apply(metrics.set());
        nodes = informers.of(Node.class);
        pods = informers.of(Pod.class);
        nodes.onChange(mailbox::node);
        pods.onChange(mailbox::pod);
        cycle = Executors.newSingleThreadExecutor(named("scheduler"));
        cycle.execute(this::run);
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    synchronized void bindPlugin(Plugin plugin) {
        bound.add(plugin);
        publish();
    }

    synchronized void unbindPlugin(Plugin plugin) {
        bound.remove(plugin);
        publish();
    }

    /** Of two of the same name, as there are while one replaces the other, the later counts. */
    private void publish() {
        Map<String, Plugin> byName = new HashMap<>();
        bound.forEach(plugin -> byName.put(plugin.name(), plugin));
        plugins = Map.copyOf(byName);
        mailbox.wake();
    }

    @Deactivate
    void deactivate() throws InterruptedException {
        stopped = true;
        hideMetrics.run();
        nodes.close();
        pods.close();
        cycle.shutdownNow();
        binding.shutdownNow();
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(STOP_MILLIS);
        for (ExecutorService one : List.of(cycle, binding)) {
            if (!one.awaitTermination(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                LOG.warn("a thread of the scheduler has not ended yet");
            }
        }
    }

    private void run() {
        try {
            seed();
            while (!stopped) {
                turn();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Nothing is decided before the room that is taken is known. Handlers may be called only later,
     * so what the informers know is taken from them at once.
     */
    private void seed() throws InterruptedException {
        boolean seeded = false;
        while (!seeded) {
            CountDownLatch synced = new CountDownLatch(2);
            nodes.whenReached(0, synced::countDown);
            pods.whenReached(0, synced::countDown);
            synced.await();
            try {
                mailbox.seed(nodes.list(), pods.list());
                seeded = true;
            } catch (ApiException e) {
                LOG.info("waiting for informers again: {}", e.getMessage());
            }
        }
    }

    private void turn() throws InterruptedException {
        try {
            if (!scheduling.step()) {
                OptionalLong due = scheduling.nextDue();
                long wait = due.orElse(Long.MAX_VALUE) - clock.millis();
                mailbox.await(Math.max(1, Math.min(LONGEST_WAIT_MILLIS, wait)));
            }
        } catch (RuntimeException e) {
            LOG.error("a scheduling cycle failed", e);
        }
    }

    private static ThreadFactory named(String name) {
        AtomicInteger number = new AtomicInteger();
        ThreadFactory plain = Executors.defaultThreadFactory();
        return work -> {
            Thread thread = plain.newThread(work);
            thread.setName(name + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}
