package io.felucca.apiserver;

import io.felucca.apiserver.api.AdmissionPlugin;
import io.felucca.apiserver.api.ApiGroup;
import io.felucca.apiserver.api.ApiServer;
import io.felucca.apiserver.api.Authorizer;
import io.felucca.apiserver.api.BootstrapObjects;
import io.felucca.apiserver.api.HealthCheck;
import io.felucca.metrics.MetricSet;
import io.felucca.storage.api.Store;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * The whole server, put together, with its threads; knows nothing of OSGi. Parts come and go by the
 * methods here, from any thread.
 */
final class Engine implements AutoCloseable {
    private static final long TICK_SECONDS = 5;

    private final ScheduledThreadPoolExecutor scheduler;
    private final Workers executor = new Workers();
    private final Patience patience = new Patience(System::nanoTime);
    private final MetricSet metrics = new MetricSet();
    private final StoreMetrics storeMetrics = new StoreMetrics(metrics, System::nanoTime);
    private final WatchCache cache = new WatchCache(storeMetrics);
    private final Groups groups = new Groups(cache, patience);
    private final Authorization authorization =
            new Authorization(patience, new AuthorizationMetrics(metrics, System::nanoTime));
    private final Admission admission =
            new Admission(patience, new AdmissionMetrics(metrics, System::nanoTime));
    private final StoreHolder store = new StoreHolder(patience);
    private final CacheFeed feed;
    private final Registry registry;
    private final Bootstrap bootstrap;
    private final Set<String> requiredGroups;
    private final Runnable onReady;
    private final Runnable stopTicks;

    // Guarded by this.
    private boolean synced;
    private boolean ready;

    /**
     * @param requiredPlugins admission plugins without which nothing is written
     * @param requiredGroups API groups that must have been seen before the server shows itself
     * @param onReady runs once, when the server can be called
     */
    Engine(Clock clock, Set<String> requiredPlugins, Set<String> requiredGroups, Runnable onReady) {
        this.requiredGroups = Set.copyOf(requiredGroups);
        this.onReady = onReady;
        scheduler = new ScheduledThreadPoolExecutor(1, named("apiserver-feed"));
        admission.require(requiredPlugins);
        feed = new CacheFeed(cache, scheduler, this::cacheIsSynced);
        Core core =
                new Core(
                        cache,
                        groups,
                        authorization,
                        admission,
                        new Writer(cache, store, clock, storeMetrics),
                        new FieldOwners(clock),
                        clock,
                        executor,
                        new AdmissionRequests(new CacheReader(cache, groups)),
                        new Freshness(store, cache));
        registry = new Registry(core);
        bootstrap = new Bootstrap(core, registry);
        groups.onChange(this::somethingCame);
        ScheduledFuture<?> ticks =
                scheduler.scheduleWithFixedDelay(
                        Guarded.task("the tick", this::tick),
                        TICK_SECONDS,
                        TICK_SECONDS,
                        TimeUnit.SECONDS);
        stopTicks = () -> ticks.cancel(false);
    }

    private static ThreadFactory named(String name) {
        AtomicInteger count = new AtomicInteger();
        return task -> {
            Thread thread = Executors.defaultThreadFactory().newThread(task);
            thread.setName(name + "-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    ApiServer server() {
        return registry;
    }

    /** What is counted here. */
    MetricSet metrics() {
        return metrics;
    }

    WatchCache cache() {
        return cache;
    }

    void store(Store other) {
        store.set(other);
        feed.use(other);
    }

    void add(ApiGroup group) {
        groups.add(group);
    }

    void update(ApiGroup group) {
        groups.update(group);
    }

    /** Comes back once the writes that may use the group have ended, or after a moment. */
    void remove(ApiGroup group) {
        groups.remove(group);
        if (!patience.isOver()) {
            registry.awaitWrites(TimeUnit.SECONDS.toNanos(1));
        }
    }

    void add(Authorizer authorizer, int ranking) {
        authorization.add(authorizer, ranking);
        somethingCame();
    }

    void remove(Authorizer authorizer) {
        authorization.remove(authorizer);
    }

    void add(AdmissionPlugin plugin, String name, int ranking) {
        admission.add(plugin, name, ranking);
        somethingCame();
    }

    void remove(AdmissionPlugin plugin) {
        admission.remove(plugin);
    }

    void add(BootstrapObjects objects) {
        bootstrap.add(objects);
        somethingCame();
    }

    void remove(BootstrapObjects objects) {
        bootstrap.remove(objects);
    }

    private void cacheIsSynced() {
        synchronized (this) {
            synced = true;
        }
        somethingCame();
    }

    private void somethingCame() {
        boolean first;
        synchronized (this) {
            // What comes and goes once this has ended matters to nobody.
            if (patience.isOver() || !synced || !admission.isComplete()) {
                return;
            }
            first =
                    !ready
                            && authorization.isPresent()
                            && requiredGroups.stream().allMatch(groups::serves);
            ready |= first;
        }
        if (first) {
            onReady.run();
        }
        if (!bootstrap.isIdle()) {
            bootstrap.work();
        }
    }

    private void tick() {
        cache.tick();
        somethingCame();
    }

    /** What {@code /readyz} and {@code /livez} show. */
    List<HealthCheck> healthChecks() {
        return List.of(
                check(
                        "etcd",
                        false,
                        () ->
                                store.isPresent()
                                        ? Optional.empty()
                                        : Optional.of("there is no store")),
                check("informer-sync", false, feed::problem),
                check("poststarthook/bootstrap", false, bootstrap::problem));
    }

    private static HealthCheck check(
            String name, boolean liveness, Supplier<Optional<String>> problem) {
        return new HealthCheck() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public Optional<String> problem() {
                return problem.get();
            }

            @Override
            public boolean liveness() {
                return liveness;
            }
        };
    }

    /** All parts are about to go, for good: from now on nobody waits for one that is away. */
    void end() {
        patience.end();
    }

    /** Waits a moment for writes under way; then refuses calls and ends all cursors. */
    @Override
    public void close() {
        end();
        registry.awaitWrites(TimeUnit.SECONDS.toNanos(2));
        cache.close();
        stopTicks.run();
        feed.use(null);
        scheduler.shutdown();
        try {
            scheduler.awaitTermination(2, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        scheduler.shutdownNow();
        executor.close();
    }
}
