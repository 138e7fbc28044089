package io.felucca.apiserver.flowcontrol;

import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;

/** What happened to the requests of one schema at one level, counted. Thread-safe. */
final class Stats {
    private static final double[] BOUNDS_SECONDS = {
        0, 0.005, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30
    };
    private static final double NANOS_PER_SECOND = 1e9;

    final LongAdder dispatched = new LongAdder();
    final LongAdder executing = new LongAdder();
    final LongAdder waiting = new LongAdder();
    final Map<String, LongAdder> rejected = new ConcurrentSkipListMap<>();
    final Histogram waited = new Histogram();
    final Histogram executed = new Histogram();

    private final String labels;

    Stats(String schema, String level) {
        labels = "flow_schema=\"" + schema + "\",priority_level=\"" + level + '"';
    }

    String labels() {
        return labels;
    }

    void reject(String reason) {
        rejected.computeIfAbsent(reason, key -> new LongAdder()).increment();
    }

    /** Durations by upstream's bounds. */
    static final class Histogram {
        private final LongAdder[] buckets = new LongAdder[BOUNDS_SECONDS.length + 1];
        private final LongAdder nanos = new LongAdder();

        Histogram() {
            for (int i = 0; i < buckets.length; i++) {
                buckets[i] = new LongAdder();
            }
        }

        void observe(long tookNanos) {
            double seconds = tookNanos / NANOS_PER_SECOND;
            int at = 0;
            while (at < BOUNDS_SECONDS.length && seconds > BOUNDS_SECONDS[at]) {
                at++;
            }
            buckets[at].increment();
            nanos.add(tookNanos);
        }

        void write(StringBuilder text, String name, String labels) {
            long count = 0;
            for (int i = 0; i < buckets.length; i++) {
                count += buckets[i].sum();
                String bound =
                        i == BOUNDS_SECONDS.length ? "+Inf" : Double.toString(BOUNDS_SECONDS[i]);
                line(text, name + "_bucket", labels + ",le=\"" + bound + '"', count);
            }
            line(text, name + "_sum", labels, nanos.sum() / NANOS_PER_SECOND);
            line(text, name + "_count", labels, count);
        }
    }

    static void head(StringBuilder text, String name, String type, String help) {
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    }

    static void line(StringBuilder text, String name, String labels, Object value) {
        text.append(name).append('{').append(labels).append("} ").append(value).append('\n');
    }
}
