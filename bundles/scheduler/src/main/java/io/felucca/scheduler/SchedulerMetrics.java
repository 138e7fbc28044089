package io.felucca.scheduler;

import io.felucca.metrics.Buckets;
import io.felucca.metrics.Counter;
import io.felucca.metrics.Family;
import io.felucca.metrics.Gauge;
import io.felucca.metrics.Histogram;
import io.felucca.metrics.MetricSet;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/** What the scheduler does, under upstream's names. Thread-safe, without locks. */
final class SchedulerMetrics {
    private static final Buckets DURATIONS = Buckets.exponentialSeconds(0.001, 2, 15);
    private static final Buckets LONG_DURATIONS = Buckets.exponentialSeconds(0.01, 2, 20);
    private static final Buckets ATTEMPTS = Buckets.exponentialNumbers(1, 2, 5);
    private static final int MOST_ATTEMPTS_TOLD = 15;
    private static final long NANOS_PER_MILLI = 1_000_000;

    /** What came of an attempt, as upstream calls it. */
    enum Result {
        SCHEDULED("scheduled"),
        UNSCHEDULABLE("unschedulable"),
        ERROR("error");

        private final String text;

        Result(String text) {
            this.text = text;
        }
    }

    /** Where pods wait, as upstream calls it. */
    enum Place {
        ACTIVE("active"),
        BACK_OFF("backoff"),
        UNSCHEDULABLE("unschedulable"),
        GATED("gated");

        private final String text;

        Place(String text) {
            this.text = text;
        }
    }

    private final MetricSet set = new MetricSet();
    private final LongSupplier nanoTime;
    private final Family<Counter> attempts;
    private final Family<Histogram> attemptDurations;
    private final Histogram algorithm;
    private final Histogram attemptsOfPods;
    private final Family<Histogram> untilBound;
    private final Map<Place, Gauge> pending = new TreeMap<>();
    private final Family<Counter> incoming;
    private final Gauge nodes;

    SchedulerMetrics(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        attempts =
                set.counters(
                        "scheduler_schedule_attempts_total",
                        "Attempts to find nodes for pods.",
                        "profile",
                        "result");
        attemptDurations =
                set.histograms(
                        "scheduler_scheduling_attempt_duration_seconds",
                        "How long attempts took, with binding.",
                        DURATIONS,
                        "profile",
                        "result");
        algorithm =
                set.histogram(
                        "scheduler_scheduling_algorithm_duration_seconds",
                        "How long it took to choose nodes.",
                        DURATIONS);
        attemptsOfPods =
                set.histogram(
                        "scheduler_pod_scheduling_attempts",
                        "How many attempts pods needed.",
                        ATTEMPTS);
        untilBound =
                set.histograms(
                        "scheduler_pod_scheduling_sli_duration_seconds",
                        "From a pod's first sight until it is bound.",
                        LONG_DURATIONS,
                        "attempts");
        Family<Gauge> waiting =
                set.gauges("scheduler_pending_pods", "Pods without a node, by queue.", "queue");
        for (Place place : Place.values()) {
            pending.put(place, waiting.of(place.text));
        }
        incoming =
                set.counters(
                        "scheduler_queue_incoming_pods_total",
                        "Pods that came into a queue.",
                        "event",
                        "queue");
        nodes = set.gauges("scheduler_scheduler_cache_size", "Things known.", "type").of("nodes");
    }

    MetricSet set() {
        return set;
    }

    long now() {
        return nanoTime.getAsLong();
    }

    void chose(long startNanos) {
        algorithm.observe(now() - startNanos);
    }

    void attempted(String profile, Result result, long startNanos) {
        attempts.of(profile, result.text).increment();
        attemptDurations.of(profile, result.text).observe(now() - startNanos);
    }

    /**
     * A pod is bound.
     *
     * @param waitedMillis since it was seen first
     */
    void scheduled(int neededAttempts, long waitedMillis) {
        attemptsOfPods.observe(neededAttempts);
        String told =
                neededAttempts > MOST_ATTEMPTS_TOLD
                        ? MOST_ATTEMPTS_TOLD + "+"
                        : Integer.toString(neededAttempts);
        untilBound.of(told).observe(waitedMillis * NANOS_PER_MILLI);
    }

    void came(String event, Place place) {
        incoming.of(event, place.text).increment();
        pending.get(place).add(1);
    }

    void left(Place place) {
        pending.get(place).add(-1);
    }

    void knows(int nodeCount) {
        nodes.set(nodeCount);
    }
}
