package io.felucca.kubeproxy;

import io.felucca.metrics.Buckets;
import io.felucca.metrics.Counter;
import io.felucca.metrics.Gauge;
import io.felucca.metrics.Histogram;
import io.felucca.metrics.MetricSet;
import java.time.Clock;
import java.util.function.LongSupplier;

/** What bringing the rules up to date takes, under upstream's names. Thread-safe. */
final class SyncMetrics {
    private static final Buckets DURATIONS = Buckets.exponentialSeconds(0.001, 2, 15);
    private static final String PREFIX = "kubeproxy_sync_";
    private static final String RULES = PREFIX + "proxy_rules_";
    private static final double MILLIS_PER_SECOND = 1000;

    private final Clock clock;
    private final LongSupplier nanoTime;
    private final Histogram all;
    private final Histogram whole;
    private final Histogram partial;
    private final Counter serviceChanges;
    private final Counter endpointChanges;
    private final Gauge servicesPending;
    private final Gauge endpointsPending;
    private volatile long lastMillis;
    private volatile long askedMillis;

    SyncMetrics(MetricSet set, Clock clock, LongSupplier nanoTime) {
        this.clock = clock;
        this.nanoTime = nanoTime;
        all = set.histogram(RULES + "duration_seconds", "How long the rules took.", DURATIONS);
        whole =
                set.histogram(
                        PREFIX + "full_proxy_rules_duration_seconds",
                        "How long writing all rules took.",
                        DURATIONS);
        partial =
                set.histogram(
                        PREFIX + "partial_proxy_rules_duration_seconds",
                        "How long writing the changed rules took.",
                        DURATIONS);
        serviceChanges = set.counter(RULES + "service_changes_total", "Changes of services.");
        endpointChanges = set.counter(RULES + "endpoint_changes_total", "Changes of endpoints.");
        servicesPending =
                set.gauge(
                        RULES + "service_changes_pending",
                        "Changes of services that are not in the rules yet.");
        endpointsPending =
                set.gauge(
                        RULES + "endpoint_changes_pending",
                        "Changes of endpoints that are not in the rules yet.");
        set.gauge(
                RULES + "last_timestamp_seconds",
                "When the rules were brought up to date last, in seconds since 1970.",
                () -> lastMillis / MILLIS_PER_SECOND);
        set.gauge(
                RULES + "last_queued_timestamp_seconds",
                "When that was asked for last, in seconds since 1970.",
                () -> askedMillis / MILLIS_PER_SECOND);
    }

    void serviceChanged() {
        serviceChanges.increment();
        servicesPending.add(1);
        askedMillis = clock.millis();
    }

    void endpointsChanged() {
        endpointChanges.increment();
        endpointsPending.add(1);
        askedMillis = clock.millis();
    }

    Run begin(boolean isWhole) {
        return new Run(isWhole);
    }

    /** One run; what changes while it goes on is pending after it. */
    final class Run {
        private final boolean isWhole;
        private final long startNanos = nanoTime.getAsLong();
        private final long services = servicesPending.value();
        private final long endpoints = endpointsPending.value();

        private Run(boolean isWhole) {
            this.isWhole = isWhole;
        }

        void succeeded() {
            long took = nanoTime.getAsLong() - startNanos;
            all.observe(took);
            (isWhole ? whole : partial).observe(took);
            servicesPending.add(-services);
            endpointsPending.add(-endpoints);
            lastMillis = clock.millis();
        }
    }
}
