package io.felucca.kubeproxy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.felucca.metrics.Exposition;
import io.felucca.metrics.Format;
import io.felucca.metrics.MetricSet;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SyncMetricsTest {
    private final AtomicLong nanos = new AtomicLong();
    private final MetricSet set = new MetricSet();
    private final SyncMetrics metrics =
            new SyncMetrics(
                    set, Clock.fixed(Instant.ofEpochSecond(100), ZoneOffset.UTC), nanos::get);

    private void assertShows(String line) {
        String text =
                new String(Exposition.write(List.of(set), Format.TEXT), StandardCharsets.UTF_8);
        assertEquals(1, text.lines().filter(line::equals).count(), () -> line + " in\n" + text);
    }

    @Test
    void whatChangesDuringARunIsPendingAfterIt() {
        metrics.serviceChanged();
        metrics.endpointsChanged();
        SyncMetrics.Run run = metrics.begin(true);
        metrics.endpointsChanged();
        nanos.addAndGet(2_000_000_000L);
        run.succeeded();
        assertShows("kubeproxy_sync_proxy_rules_service_changes_total 1");
        assertShows("kubeproxy_sync_proxy_rules_service_changes_pending 0");
        assertShows("kubeproxy_sync_proxy_rules_endpoint_changes_total 2");
        assertShows("kubeproxy_sync_proxy_rules_endpoint_changes_pending 1");
        assertShows("kubeproxy_sync_proxy_rules_duration_seconds_sum 2");
        assertShows("kubeproxy_sync_full_proxy_rules_duration_seconds_count 1");
        assertShows("kubeproxy_sync_partial_proxy_rules_duration_seconds_count 0");
        assertShows("kubeproxy_sync_proxy_rules_last_timestamp_seconds 100");
    }

    @Test
    void aRunThatFailedLeavesEverythingPending() {
        metrics.serviceChanged();
        SyncMetrics.Run unused = metrics.begin(false);
        assertShows("kubeproxy_sync_proxy_rules_service_changes_pending 1");
        assertShows("kubeproxy_sync_proxy_rules_duration_seconds_count 0");
    }
}
