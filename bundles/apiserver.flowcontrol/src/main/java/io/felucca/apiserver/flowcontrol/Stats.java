package io.felucca.apiserver.flowcontrol;

import io.felucca.metrics.Buckets;
import io.felucca.metrics.Counter;
import io.felucca.metrics.Family;
import io.felucca.metrics.Gauge;
import io.felucca.metrics.Histogram;
import io.felucca.metrics.Kind;
import io.felucca.metrics.MetricSet;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/**
 * What happened to the requests of one schema at one level, counted under upstream's names.
 * Thread-safe.
 */
final class Stats {
    private static final Buckets DURATIONS =
            Buckets.seconds(0, 0.005, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30);
    private static final Buckets WIDTHS = Buckets.numbers(1, 2, 4, 10);
    private static final String PREFIX = "apiserver_flowcontrol_";
    private static final String SCHEMA = "flow_schema";
    private static final String LEVEL = "priority_level";

    final Counter dispatched;
    final Gauge executing;
    final Gauge waiting;
    final Gauge seats;
    final Histogram waited;
    final Histogram waitedInVain;
    final Histogram executed;
    final Histogram widths;

    private final Family<Counter> rejected;
    private final String schema;
    private final String level;

    Stats(MetricSet set, String schema, String level) {
        this.schema = schema;
        this.level = level;
        dispatched =
                set.counters(
                                PREFIX + "dispatched_requests_total",
                                "Requests that were served.",
                                SCHEMA,
                                LEVEL)
                        .of(schema, level);
        executing =
                set.gauges(
                                PREFIX + "current_executing_requests",
                                "Requests that are being served.",
                                SCHEMA,
                                LEVEL)
                        .of(schema, level);
        waiting =
                set.gauges(
                                PREFIX + "current_inqueue_requests",
                                "Requests that wait.",
                                SCHEMA,
                                LEVEL)
                        .of(schema, level);
        seats =
                set.gauges(
                                PREFIX + "current_executing_seats",
                                "Seats that are taken.",
                                SCHEMA,
                                LEVEL)
                        .of(schema, level);
        rejected =
                set.counters(
                        PREFIX + "rejected_requests_total",
                        "Requests that were refused.",
                        SCHEMA,
                        LEVEL,
                        "reason");
        Family<Histogram> waits =
                set.histograms(
                        PREFIX + "request_wait_duration_seconds",
                        "How long requests waited that had to.",
                        DURATIONS,
                        "execute",
                        SCHEMA,
                        LEVEL);
        waited = waits.of("true", schema, level);
        waitedInVain = waits.of("false", schema, level);
        executed =
                set.histograms(
                                PREFIX + "request_execution_seconds",
                                "How long requests were served.",
                                DURATIONS,
                                SCHEMA,
                                LEVEL,
                                "type")
                        .of(schema, level, "regular");
        widths =
                set.histograms(
                                PREFIX + "work_estimated_seats",
                                "Seats that requests take.",
                                WIDTHS,
                                SCHEMA,
                                LEVEL)
                        .of(schema, level);
    }

    void reject(String reason) {
        rejected.of(schema, level, reason).increment();
    }

    long rejected(String reason) {
        return rejected.of(schema, level, reason).count();
    }

    /** What there is to tell of the levels themselves. */
    static void observe(MetricSet set, Supplier<Map<String, Level>> levels) {
        observe(set, levels, "nominal_limit_seats", "Seats by shares.", Level::seats);
        observe(set, levels, "current_limit_seats", "Seats that may be taken.", Level::seats);
        observe(set, levels, "lower_limit_seats", "Seats that stay.", Level::seats);
        observe(set, levels, "upper_limit_seats", "Seats there may ever be.", Level::seats);
    }

    private static void observe(
            MetricSet set,
            Supplier<Map<String, Level>> levels,
            String name,
            String help,
            ToLongFunction<Level> value) {
        set.observed(
                Kind.GAUGE,
                PREFIX + name,
                help,
                List.of(LEVEL),
                sink ->
                        levels.get()
                                .forEach(
                                        (level, one) -> sink.value(value.applyAsLong(one), level)));
    }
}
