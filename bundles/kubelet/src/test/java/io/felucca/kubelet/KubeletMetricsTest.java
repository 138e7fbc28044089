package io.felucca.kubelet;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.felucca.metrics.Exposition;
import io.felucca.metrics.Format;
import io.felucca.testing.MetricsText;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class KubeletMetricsTest {
    private final AtomicLong nanos = new AtomicLong();
    private final KubeletMetrics metrics = new KubeletMetrics("n", nanos::get);

    private MetricsText text() {
        byte[] bytes = Exposition.write(List.of(metrics.set()), Format.TEXT);
        return MetricsText.parse(new String(bytes, StandardCharsets.UTF_8));
    }

    private Optional<Double> operation(String name) {
        return text().value("kubelet_runtime_operations_" + name, "operation_type", "version");
    }

    @Test
    void callsOfTheRuntimeAreCountedWhenTheyEnd() {
        CompletableFuture<String> good = new CompletableFuture<>();
        CompletableFuture<String> bad = new CompletableFuture<>();
        CompletableFuture<String> first = metrics.operation("version", good);
        CompletableFuture<String> second = metrics.operation("version", bad);
        assertEquals(Optional.of(2.0), operation("total"));
        assertEquals(Optional.empty(), operation("duration_seconds_count").filter(n -> n > 0));
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(2));
        good.complete("1");
        bad.completeExceptionally(new IllegalStateException("on purpose"));
        assertEquals("1", first.join());
        assertEquals(true, second.isCompletedExceptionally());
        assertEquals(Optional.of(1.0), operation("errors_total"));
        assertEquals(Optional.of(4.0), operation("duration_seconds_sum"));
    }

    @Test
    void whatRunsIsAsOfTheLastLook() {
        nanos.set(5);
        metrics.relisted(0, 10_000, 3, Map.of("running", 4L, "exited", 1L));
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
        metrics.relisted(nanos.get(), 11_000, 2, Map.of("running", 3L));
        assertEquals(Optional.of(2.0), text().value("kubelet_running_pods"));
        assertEquals(
                Optional.of(3.0),
                text().value("kubelet_running_containers", "container_state", "running"));
        assertEquals(
                Optional.empty(),
                text().value("kubelet_running_containers", "container_state", "exited"));
        assertEquals(Optional.of(11.0), text().value("kubelet_pleg_last_seen_seconds"));
        assertEquals(Optional.of(1.0), text().value("kubelet_pleg_relist_interval_seconds_sum"));
        assertEquals(Optional.of(1.0), text().value("kubelet_node_name", "node", "n"));
    }
}
