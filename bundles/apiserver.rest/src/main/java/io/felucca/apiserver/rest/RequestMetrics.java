package io.felucca.apiserver.rest;

import io.felucca.apiserver.api.ResourceDefinition;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * Counts requests under upstream's metric names. Labels take values of served resources only, so
 * their number is bounded whatever clients ask for. Thread-safe.
 */
final class RequestMetrics {
    private static final double[] BOUNDS_SECONDS = {
        0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30,
        45, 60
    };
    private static final double NANOS_PER_SECOND = 1e9;

    private final LongSupplier nanoTime;
    private final Map<Labels, Map<Integer, LongAdder>> totals = new ConcurrentHashMap<>();
    private final Map<Labels, Histogram> durations = new ConcurrentHashMap<>();
    private final Map<Labels, LongAdder> longRunning = new ConcurrentHashMap<>();
    private final LongAdder mutating = new LongAdder();
    private final LongAdder readOnly = new LongAdder();

    RequestMetrics(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    InFlight begin(String method, boolean dryRun) {
        return new InFlight(method, dryRun);
    }

    /** The text format of Prometheus. */
    String text() {
        StringBuilder text = new StringBuilder(16 * 1024);
        head(text, "apiserver_request_total", "counter", "Requests by verb, resource and code.");
        totals.forEach(
                (labels, codes) ->
                        codes.forEach(
                                (code, count) ->
                                        line(
                                                text,
                                                "apiserver_request_total",
                                                "code=\"" + code + "\"," + labels.text(true),
                                                count.sum())));
        head(
                text,
                "apiserver_request_duration_seconds",
                "histogram",
                "How long requests took, by verb and resource.");
        durations.forEach((labels, histogram) -> histogram.write(text, labels.text(true)));
        head(
                text,
                "apiserver_current_inflight_requests",
                "gauge",
                "Requests under way, without long-running ones.");
        String name = "apiserver_current_inflight_requests";
        line(text, name, "request_kind=\"mutating\"", mutating.sum());
        line(text, name, "request_kind=\"readOnly\"", readOnly.sum());
        head(
                text,
                "apiserver_longrunning_requests",
                "gauge",
                "Watches and connections to pods that are open.");
        longRunning.forEach(
                (labels, count) ->
                        line(
                                text,
                                "apiserver_longrunning_requests",
                                labels.text(false),
                                count.sum()));
        return text.toString();
    }

    private static void head(StringBuilder text, String name, String type, String help) {
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    }

    private static void line(StringBuilder text, String name, String labels, Object value) {
        text.append(name).append('{').append(labels).append("} ").append(value).append('\n');
    }

    private record Labels(
            String verb,
            String group,
            String version,
            String resource,
            String subresource,
            String scope,
            boolean dryRun) {
        String text(boolean withDryRun) {
            return "component=\"apiserver\","
                    + (withDryRun ? "dry_run=\"" + (dryRun ? "All" : "") + "\"," : "")
                    + "group=\""
                    + group
                    + "\",resource=\""
                    + resource
                    + "\",scope=\""
                    + scope
                    + "\",subresource=\""
                    + subresource
                    + "\",verb=\""
                    + verb
                    + "\",version=\""
                    + version
                    + '"';
        }
    }

    private static final class Histogram {
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

        void write(StringBuilder text, String labels) {
            String name = "apiserver_request_duration_seconds";
            long count = 0;
            for (int i = 0; i < buckets.length; i++) {
                count += buckets[i].sum();
                String bound = i < BOUNDS_SECONDS.length ? bound(BOUNDS_SECONDS[i]) : "+Inf";
                line(text, name + "_bucket", labels + ",le=\"" + bound + '"', count);
            }
            line(text, name + "_sum", labels, nanos.sum() / NANOS_PER_SECOND);
            line(text, name + "_count", labels, count);
        }

        private static String bound(double seconds) {
            return seconds == Math.rint(seconds)
                    ? Long.toString((long) seconds)
                    : Double.toString(seconds);
        }
    }

    /** One request from its arrival to its answer or, when long-running, to its end. */
    final class InFlight {
        private final long startNanos = nanoTime.getAsLong();
        private final boolean dryRun;
        private final LongAdder gauge;
        private final AtomicBoolean open = new AtomicBoolean(true);
        private volatile Labels labels;
        private volatile int code;
        private volatile boolean isLong;

        private InFlight(String method, boolean dryRun) {
            this.dryRun = dryRun;
            boolean reads = method.equals("GET") || method.equals("HEAD");
            gauge = reads ? readOnly : mutating;
            gauge.increment();
            labels = new Labels(verbOf(method), "", "", "", "", "", dryRun);
        }

        void about(ResourceDefinition definition, RequestPath path, String verb) {
            String scope =
                    !path.name().isEmpty() || verb.equals("create")
                            ? "resource"
                            : path.namespace().isEmpty() ? "cluster" : "namespace";
            boolean known = definition.subresource(path.subresource()).isPresent();
            labels =
                    new Labels(
                            upstreamVerb(verb),
                            definition.kind().group(),
                            definition.kind().version(),
                            definition.plural(),
                            known ? path.subresource() : "",
                            scope,
                            dryRun);
        }

        /** Counts it as open until {@link #done}, and out of the short ones. */
        void longRunning() {
            isLong = true;
            gauge.decrement();
            longRunning.computeIfAbsent(labels, key -> new LongAdder()).increment();
        }

        void answered(int status) {
            code = status;
            if (!isLong) {
                done();
            }
        }

        void done() {
            if (!open.compareAndSet(true, false)) {
                return;
            }
            if (isLong) {
                longRunning.computeIfAbsent(labels, key -> new LongAdder()).decrement();
            } else {
                gauge.decrement();
            }
            totals.computeIfAbsent(labels, key -> new ConcurrentHashMap<>())
                    .computeIfAbsent(code, key -> new LongAdder())
                    .increment();
            durations
                    .computeIfAbsent(labels, key -> new Histogram())
                    .observe(nanoTime.getAsLong() - startNanos);
        }

        private static String verbOf(String method) {
            return switch (method) {
                case "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE" -> method;
                default -> "OTHER";
            };
        }

        private static String upstreamVerb(String verb) {
            return switch (verb) {
                case "create" -> "POST";
                case "update" -> "PUT";
                default -> verb.toUpperCase(Locale.ROOT);
            };
        }
    }
}
