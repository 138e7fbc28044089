package io.felucca.apiserver.rest;

import io.felucca.machinery.GroupVersionKind;
import io.felucca.metrics.Buckets;
import io.felucca.metrics.Counter;
import io.felucca.metrics.Histogram;
import io.felucca.metrics.MetricSet;

/** Counts the events of watches of one kind. Thread-safe, without locks. */
final class WatchSeries {
    private static final Buckets SIZES = Buckets.exponentialNumbers(1024, 2, 8);

    private final Counter events;
    private final Histogram sizes;

    WatchSeries(MetricSet set, GroupVersionKind kind) {
        events =
                set.counters(
                                "apiserver_watch_events_total",
                                "Events that were sent to watches.",
                                "group",
                                "kind",
                                "version")
                        .of(kind.group(), kind.kind(), kind.version());
        sizes =
                set.histograms(
                                "apiserver_watch_events_sizes",
                                "Bytes of the events that were sent to watches.",
                                SIZES,
                                "group",
                                "kind",
                                "version")
                        .of(kind.group(), kind.kind(), kind.version());
    }

    void sent(int bytes) {
        events.increment();
        sizes.observe(bytes);
    }
}
