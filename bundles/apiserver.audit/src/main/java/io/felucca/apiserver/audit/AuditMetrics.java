package io.felucca.apiserver.audit;

import io.felucca.metrics.Counter;
import io.felucca.metrics.Family;
import io.felucca.metrics.MetricSet;
import java.util.EnumMap;
import java.util.Map;

/** How much is recorded, and what could not be, under upstream's names. Thread-safe. */
final class AuditMetrics {
    private final MetricSet set = new MetricSet();
    private final Counter events =
            set.counter("apiserver_audit_event_total", "Events that were recorded.");
    private final Map<Level, Counter> levels = new EnumMap<>(Level.class);
    private final Family<Counter> errors =
            set.counters(
                    "apiserver_audit_error_total", "Events that a backend has lost.", "plugin");

    AuditMetrics() {
        Family<Counter> byLevel =
                set.counters(
                        "apiserver_audit_level_total", "Requests by what is recorded.", "level");
        for (Level level : Level.values()) {
            levels.put(level, byLevel.of(level.text()));
        }
    }

    MetricSet set() {
        return set;
    }

    void request(Level level) {
        levels.get(level).increment();
    }

    void event() {
        events.increment();
    }

    /** Counts what this backend loses. */
    Counter errorsOf(String plugin) {
        return errors.of(plugin);
    }
}
