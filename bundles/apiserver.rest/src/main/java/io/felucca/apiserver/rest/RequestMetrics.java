package io.felucca.apiserver.rest;

import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.metrics.Counter;
import io.felucca.metrics.Family;
import io.felucca.metrics.Gauge;
import io.felucca.metrics.MetricSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/**
 * Counts requests under upstream's metric names. Labels take values of served resources only, so
 * their number is bounded whatever clients ask for. Thread-safe; what is counted for each request
 * takes no lock.
 */
final class RequestMetrics {
    private static final String READ_ONLY = "readOnly";
    private static final String MUTATING = "mutating";

    private final LongSupplier nanoTime;
    private final MetricSet set;
    private final RequestSeries series;
    private final Gauge mutating;
    private final Gauge readOnly;
    private final Gauge mutatingQueued;
    private final Gauge readOnlyQueued;

    RequestMetrics(MetricSet set, LongSupplier nanoTime) {
        this.set = set;
        this.nanoTime = nanoTime;
        series = new RequestSeries(set);
        Family<Gauge> inFlight =
                set.gauges(
                        "apiserver_current_inflight_requests",
                        "Requests under way, without long-running ones.",
                        "request_kind");
        mutating = inFlight.of(MUTATING);
        readOnly = inFlight.of(READ_ONLY);
        Family<Gauge> inQueue =
                set.gauges(
                        "apiserver_current_inqueue_requests",
                        "Requests that wait for their turn.",
                        "request_kind");
        mutatingQueued = inQueue.of(MUTATING);
        readOnlyQueued = inQueue.of(READ_ONLY);
    }

    MetricSet set() {
        return set;
    }

    InFlight begin(String method, boolean dryRun) {
        return new InFlight(method, dryRun);
    }

    /** One request from its arrival to its answer or, when long-running, to its end. */
    final class InFlight {
        private final long startNanos = nanoTime.getAsLong();
        private final boolean dryRun;
        private final boolean reads;
        private final AtomicBoolean open = new AtomicBoolean(true);
        private final AtomicBoolean queued = new AtomicBoolean();
        private volatile RequestSeries.One labels;
        private volatile int code;
        private volatile long bytes = -1;
        private volatile boolean isLong;

        private InFlight(String method, boolean dryRun) {
            this.dryRun = dryRun;
            reads = method.equals("GET") || method.equals("HEAD");
            inFlight().add(1);
            labels = series.of(method, dryRun);
        }

        private Gauge inFlight() {
            return reads ? readOnly : mutating;
        }

        private Gauge inQueue() {
            return reads ? readOnlyQueued : mutatingQueued;
        }

        void about(ResourceDefinition definition, RequestPath path, String verb) {
            labels = series.of(definition, path, verb, dryRun);
        }

        /** The body that came with it. */
        void received(int size) {
            labels.received(size);
        }

        /** It has to wait for its turn. */
        void waits() {
            queued.set(true);
            inQueue().add(1);
        }

        /** It waits no more, if it did. */
        void waited() {
            if (queued.compareAndSet(true, false)) {
                inQueue().add(-1);
            }
        }

        /** Counts it as open until {@link #done}, and out of the short ones. */
        void longRunning() {
            isLong = true;
            inFlight().add(-1);
            labels.longRunning().add(1);
        }

        /** The server ends it by itself, without doing what was asked. */
        void terminated(int status) {
            labels.terminated(status);
        }

        /** The client has gone; what goes on is for nobody. */
        void left() {
            waited();
            if (open.get() && code == 0) {
                labels.aborted().increment();
            }
        }

        /**
         * @param size of the whole body, or negative if it is not known
         */
        void answered(int status, long size) {
            bytes = size;
            answered(status);
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
            RequestSeries.One mine = labels;
            if (isLong) {
                mine.longRunning().add(-1);
            } else {
                inFlight().add(-1);
            }
            Counter total = mine.total(code);
            total.increment();
            mine.took(nanoTime.getAsLong() - startNanos, isLong);
            if (bytes >= 0) {
                mine.sent(bytes);
            }
        }
    }
}
