package io.felucca.apiserver.rest;

import io.felucca.apiserver.api.Aggregation;
import io.felucca.apiserver.api.ApiServer;
import io.felucca.apiserver.api.Auditor;
import io.felucca.apiserver.api.Authenticator;
import io.felucca.apiserver.api.Authorizer;
import io.felucca.apiserver.api.FlowControl;
import io.felucca.apiserver.api.HealthCheck;
import io.felucca.apiserver.api.OpenIdDocuments;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.http.api.HttpExchange;
import io.felucca.http.api.HttpHandler;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.StatusReason;
import io.felucca.metrics.MetricSet;
import io.felucca.metrics.ProcessMetrics;
import io.felucca.pki.api.ClusterTrust;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/**
 * The front of the API server: says who asks, and hands on. Stays while the {@link ApiServer} is
 * swapped: requests wait for the next one (see {@link CurrentServer}), and watches go on with it.
 */
@Component(
        service = HttpHandler.class,
        property = HttpHandler.LISTENER + "=apiserver",
        configurationPid = "io.felucca.cluster",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class RestHandler implements HttpHandler {
    private static final int WORKERS = 16;
    private static final int MAX_WAITING = 2000;

    /** What this component reads of the cluster's configuration. */
    @interface Config {
        String node_ip() default "127.0.0.1";

        int api_port() default 6443;

        /** Whether requests without credentials are taken for {@code system:anonymous}. */
        boolean anonymous_enabled() default true;

        /** If there are any, only for these paths. */
        String[] anonymous_paths() default {};
    }

    private final CurrentServer server = new CurrentServer();
    private final AnonymousAccess anonymous;
    private final long parkMillis;
    private final ScheduledThreadPoolExecutor timer;
    private final WorkerPool pool = new WorkerPool("rest", WORKERS, MAX_WAITING);
    private final FlowGate gate = new FlowGate(pool);
    private final WatchStreams watches;
    private final MetricSet own = new MetricSet();
    private final RequestMetrics metrics = new RequestMetrics(own, System::nanoTime);
    private final AuthenticationMetrics authentications =
            new AuthenticationMetrics(own, System::nanoTime);
    private final JaxrsBridge jaxrs;
    private final NodeProxy nodes;
    private final Aggregated aggregated = new Aggregated();
    private final Router router;
    private final Parking parking = new Parking();
    private final Map<ServiceReference<Authenticator>, Authenticator> authenticators =
            new ConcurrentSkipListMap<>(java.util.Comparator.reverseOrder());
    private final List<HealthCheck> healthChecks = new CopyOnWriteArrayList<>();
    private final List<MetricSet> metricSets = new CopyOnWriteArrayList<>();

    /** How many authenticators and authorizers may wait. */
    private final AtomicInteger blocking = new AtomicInteger();

    private volatile ScheduledFuture<?> parkingEnd;

    /** Bound and unbound by one thread at a time. */
    private volatile FlowControl flowControl;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile OpenIdDocuments openId;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile Auditor auditor;

    @Activate
    public RestHandler(@Reference Clock clock, @Reference ClusterTrust trust, Config config) {
        this(
                clock,
                trust,
                config.node_ip() + ":" + config.api_port(),
                config.anonymous_enabled()
                        ? new AnonymousAccess.To(Set.of(config.anonymous_paths()))
                        : new AnonymousAccess.ToNothing(),
                Parking.MAX_WAIT_MILLIS);
    }

    /**
     * @param serverAddress host and port for clients inside the cluster
     * @param parkMillis how long a request waits for an authenticator that is being replaced
     */
    RestHandler(
            Clock clock,
            ClusterTrust trust,
            String serverAddress,
            AnonymousAccess anonymous,
            long parkMillis) {
        this.anonymous = anonymous;
        this.parkMillis = parkMillis;
        timer = new ScheduledThreadPoolExecutor(1, task -> WorkerPool.named(task, "rest-timer"));
        timer.setRemoveOnCancelPolicy(true);
        watches = new WatchStreams(clock, timer, new SplittableRandom(), own);
        Health health = new Health(() -> healthChecks);
        ServerVersion.show(own);
        metricSets.addAll(List.of(own, ProcessMetrics.ofThisProcess()));
        DocumentCache documents = new DocumentCache(server::resources, aggregated::view);
        NodeClient connections = new NodeClient(trust, clock);
        nodes = new NodeProxy(server, connections, pool);
        jaxrs =
                new JaxrsBridge(
                        List.of(
                                new DiscoveryResource(documents, serverAddress),
                                new OpenApiResource(documents, UUID.randomUUID()),
                                new ServerDocuments(
                                        health,
                                        () -> Optional.ofNullable(openId),
                                        () -> metricSets,
                                        documents)),
                        List.of(new FailureMapper(), new FailureMapper.CallProvider()),
                        pool::submit);
        router =
                new Router(
                        server,
                        pool,
                        new ObjectReads(server, pool, watches, gate, clock),
                        new ObjectWrites(server, pool, clock),
                        jaxrs,
                        nodes,
                        aggregated,
                        new RemoteProxy(server, aggregated, connections, pool));
    }

    @Deactivate
    void deactivate() {
        timer.shutdownNow();
        server.end();
        release();
        watches.close();
        pool.close();
        nodes.close();
        jaxrs.close();
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindServer(ApiServer next) {
        server.come(next);
    }

    void unbindServer(ApiServer last) {
        server.go(last);
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void addAuthenticator(ServiceReference<Authenticator> reference, Authenticator authenticator) {
        authenticators.put(reference, authenticator);
        count(reference.getProperty(Authenticator.BLOCKS), 1);
        if (parking.returned()) {
            release();
        }
    }

    void removeAuthenticator(ServiceReference<Authenticator> reference) {
        boolean left = authenticators.remove(reference) != null;
        count(reference.getProperty(Authenticator.BLOCKS), left ? -1 : 0);
        if (left && parking.left()) {
            try {
                parkingEnd = timer.schedule(this::release, parkMillis, TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException e) {
                // At the end of this component, which may be just now, nobody is waited for.
                release();
            }
        }
    }

    /** The server asks them itself; here it only matters that one may wait. */
    @Reference(
            service = Authorizer.class,
            target = "(" + Authorizer.BLOCKS + "=true)",
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC)
    void addBlockingAuthorizer(ServiceReference<Authorizer> reference) {
        count(reference.getProperty(Authorizer.BLOCKS), 1);
    }

    void removeBlockingAuthorizer(ServiceReference<Authorizer> reference) {
        count(reference.getProperty(Authorizer.BLOCKS), -1);
    }

    private void count(Object blocks, int more) {
        if (Boolean.TRUE.equals(blocks)) {
            blocking.addAndGet(more);
        }
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

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindFlowControl(FlowControl next) {
        flowControl = next;
        gate.use(next);
    }

    void unbindFlowControl(FlowControl last) {
        if (flowControl == last) {
            flowControl = null;
            gate.use(null);
        }
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void addHealthCheck(HealthCheck check) {
        healthChecks.add(check);
    }

    void removeHealthCheck(HealthCheck check) {
        healthChecks.remove(check);
    }

    @Reference(
            target = "(" + MetricSet.ENDPOINT + "=" + MetricSet.API_SERVER + ")",
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void addMetricSet(MetricSet set) {
        metricSets.add(set);
    }

    void removeMetricSet(MetricSet set) {
        metricSets.remove(set);
    }

    /** Off the event loop where a part may have to wait for somebody elsewhere. */
    @Override
    public void handle(HttpExchange exchange) {
        if (blocking.get() > 0) {
            identifyOnWorker(exchange);
        } else {
            identify(exchange);
        }
    }

    /** Never by the caller's hand, which may be an event loop's: with no worker to be had, 429. */
    private void identifyOnWorker(HttpExchange exchange) {
        RuntimeException failure = onWorker(() -> identify(exchange));
        if (failure != null) {
            begin(exchange, RequestPath.NONE, Query.NONE, UserInfo.ANONYMOUS, Recording.NOBODY)
                    .fail(failure);
        }
    }

    private void identify(HttpExchange exchange) {
        UserInfo user = UserInfo.ANONYMOUS;
        UserInfo sender = Recording.NOBODY;
        RequestPath path = RequestPath.NONE;
        Query query = Query.NONE;
        RuntimeException failure = null;
        try {
            path = RequestPath.parse(exchange.rawPath());
            query = Query.parse(exchange.rawQuery());
            sender =
                    authentications.count(
                            () ->
                                    AuthenticatorChain.authenticate(
                                            new ArrayList<>(authenticators.values()),
                                            exchange,
                                            anonymous));
            user = Impersonation.apply(server, sender, exchange);
        } catch (CurrentServer.Away e) {
            failure = onWorker(() -> identify(exchange));
            if (failure == null) {
                return;
            }
        } catch (RuntimeException e) {
            if (isUnauthorized(e) && parking.park(exchange)) {
                return;
            }
            // Whoever would know the user may have gone just before this.
            failure =
                    isUnauthorized(e) && timer.isShutdown()
                            ? ApiException.unavailable("the server is being replaced", 1)
                            : e;
        }
        Call call = begin(exchange, path, query, user, sender);
        if (failure != null) {
            call.fail(failure);
            return;
        }
        enter(call);
    }

    private Call begin(
            HttpExchange exchange, RequestPath path, Query query, UserInfo user, UserInfo sender) {
        boolean dryRun = query.has("dryRun");
        Call call =
                new Call(
                        exchange,
                        id(exchange),
                        path,
                        query,
                        user,
                        metrics.begin(exchange.method(), dryRun));
        Auditor recording = auditor;
        if (recording != null) {
            call.recordedBy(recording.begin(Recording.of(call, sender)));
        }
        return call;
    }

    /** Passed once; what has to be done again has its place already. */
    private void enter(Call call) {
        try {
            gate.pass(call, () -> route(call));
        } catch (RuntimeException e) {
            call.fail(e);
        }
    }

    private void route(Call call) {
        RuntimeException failure;
        try {
            router.route(call);
            return;
        } catch (CurrentServer.Away e) {
            // Nothing was done yet, so that it can be done again by somebody who may wait.
            failure = onWorker(() -> route(call));
        } catch (RuntimeException e) {
            failure = e;
        }
        if (failure != null) {
            call.fail(failure);
        }
    }

    /** Null, or why there is no worker for it. */
    private RuntimeException onWorker(Runnable work) {
        try {
            pool.submit(work);
            return null;
        } catch (RejectedExecutionException e) {
            return timer.isShutdown()
                    ? ApiException.unavailable("the server is being replaced", 1)
                    : e;
        }
    }

    private void release() {
        ScheduledFuture<?> end = parkingEnd;
        if (end != null) {
            end.cancel(false);
        }
        for (HttpExchange exchange : parking.release()) {
            identifyOnWorker(exchange);
        }
    }

    private static boolean isUnauthorized(RuntimeException failure) {
        return failure instanceof ApiException known && known.reason() == StatusReason.Unauthorized;
    }

    /** The client's own, when it sends one, so that it can find its requests. */
    private static String id(HttpExchange exchange) {
        return exchange.header("audit-id")
                .filter(value -> value.length() <= 64 && value.matches("[-A-Za-z0-9]+"))
                .orElseGet(
                        () -> {
                            ThreadLocalRandom random = ThreadLocalRandom.current();
                            return new UUID(random.nextLong(), random.nextLong()).toString();
                        });
    }
}
