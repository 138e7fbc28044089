package io.felucca.apiserver.flowcontrol;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/** Upstream's metrics of priority and fairness, as Prometheus reads them. */
final class MetricsText {
    private static final String PREFIX = "apiserver_flowcontrol_";

    private final StringBuilder text = new StringBuilder(8 * 1024);
    private final List<Stats> stats;

    MetricsText(Collection<Stats> all, Map<String, Level> levels) {
        stats = all.stream().sorted(Comparator.comparing(Stats::labels)).toList();
        each(
                "dispatched_requests_total",
                "counter",
                "Requests that were served.",
                one -> one.dispatched.sum());
        each(
                "current_executing_requests",
                "gauge",
                "Requests that are being served.",
                one -> one.executing.sum());
        each("current_inqueue_requests", "gauge", "Requests that wait.", one -> one.waiting.sum());
        rejected();
        level(levels, "current_executing_seats", "Seats that are taken.", Level::inUse);
        level(levels, "nominal_limit_seats", "Seats by shares.", Level::seats);
        level(levels, "current_limit_seats", "Seats that may be taken.", Level::seats);
        durations();
    }

    private void each(String name, String type, String help, ToLongFunction<Stats> value) {
        Stats.head(text, PREFIX + name, type, help);
        for (Stats one : stats) {
            Stats.line(text, PREFIX + name, one.labels(), value.applyAsLong(one));
        }
    }

    private void rejected() {
        String name = PREFIX + "rejected_requests_total";
        Stats.head(text, name, "counter", "Requests that were refused.");
        for (Stats one : stats) {
            one.rejected.forEach(
                    (reason, count) ->
                            Stats.line(
                                    text,
                                    name,
                                    one.labels() + ",reason=\"" + reason + '"',
                                    count.sum()));
        }
    }

    private void level(
            Map<String, Level> levels, String name, String help, ToLongFunction<Level> value) {
        Stats.head(text, PREFIX + name, "gauge", help);
        levels.forEach(
                (level, one) ->
                        Stats.line(
                                text,
                                PREFIX + name,
                                "priority_level=\"" + level + '"',
                                value.applyAsLong(one)));
    }

    private void durations() {
        String waited = PREFIX + "request_wait_duration_seconds";
        Stats.head(text, waited, "histogram", "How long requests waited that had to.");
        stats.forEach(one -> one.waited.write(text, waited, "execute=\"true\"," + one.labels()));
        String executed = PREFIX + "request_execution_duration_seconds";
        Stats.head(text, executed, "histogram", "How long requests were served.");
        stats.forEach(one -> one.executed.write(text, executed, one.labels()));
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
