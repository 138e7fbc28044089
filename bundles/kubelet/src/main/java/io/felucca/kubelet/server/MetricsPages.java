package io.felucca.kubelet.server;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.felucca.http.api.HttpExchange;
import io.felucca.kubelet.cri.v1.ContainerStats;
import io.felucca.metrics.Exposition;
import io.felucca.metrics.Format;
import io.felucca.metrics.Kind;
import io.felucca.metrics.MetricSet;
import io.felucca.metrics.Sink;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.ToDoubleFunction;

/**
 * {@code /metrics/resource} and {@code /metrics/cadvisor}: what containers, pods and the node use,
 * under upstream's names. Pure but for answering.
 */
final class MetricsPages {
    private static final double NANOS_PER_SECOND = 1e9;
    private static final List<String> POD = List.of("namespace", "pod");
    private static final List<String> CONTAINER = List.of("container", "namespace", "pod");
    private static final List<String> CADVISOR =
            List.of("container", "id", "image", "name", "namespace", "pod");

    private final List<ContainerStats> stats;
    private final Map<String, ContainerStatus> statuses;
    private final NodeUsage node;

    MetricsPages(List<ContainerStats> stats, Collection<Pod> pods, NodeUsage node) {
        this.stats = stats.stream().filter(one -> !uid(one).isEmpty()).toList();
        this.statuses = statuses(pods);
        this.node = node;
    }

    static void answer(HttpExchange exchange, Collection<MetricSet> sets) {
        Format format = Format.negotiate(exchange.headers("accept"));
        exchange.respond(
                200, Map.of("Content-Type", format.contentType()), Exposition.write(sets, format));
    }

    /** By the container's id as the runtime has it. */
    static Map<String, ContainerStatus> statuses(Collection<Pod> pods) {
        Map<String, ContainerStatus> byId = new HashMap<>();
        for (Pod pod : pods) {
            if (pod.getStatus() != null) {
                pod.getStatus().getContainerStatuses().forEach(one -> put(byId, one));
                pod.getStatus().getInitContainerStatuses().forEach(one -> put(byId, one));
                pod.getStatus().getEphemeralContainerStatuses().forEach(one -> put(byId, one));
            }
        }
        return byId;
    }

    private static void put(Map<String, ContainerStatus> byId, ContainerStatus status) {
        String id = status.getContainerID();
        if (id != null) {
            byId.put(id.substring(id.lastIndexOf('/') + 1), status);
        }
    }

    /** When a container that runs was started; null if that isn't known. */
    static Instant startOf(ContainerStatus status) {
        return status == null
                        || status.getState() == null
                        || status.getState().getRunning() == null
                        || status.getState().getRunning().getStartedAt() == null
                ? null
                : Instant.parse(status.getState().getRunning().getStartedAt());
    }

    MetricSet resource() {
        MetricSet set = new MetricSet();
        set.observed(
                Kind.COUNTER,
                "node_cpu_usage_seconds_total",
                "Processor time that the node has used, in seconds.",
                List.of(),
                sink -> sink.value(node.cpuNanos() / NANOS_PER_SECOND));
        set.gauge(
                "node_memory_working_set_bytes",
                "Memory that the node uses and can't do without.",
                node::workingSetBytes);
        containers(
                set,
                Kind.COUNTER,
                "container_cpu_usage_seconds_total",
                "Processor time that containers have used, in seconds.",
                CONTAINER,
                (sink, one) -> sink.value(cpuSeconds(one), labels(one)));
        containers(
                set,
                Kind.GAUGE,
                "container_memory_working_set_bytes",
                "Memory that containers use and can't do without.",
                CONTAINER,
                (sink, one) -> sink.value(workingSet(one), labels(one)));
        containers(
                set,
                Kind.GAUGE,
                "container_start_time_seconds",
                "When containers were started, in seconds since 1970.",
                CONTAINER,
                this::tellStart);
        pods(
                set,
                Kind.COUNTER,
                "pod_cpu_usage_seconds_total",
                "Processor time that pods have used, in seconds.",
                MetricsPages::cpuSeconds);
        pods(
                set,
                Kind.GAUGE,
                "pod_memory_working_set_bytes",
                "Memory that pods use and can't do without.",
                MetricsPages::workingSet);
        set.gauge("resource_scrape_error", "1 if something could not be read.", () -> 0);
        return set;
    }

    private void tellStart(Sink sink, ContainerStats one) {
        Instant start = startOf(statuses.get(one.getAttributes().getId()));
        if (start != null) {
            sink.value(start.getEpochSecond(), labels(one));
        }
    }

    MetricSet cadvisor() {
        MetricSet set = new MetricSet();
        containers(
                set,
                Kind.COUNTER,
                "container_cpu_usage_seconds_total",
                "Processor time that containers have used, in seconds.",
                List.of("container", "cpu", "id", "image", "name", "namespace", "pod"),
                (sink, one) -> {
                    String[] all = cadvisorLabels(one);
                    sink.value(
                            cpuSeconds(one),
                            all[0],
                            "total",
                            all[1],
                            all[2],
                            all[3],
                            all[4],
                            all[5]);
                });
        gauge(
                set,
                "container_memory_working_set_bytes",
                "Memory that containers use and can't do without.",
                MetricsPages::workingSet);
        gauge(
                set,
                "container_memory_usage_bytes",
                "Memory that containers use, with what can be given back.",
                one -> one.getMemory().getUsageBytes().getValue());
        gauge(
                set,
                "container_memory_rss",
                "Memory of containers that is backed by no file.",
                one -> one.getMemory().getRssBytes().getValue());
        gauge(
                set,
                "container_fs_usage_bytes",
                "What containers have written into their own layer.",
                one -> one.getWritableLayer().getUsedBytes().getValue());
        set.gauge("machine_cpu_cores", "Processors of the host.", node::cpus);
        set.gauge("machine_memory_bytes", "Memory of the host.", node::memoryBytes);
        return set;
    }

    private void gauge(
            MetricSet set, String name, String help, ToDoubleFunction<ContainerStats> value) {
        containers(
                set,
                Kind.GAUGE,
                name,
                help,
                CADVISOR,
                (sink, one) -> sink.value(value.applyAsDouble(one), cadvisorLabels(one)));
    }

    private void containers(
            MetricSet set,
            Kind kind,
            String name,
            String help,
            List<String> labels,
            BiConsumer<Sink, ContainerStats> tell) {
        set.observed(
                kind,
                name,
                help,
                labels,
                sink -> stats.forEach(container -> tell.accept(sink, container)));
    }

    private void pods(
            MetricSet set,
            Kind kind,
            String name,
            String help,
            ToDoubleFunction<ContainerStats> value) {
        Map<List<String>, Double> sums = new LinkedHashMap<>();
        stats.forEach(
                one -> {
                    String[] labels = labels(one);
                    sums.merge(
                            List.of(labels[1], labels[2]), value.applyAsDouble(one), Double::sum);
                });
        set.observed(
                kind,
                name,
                help,
                POD,
                sink ->
                        sums.forEach(
                                (pod, sum) -> sink.value((double) sum, pod.get(0), pod.get(1))));
    }

    private static double cpuSeconds(ContainerStats one) {
        return one.getCpu().getUsageCoreNanoSeconds().getValue() / NANOS_PER_SECOND;
    }

    private static double workingSet(ContainerStats one) {
        return one.getMemory().getWorkingSetBytes().getValue();
    }

    private static String uid(ContainerStats one) {
        return one.getAttributes().getLabelsOrDefault("io.kubernetes.pod.uid", "");
    }

    private static String[] labels(ContainerStats one) {
        return new String[] {
            one.getAttributes().getMetadata().getName(),
            one.getAttributes().getLabelsOrDefault("io.kubernetes.pod.namespace", ""),
            one.getAttributes().getLabelsOrDefault("io.kubernetes.pod.name", "")
        };
    }

    private String[] cadvisorLabels(ContainerStats one) {
        String id = one.getAttributes().getId();
        ContainerStatus status = statuses.get(id);
        String image = status == null || status.getImage() == null ? "" : status.getImage();
        String[] names = labels(one);
        return new String[] {names[0], id, image, id, names[1], names[2]};
    }
}
