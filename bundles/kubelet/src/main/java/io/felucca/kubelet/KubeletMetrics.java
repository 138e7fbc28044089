package io.felucca.kubelet;

import io.felucca.metrics.Buckets;
import io.felucca.metrics.Counter;
import io.felucca.metrics.Family;
import io.felucca.metrics.Histogram;
import io.felucca.metrics.Kind;
import io.felucca.metrics.MetricSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** What the node agent does, under upstream's names. Thread-safe. */
final class KubeletMetrics {
    private static final Buckets OPERATIONS = Buckets.exponentialSeconds(0.005, 2.5, 14);
    private static final Buckets DEFAULTS =
            Buckets.seconds(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10);
    private static final Buckets STARTS =
            Buckets.seconds(
                    0.5, 1, 2, 3, 4, 5, 6, 8, 10, 20, 30, 45, 60, 120, 180, 240, 300, 360, 480, 600,
                    900, 1200, 1800, 2700, 3600);
    private static final double MILLIS_PER_SECOND = 1000;

    private final MetricSet set = new MetricSet();
    private final LongSupplier nanoTime;
    private final Family<Counter> operations;
    private final Family<Counter> operationErrors;
    private final Family<Histogram> operationDurations;
    private final Family<Histogram> sandboxDurations;
    private final Family<Counter> sandboxErrors;
    private final Counter startedPods;
    private final Counter startedPodErrors;
    private final Histogram podStarts;
    private final Histogram relistDurations;
    private final Histogram relistIntervals;
    private final Histogram syncs;
    private final Map<String, Operation> series = new ConcurrentHashMap<>();
    private volatile long relistedNanos;
    private volatile long relistedMillis;
    private volatile long runningPods;
    private volatile Map<String, Long> containers = Map.of();

    private record Operation(Counter total, Counter errors, Histogram duration) {}

    KubeletMetrics(String node, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        operations =
                set.counters(
                        "kubelet_runtime_operations_total",
                        "Calls of the container runtime.",
                        "operation_type");
        operationErrors =
                set.counters(
                        "kubelet_runtime_operations_errors_total",
                        "Calls of the container runtime that failed.",
                        "operation_type");
        operationDurations =
                set.histograms(
                        "kubelet_runtime_operations_duration_seconds",
                        "How long calls of the container runtime took.",
                        OPERATIONS,
                        "operation_type");
        sandboxDurations =
                set.histograms(
                        "kubelet_run_podsandbox_duration_seconds",
                        "How long it took to make a sandbox.",
                        OPERATIONS,
                        "runtime_handler");
        sandboxErrors =
                set.counters(
                        "kubelet_run_podsandbox_errors_total",
                        "Sandboxes that could not be made.",
                        "runtime_handler");
        startedPods = set.counter("kubelet_started_pods_total", "Pods that were started.");
        startedPodErrors =
                set.counter("kubelet_started_pods_errors_total", "Pods that could not be started.");
        podStarts =
                set.histogram(
                        "kubelet_pod_start_duration_seconds",
                        "From a pod's first sight until it runs.",
                        STARTS);
        relistDurations =
                set.histogram(
                        "kubelet_pleg_relist_duration_seconds",
                        "How long it took to look at all containers.",
                        DEFAULTS);
        relistIntervals =
                set.histogram(
                        "kubelet_pleg_relist_interval_seconds",
                        "How long it was between two such looks.",
                        DEFAULTS);
        syncs =
                set.histograms(
                                "kubelet_pod_worker_duration_seconds",
                                "How long a pod's worker took.",
                                DEFAULTS,
                                "operation_type")
                        .of("sync");
        observe(node);
    }

    private void observe(String node) {
        set.observed(
                Kind.GAUGE,
                "kubelet_node_name",
                "Always 1; its label is the node's name.",
                List.of("node"),
                sink -> sink.value(1L, node));
        set.gauge("kubelet_running_pods", "Pods that have a sandbox running.", () -> runningPods);
        set.observed(
                Kind.GAUGE,
                "kubelet_running_containers",
                "Containers by state.",
                List.of("container_state"),
                sink -> containers.forEach((state, count) -> sink.value((long) count, state)));
        set.gauge(
                "kubelet_pleg_last_seen_seconds",
                "When all containers were looked at last, in seconds since 1970.",
                () -> relistedMillis / MILLIS_PER_SECOND);
    }

    MetricSet set() {
        return set;
    }

    long now() {
        return nanoTime.getAsLong();
    }

    <T> CompletableFuture<T> operation(String name, CompletableFuture<T> call) {
        Operation operation =
                series.computeIfAbsent(
                        name,
                        key ->
                                new Operation(
                                        operations.of(key),
                                        operationErrors.of(key),
                                        operationDurations.of(key)));
        long startNanos = now();
        operation.total().increment();
        return call.whenComplete(
                (answer, failure) -> {
                    operation.duration().observe(now() - startNanos);
                    if (failure != null) {
                        operation.errors().increment();
                    }
                });
    }

    <T> CompletableFuture<T> sandbox(String handler, CompletableFuture<T> call) {
        long startNanos = now();
        startedPods.increment();
        return call.whenComplete(
                (answer, failure) -> {
                    if (failure == null) {
                        sandboxDurations.of(handler).observe(now() - startNanos);
                    } else {
                        startedPodErrors.increment();
                        sandboxErrors.of(handler).increment();
                    }
                });
    }

    void podRuns(long sinceNanos) {
        podStarts.observe(now() - sinceNanos);
    }

    void synced(long startNanos) {
        syncs.observe(now() - startNanos);
    }

    /**
     * All containers were looked at.
     *
     * @param pods that have a sandbox running
     * @param states of all containers, as upstream calls them
     */
    void relisted(long startNanos, long nowMillis, long pods, Map<String, Long> states) {
        long now = now();
        relistDurations.observe(now - startNanos);
        if (relistedNanos != 0) {
            relistIntervals.observe(now - relistedNanos);
        }
        relistedNanos = now;
        relistedMillis = nowMillis;
        runningPods = pods;
        containers = new TreeMap<>(states);
    }
}
