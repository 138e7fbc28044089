package io.felucca.controller.manager;

import io.felucca.metrics.Buckets;
import io.felucca.metrics.Counter;
import io.felucca.metrics.Family;
import io.felucca.metrics.Gauge;
import io.felucca.metrics.Histogram;
import io.felucca.metrics.Kind;
import io.felucca.metrics.MetricSet;
import java.util.Collection;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/** What happens in the queues of all controllers, under upstream's names. Thread-safe. */
final class QueueMetrics {
    private static final Buckets DURATIONS = Buckets.exponentialSeconds(1e-8, 10, 10);
    private static final double NANOS_PER_SECOND = 1e9;
    private static final String NAME = "name";

    private final MetricSet set;
    private final LongSupplier nanoTime;
    private final Family<Counter> adds;
    private final Family<Counter> retries;
    private final Family<Gauge> depths;
    private final Family<Histogram> waits;
    private final Family<Histogram> works;

    QueueMetrics(MetricSet set, LongSupplier nanoTime) {
        this.set = set;
        this.nanoTime = nanoTime;
        adds = set.counters("workqueue_adds_total", "Keys that came into a queue.", NAME);
        retries = set.counters("workqueue_retries_total", "Keys that failed and come again.", NAME);
        depths = set.gauges("workqueue_depth", "Keys that wait in a queue.", NAME);
        waits =
                set.histograms(
                        "workqueue_queue_duration_seconds",
                        "How long keys waited in a queue.",
                        DURATIONS,
                        NAME);
        works =
                set.histograms(
                        "workqueue_work_duration_seconds",
                        "How long a key was worked on.",
                        DURATIONS,
                        NAME);
    }

    /** Tells of what is under way whenever somebody looks. */
    void observe(Supplier<? extends Collection<WorkQueue>> queues) {
        observe(
                "workqueue_unfinished_work_seconds",
                "How long what is under way has taken, together.",
                queues,
                WorkQueue::unfinishedNanos);
        observe(
                "workqueue_longest_running_processor_seconds",
                "How long the oldest of what is under way has taken.",
                queues,
                WorkQueue::longestNanos);
    }

    private void observe(
            String name,
            String help,
            Supplier<? extends Collection<WorkQueue>> queues,
            ToLongFunction<WorkQueue> nanos) {
        set.observed(
                Kind.GAUGE,
                name,
                help,
                List.of(NAME),
                sink -> {
                    for (WorkQueue queue : queues.get()) {
                        sink.value(nanos.applyAsLong(queue) / NANOS_PER_SECOND, queue.name());
                    }
                });
    }

    /** Of one queue. */
    One of(String name) {
        return new One(name);
    }

    /** What happens in one queue. */
    final class One {
        private final String name;
        private final Counter added;
        private final Counter retried;
        private final Gauge depth;
        private final Histogram waited;
        private final Histogram worked;

        private One(String name) {
            this.name = name;
            added = adds.of(name);
            retried = retries.of(name);
            depth = depths.of(name);
            waited = waits.of(name);
            worked = works.of(name);
        }

        String name() {
            return name;
        }

        long now() {
            return nanoTime.getAsLong();
        }

        void added() {
            added.increment();
            depth.add(1);
        }

        void taken(long waitedNanos) {
            depth.add(-1);
            waited.observe(waitedNanos);
        }

        void done(long workedNanos) {
            worked.observe(workedNanos);
        }

        void retried() {
            retried.increment();
        }

        /** The queue is no more. */
        void close() {
            adds.remove(name);
            retries.remove(name);
            depths.remove(name);
            waits.remove(name);
            works.remove(name);
        }
    }
}
