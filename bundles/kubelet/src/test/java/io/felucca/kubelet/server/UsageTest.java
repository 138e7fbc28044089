package io.felucca.kubelet.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.felucca.kubelet.cri.v1.ContainerAttributes;
import io.felucca.kubelet.cri.v1.ContainerMetadata;
import io.felucca.kubelet.cri.v1.ContainerStats;
import io.felucca.kubelet.cri.v1.CpuUsage;
import io.felucca.kubelet.cri.v1.MemoryUsage;
import io.felucca.kubelet.cri.v1.UInt64Value;
import io.felucca.metrics.Exposition;
import io.felucca.metrics.Format;
import io.felucca.metrics.MetricSet;
import io.felucca.testing.MetricsText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UsageTest {
    private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");

    private final List<ContainerStats> stats =
            List.of(stats("id-1", "main", 2_000_000_000L, 1000), stats("id-2", "side", 500, 24));
    private final List<Pod> pods =
            List.of(
                    new PodBuilder()
                            .withNewStatus()
                            .addNewContainerStatus()
                            .withName("main")
                            .withImage("local/web:1")
                            .withContainerID("containerd://id-1")
                            .withNewState()
                            .withNewRunning("2029-12-31T23:00:00Z")
                            .endState()
                            .endContainerStatus()
                            .endStatus()
                            .build());

    @TempDir private Path proc;

    private static ContainerStats stats(String id, String name, long nanos, long bytes) {
        UInt64Value memory = UInt64Value.newBuilder().setValue(bytes).build();
        return ContainerStats.newBuilder()
                .setAttributes(
                        ContainerAttributes.newBuilder()
                                .setId(id)
                                .setMetadata(ContainerMetadata.newBuilder().setName(name))
                                .putLabels("io.kubernetes.pod.uid", "u")
                                .putLabels("io.kubernetes.pod.name", "web")
                                .putLabels("io.kubernetes.pod.namespace", "shop"))
                .setCpu(
                        CpuUsage.newBuilder()
                                .setUsageCoreNanoSeconds(UInt64Value.newBuilder().setValue(nanos)))
                .setMemory(
                        MemoryUsage.newBuilder().setWorkingSetBytes(memory).setUsageBytes(memory))
                .build();
    }

    private NodeUsage usage() throws IOException {
        Files.writeString(
                proc.resolve("stat"),
                "cpu  100 10 50 5000 200 5 5 0 7 0\ncpu0 1 1 1 1\nbtime 1700000000\n");
        Files.writeString(
                proc.resolve("meminfo"),
                "MemTotal:       1000 kB\nMemFree:  100 kB\nMemAvailable:   400 kB\n");
        return NodeUsage.read(proc, proc);
    }

    private static MetricsText text(MetricSet set) {
        return MetricsText.parse(
                new String(Exposition.write(List.of(set), Format.TEXT), StandardCharsets.UTF_8));
    }

    @Test
    void theHostIsReadAsItsKernelTells() throws IOException {
        NodeUsage usage = usage();
        assertEquals(1_700_000_000L, usage.cpuNanos(), "170 hundredths, guests' not twice");
        assertEquals(1_700_000_000L, usage.bootSeconds());
        assertEquals(600 * 1024, usage.workingSetBytes());
        assertEquals(900 * 1024, usage.usedBytes());
        assertTrue(usage.storageBytes() > usage.storageAvailableBytes());
    }

    @Test
    void theSummarySumsContainersToPods() throws IOException {
        JsonNode summary = StatsSummary.of("n", usage(), stats, pods, NOW);
        assertEquals("n", summary.at("/node/nodeName").asText());
        assertEquals(600 * 1024, summary.at("/node/memory/workingSetBytes").asLong());
        assertEquals(1, summary.path("pods").size());
        JsonNode pod = summary.at("/pods/0");
        assertEquals("shop", pod.at("/podRef/namespace").asText());
        assertEquals(1024, pod.at("/memory/workingSetBytes").asLong());
        assertEquals(2_000_000_500L, pod.at("/cpu/usageCoreNanoSeconds").asLong());
        assertFalse(pod.path("cpu").has("usageNanoCores"), "the runtime has not told");
        assertEquals("main", pod.at("/containers/0/name").asText());
        assertEquals("2029-12-31T23:00:00Z", pod.at("/containers/0/startTime").asText());
        assertFalse(pod.at("/containers/1").has("startTime"));
    }

    @Test
    void resourcesAreShownAsMetricsServerReadsThem() throws IOException {
        MetricsText text = text(new MetricsPages(stats, pods, usage()).resource());
        assertEquals(Optional.of(1.7), text.value("node_cpu_usage_seconds_total"));
        assertEquals(Optional.of(600.0 * 1024), text.value("node_memory_working_set_bytes"));
        assertEquals(
                Optional.of(2.0), container(text, "container_cpu_usage_seconds_total", "main"));
        assertEquals(
                Optional.of(24.0), container(text, "container_memory_working_set_bytes", "side"));
        assertEquals(
                Optional.of(1_893_452_400.0),
                container(text, "container_start_time_seconds", "main"));
        assertEquals(Optional.empty(), container(text, "container_start_time_seconds", "side"));
        assertEquals(
                Optional.of(1024.0),
                text.value("pod_memory_working_set_bytes", "namespace", "shop", "pod", "web"));
        assertEquals(Optional.of(0.0), text.value("resource_scrape_error"));
    }

    private static Optional<Double> container(MetricsText text, String name, String container) {
        return text.value(name, "container", container, "namespace", "shop", "pod", "web");
    }

    @Test
    void cadvisorsNamesHaveItsLabels() throws IOException {
        MetricsText text = text(new MetricsPages(stats, pods, usage()).cadvisor());
        assertEquals(
                Optional.of(2.0),
                text.value(
                        "container_cpu_usage_seconds_total",
                        "container",
                        "main",
                        "cpu",
                        "total",
                        "id",
                        "id-1",
                        "image",
                        "local/web:1",
                        "name",
                        "id-1",
                        "namespace",
                        "shop",
                        "pod",
                        "web"));
        assertEquals(Optional.of(1000.0 * 1024), text.value("machine_memory_bytes"));
        assertEquals(1024.0, text.sum("container_memory_working_set_bytes", "pod=web"));
    }
}
