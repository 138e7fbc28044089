package io.felucca.apiserver;

import io.felucca.apiserver.api.AdmissionPlugin.Operation;
import io.felucca.metrics.Buckets;
import io.felucca.metrics.Family;
import io.felucca.metrics.Histogram;
import io.felucca.metrics.MetricSet;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * How long admission takes, as a whole and in each plugin, under upstream's names. Between two
 * plugins the clock is read once. Thread-safe, without locks.
 */
final class AdmissionMetrics {
    private static final Buckets DURATIONS = Buckets.seconds(0.005, 0.025, 0.1, 0.5, 1, 2.5);

    /** Upstream's types of passes. */
    enum Type {
        ADMIT("admit"),
        VALIDATE("validate");

        private final String text;

        Type(String text) {
            this.text = text;
        }
    }

    private final LongSupplier nanoTime;
    private final Family<Histogram> controllers;
    private final Family<Histogram> steps;
    private final Map<String, Kinds> plugins = new ConcurrentHashMap<>();
    private final Kinds whole = new Kinds("");

    AdmissionMetrics(MetricSet set, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        controllers =
                set.histograms(
                        "apiserver_admission_controller_admission_duration_seconds",
                        "How long each admission plugin took.",
                        DURATIONS,
                        "name",
                        "operation",
                        "rejected",
                        "type");
        steps =
                set.histograms(
                        "apiserver_admission_step_admission_duration_seconds",
                        "How long all admission plugins together took.",
                        DURATIONS,
                        "operation",
                        "rejected",
                        "type");
    }

    Pass begin(Type type, Operation operation) {
        return new Pass(type, operation);
    }

    /** One way through all plugins; of one thread. */
    final class Pass {
        private final Type type;
        private final Operation operation;
        private final long startNanos = nanoTime.getAsLong();
        private long lastNanos = startNanos;

        private Pass(Type type, Operation operation) {
            this.type = type;
            this.operation = operation;
        }

        /** A plugin has had its turn. */
        void after(String plugin, boolean rejected) {
            long now = nanoTime.getAsLong();
            Kinds kinds = plugins.get(plugin);
            if (kinds == null) {
                kinds = plugins.computeIfAbsent(plugin, Kinds::new);
            }
            kinds.of(type, operation, rejected).observe(now - lastNanos);
            lastNanos = now;
            if (rejected) {
                end(true);
            }
        }

        void end() {
            end(false);
        }

        private void end(boolean rejected) {
            whole.of(type, operation, rejected).observe(lastNanos - startNanos);
        }
    }

    private record Labels(Type type, Operation operation) {}

    /** The series of one plugin; of all together without a name. */
    private final class Kinds {
        private final String plugin;
        private final Map<Labels, Histogram> passed = new ConcurrentHashMap<>();
        private final Map<Labels, Histogram> rejections = new ConcurrentHashMap<>();

        Kinds(String plugin) {
            this.plugin = plugin;
        }

        Histogram of(Type type, Operation operation, boolean rejected) {
            Labels labels = new Labels(type, operation);
            Map<Labels, Histogram> kinds = rejected ? rejections : passed;
            Histogram known = kinds.get(labels);
            return known != null
                    ? known
                    : kinds.computeIfAbsent(labels, key -> make(key, Boolean.toString(rejected)));
        }

        private Histogram make(Labels labels, String rejected) {
            String operation = labels.operation().name();
            String type = labels.type().text;
            return plugin.isEmpty()
                    ? steps.of(operation, rejected, type)
                    : controllers.of(plugin, operation, rejected, type);
        }
    }
}
