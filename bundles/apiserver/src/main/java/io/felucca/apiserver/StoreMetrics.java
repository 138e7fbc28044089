package io.felucca.apiserver;

import io.felucca.machinery.GroupResource;
import io.felucca.metrics.Buckets;
import io.felucca.metrics.Counter;
import io.felucca.metrics.Family;
import io.felucca.metrics.Histogram;
import io.felucca.metrics.Kind;
import io.felucca.metrics.MetricSet;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What the store and the cache do, under the names that upstream gives to etcd and its own cache,
 * whichever store it is. Thread-safe, without locks.
 */
final class StoreMetrics {
    private static final Buckets DURATIONS =
            Buckets.seconds(
                    0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10,
                    15, 20, 30, 45, 60);

    /** What is asked of the store, as upstream calls it. */
    enum Operation {
        CREATE,
        UPDATE,
        DELETE
    }

    private final MetricSet set;
    private final LongSupplier nanoTime;
    private final Family<Histogram> durations;
    private final Family<Counter> requests;
    private final Family<Counter> errors;
    private final Family<Counter> received;
    private final Family<Counter> loads;
    private final Family<Counter> expired;
    private final Map<Request, Series> series = new ConcurrentHashMap<>();

    private record Request(Operation operation, GroupResource resource) {}

    private record Series(Histogram duration, Counter requests, Counter errors) {}

    StoreMetrics(MetricSet set, LongSupplier nanoTime) {
        this.set = set;
        this.nanoTime = nanoTime;
        durations =
                set.histograms(
                        "etcd_request_duration_seconds",
                        "How long the store took.",
                        DURATIONS,
                        "operation",
                        "type");
        requests = set.counters("etcd_requests_total", "Writes.", "operation", "type");
        errors =
                set.counters(
                        "etcd_request_errors_total", "Writes that failed.", "operation", "type");
        received =
                set.counters(
                        "apiserver_watch_cache_events_received_total",
                        "Changes that the cache took from the store.",
                        "resource");
        loads =
                set.counters(
                        "apiserver_watch_cache_initializations_total",
                        "How often the cache was filled anew.",
                        "resource");
        expired =
                set.counters(
                        "apiserver_terminated_watchers_total",
                        "Watches that were ended since they fell behind.",
                        "resource");
    }

    /** Asks the store and notes what comes of it. */
    <T> CompletionStage<T> count(
            Operation operation, GroupResource resource, Supplier<CompletionStage<T>> question) {
        Request request = new Request(operation, resource);
        Series known = series.get(request);
        Series mine = known != null ? known : series.computeIfAbsent(request, this::make);
        long startNanos = nanoTime.getAsLong();
        return question.get()
                .whenComplete(
                        (answer, failure) -> {
                            mine.requests().increment();
                            mine.duration().observe(nanoTime.getAsLong() - startNanos);
                            if (failure != null) {
                                mine.errors().increment();
                            }
                        });
    }

    private Series make(Request request) {
        String operation = request.operation().name().toLowerCase(Locale.ROOT);
        String type = request.resource().toString();
        return new Series(
                durations.of(operation, type),
                requests.of(operation, type),
                errors.of(operation, type));
    }

    Counter received(GroupResource resource) {
        return received.of(resource.toString());
    }

    Counter loads(GroupResource resource) {
        return loads.of(resource.toString());
    }

    Counter expired(GroupResource resource) {
        return expired.of(resource.toString());
    }

    /** Tells how many objects each of these has, whenever somebody looks. */
    void countObjects(Supplier<? extends Collection<ResourceCache>> caches) {
        set.observed(
                Kind.GAUGE,
                "apiserver_storage_objects",
                "Stored objects by resource.",
                List.of("resource"),
                sink ->
                        caches.get()
                                .forEach(
                                        cache ->
                                                sink.value(
                                                        (long) cache.snapshot().objects().size(),
                                                        cache.resource().toString())));
    }
}
