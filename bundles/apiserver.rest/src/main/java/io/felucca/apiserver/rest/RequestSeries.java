package io.felucca.apiserver.rest;

import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.metrics.Buckets;
import io.felucca.metrics.Counter;
import io.felucca.metrics.Family;
import io.felucca.metrics.Gauge;
import io.felucca.metrics.Histogram;
import io.felucca.metrics.MetricSet;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The series of requests, kept for each kind of request, so that counting one looks up no labels.
 * Source of names and bounds: upstream's {@code apiserver} metrics. Thread-safe, without locks.
 */
final class RequestSeries {
    private static final Buckets DURATIONS =
            Buckets.seconds(
                    0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10,
                    15, 20, 30, 45, 60);
    private static final Buckets INDICATOR_DURATIONS =
            Buckets.seconds(
                    0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30,
                    45, 60);
    private static final Buckets SIZES = Buckets.exponentialNumbers(1000, 10, 7);
    private static final int BODY_BOUNDS = 31;
    private static final String COMPONENT = "apiserver";

    private enum Verb {
        GET(0),
        LIST(1),
        WATCH(2),
        POST(3),
        PUT(4),
        PATCH(5),
        DELETE(6),
        DELETECOLLECTION(7),
        CONNECT(8),
        HEAD(9),
        OTHER(10);

        private final int place;

        Verb(int place) {
            this.place = place;
        }
    }

    private enum Scope {
        RESOURCE(0),
        NAMESPACE(1),
        CLUSTER(2);

        private final int place;

        Scope(int place) {
            this.place = place;
        }
    }

    private static final int SCOPES = Scope.values().length;
    private static final int KINDS = Verb.values().length * SCOPES * 2;

    private final Family<Counter> totals;
    private final Family<Histogram> durations;
    private final Family<Histogram> indicators;
    private final Family<Histogram> sizes;
    private final Family<Histogram> bodies;
    private final Family<Gauge> longRunning;
    private final Family<Counter> terminations;
    private final Family<Counter> aborts;

    /** By plural name; those of one name differ in group or version and are few. */
    private final Map<String, Slot[]> slots = new ConcurrentHashMap<>();

    private final AtomicReferenceArray<One> paths = new AtomicReferenceArray<>(KINDS);

    RequestSeries(MetricSet set) {
        totals =
                set.counters(
                        "apiserver_request_total",
                        "Requests by verb, resource and code.",
                        "code",
                        "component",
                        "dry_run",
                        "group",
                        "resource",
                        "scope",
                        "subresource",
                        "verb",
                        "version");
        durations =
                set.histograms(
                        "apiserver_request_duration_seconds",
                        "How long requests took, by verb and resource.",
                        DURATIONS,
                        "component",
                        "dry_run",
                        "group",
                        "resource",
                        "scope",
                        "subresource",
                        "verb",
                        "version");
        indicators =
                set.histograms(
                        "apiserver_request_sli_duration_seconds",
                        "How long requests took that are not long-running.",
                        INDICATOR_DURATIONS,
                        labels());
        sizes =
                set.histograms(
                        "apiserver_response_sizes",
                        "Bytes of the answers to reads.",
                        SIZES,
                        labels());
        bodies =
                set.histograms(
                        "apiserver_request_body_sizes",
                        "Bytes that came with requests.",
                        bodyBuckets(),
                        "resource",
                        "verb");
        longRunning =
                set.gauges(
                        "apiserver_longrunning_requests",
                        "Watches and connections to pods that are open.",
                        labels());
        terminations =
                set.counters(
                        "apiserver_request_terminations_total",
                        "Requests that the server ended by itself.",
                        "code",
                        "component",
                        "group",
                        "resource",
                        "scope",
                        "subresource",
                        "verb",
                        "version");
        aborts =
                set.counters(
                        "apiserver_request_aborts_total",
                        "Requests whose clients left before the answer.",
                        "group",
                        "resource",
                        "scope",
                        "subresource",
                        "verb",
                        "version");
    }

    private static String[] labels() {
        return new String[] {
            "component", "group", "resource", "scope", "subresource", "verb", "version"
        };
    }

    private static Buckets bodyBuckets() {
        double[] bounds = new double[BODY_BOUNDS];
        for (int i = 0; i < BODY_BOUNDS; i++) {
            bounds[i] = 50_000 + 100_000.0 * i;
        }
        return Buckets.numbers(bounds);
    }

    /** Of a path that is no resource's. */
    One of(String method, boolean dryRun) {
        Verb verb =
                switch (method) {
                    case "GET" -> Verb.GET;
                    case "HEAD" -> Verb.HEAD;
                    case "POST" -> Verb.POST;
                    case "PUT" -> Verb.PUT;
                    case "PATCH" -> Verb.PATCH;
                    case "DELETE" -> Verb.DELETE;
                    default -> Verb.OTHER;
                };
        int at = index(verb, Scope.RESOURCE, dryRun);
        One known = paths.get(at);
        return known != null
                ? known
                : keep(paths, at, new One("", "", "", "", "", verb.name(), dryRun));
    }

    One of(ResourceDefinition definition, RequestPath path, String verb, boolean dryRun) {
        Verb upstream = upstream(verb);
        Scope scope =
                !path.name().isEmpty() || upstream == Verb.POST
                        ? Scope.RESOURCE
                        : path.namespace().isEmpty() ? Scope.CLUSTER : Scope.NAMESPACE;
        Slot slot = slot(definition);
        String part = path.subresource();
        boolean known = !part.isEmpty() && definition.subresource(part).isPresent();
        AtomicReferenceArray<One> kinds = known ? slot.part(part) : slot.whole;
        int at = index(upstream, scope, dryRun);
        One one = kinds.get(at);
        if (one != null) {
            return one;
        }
        One fresh =
                new One(
                        definition.kind().group(),
                        definition.kind().version(),
                        definition.plural(),
                        known ? part : "",
                        scope.name().toLowerCase(Locale.ROOT),
                        upstream.name(),
                        dryRun);
        return keep(kinds, at, fresh);
    }

    private static Verb upstream(String verb) {
        return switch (verb) {
            case "get" -> Verb.GET;
            case "list" -> Verb.LIST;
            case "watch" -> Verb.WATCH;
            case "create" -> Verb.POST;
            case "update" -> Verb.PUT;
            case "patch" -> Verb.PATCH;
            case "delete" -> Verb.DELETE;
            case "deletecollection" -> Verb.DELETECOLLECTION;
            case "connect" -> Verb.CONNECT;
            default -> Verb.OTHER;
        };
    }

    private static int index(Verb verb, Scope scope, boolean dryRun) {
        int place = verb.place * SCOPES + scope.place;
        return place * 2 + (dryRun ? 1 : 0);
    }

    private static One keep(AtomicReferenceArray<One> kinds, int at, One fresh) {
        return kinds.compareAndSet(at, null, fresh) ? fresh : kinds.get(at);
    }

    private Slot slot(ResourceDefinition definition) {
        Slot[] known = slots.get(definition.plural());
        if (known != null) {
            for (Slot slot : known) {
                if (slot.isOf(definition)) {
                    return slot;
                }
            }
        }
        Slot[] now = slots.compute(definition.plural(), (plural, all) -> with(all, definition));
        for (Slot slot : now) {
            if (slot.isOf(definition)) {
                return slot;
            }
        }
        throw new IllegalStateException("no series of " + definition.plural());
    }

    private static Slot[] with(Slot[] all, ResourceDefinition definition) {
        int size = all == null ? 0 : all.length;
        for (int i = 0; i < size; i++) {
            if (all[i].isOf(definition)) {
                return all;
            }
        }
        Slot[] more = new Slot[size + 1];
        if (size > 0) {
            System.arraycopy(all, 0, more, 0, size);
        }
        more[size] = new Slot(definition.kind().group(), definition.kind().version());
        return more;
    }

    /** One resource in one version. */
    private static final class Slot {
        private final String group;
        private final String version;
        private final AtomicReferenceArray<One> whole = new AtomicReferenceArray<>(KINDS);
        private final Map<String, AtomicReferenceArray<One>> parts = new ConcurrentHashMap<>();

        Slot(String group, String version) {
            this.group = group;
            this.version = version;
        }

        boolean isOf(ResourceDefinition definition) {
            return definition.kind().version().equals(version)
                    && definition.kind().group().equals(group);
        }

        AtomicReferenceArray<One> part(String name) {
            AtomicReferenceArray<One> known = parts.get(name);
            return known != null
                    ? known
                    : parts.computeIfAbsent(name, key -> new AtomicReferenceArray<>(KINDS));
        }
    }

    private record Code(int code, Counter count) {}

    /** The series of one kind of request. */
    final class One {
        private final String[] labels;
        private final String dryRun;
        private final Histogram duration;
        private final Histogram indicator;
        private final Histogram size;
        private final Histogram body;
        private final Gauge open;
        private volatile Code[] codes = {};

        One(
                String group,
                String version,
                String resource,
                String part,
                String scope,
                String verb,
                boolean isDryRun) {
            labels = new String[] {COMPONENT, group, resource, scope, part, verb, version};
            dryRun = isDryRun ? "All" : "";
            duration = durations.of(COMPONENT, dryRun, group, resource, scope, part, verb, version);
            boolean isLong = verb.equals("WATCH") || verb.equals("CONNECT");
            boolean reads = verb.equals("GET") || verb.equals("LIST");
            boolean writes = verb.startsWith("P") || verb.startsWith("DELETE");
            open = isLong ? longRunning.of(labels) : null;
            indicator = isLong ? null : indicators.of(labels);
            size = reads ? sizes.of(labels) : null;
            body = writes ? bodies.of(resource, verb) : null;
        }

        Gauge longRunning() {
            return open == null ? longRunning.of(labels) : open;
        }

        void took(long nanos, boolean isLong) {
            duration.observe(nanos);
            if (indicator != null && !isLong) {
                indicator.observe(nanos);
            }
        }

        void sent(long bytes) {
            if (size != null) {
                size.observe(bytes);
            }
        }

        void received(int bytes) {
            if (body != null) {
                body.observe(bytes);
            }
        }

        void terminated(int code) {
            terminations
                    .of(
                            Integer.toString(code),
                            COMPONENT,
                            labels[1],
                            labels[2],
                            labels[3],
                            labels[4],
                            labels[5],
                            labels[6])
                    .increment();
        }

        Counter aborted() {
            return aborts.of(labels[1], labels[2], labels[3], labels[4], labels[5], labels[6]);
        }

        Counter total(int code) {
            for (Code one : codes) {
                if (one.code() == code) {
                    return one.count();
                }
            }
            return totalOfNew(code);
        }

        private synchronized Counter totalOfNew(int code) {
            Counter count =
                    totals.of(
                            Integer.toString(code),
                            COMPONENT,
                            dryRun,
                            labels[1],
                            labels[2],
                            labels[3],
                            labels[4],
                            labels[5],
                            labels[6]);
            Code[] more = Arrays.copyOf(codes, codes.length + 1);
            more[codes.length] = new Code(code, count);
            codes = more;
            return count;
        }
    }
}
