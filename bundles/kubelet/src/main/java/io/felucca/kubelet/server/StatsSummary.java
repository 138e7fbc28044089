package io.felucca.kubelet.server;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.felucca.kubelet.cri.v1.ContainerStats;
import io.felucca.kubelet.cri.v1.CpuUsage;
import io.felucca.kubelet.cri.v1.MemoryUsage;
import io.felucca.machinery.Json;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code /stats/summary}: what the node and its pods use. Pure. Source: upstream's stats v1alpha1.
 */
final class StatsSummary {
    private StatsSummary() {}

    static ObjectNode of(
            String node,
            NodeUsage usage,
            List<ContainerStats> stats,
            Collection<Pod> pods,
            Instant now) {
        ObjectNode summary = Json.object();
        node(summary.putObject("node"), node, usage, now);
        Map<String, PodUsage> known = new LinkedHashMap<>();
        Map<String, ContainerStatus> statuses = MetricsPages.statuses(pods);
        ArrayNode list = summary.putArray("pods");
        for (ContainerStats one : stats) {
            Map<String, String> labels = one.getAttributes().getLabelsMap();
            String uid = labels.getOrDefault("io.kubernetes.pod.uid", "");
            if (uid.isEmpty()) {
                continue;
            }
            known.computeIfAbsent(uid, key -> new PodUsage(list.addObject(), key, labels))
                    .add(one, MetricsPages.startOf(statuses.get(one.getAttributes().getId())), now);
        }
        known.values().forEach(pod -> pod.total(now));
        return summary;
    }

    private static void node(ObjectNode json, String node, NodeUsage usage, Instant now) {
        json.put("nodeName", node);
        json.put("startTime", Instant.ofEpochSecond(usage.bootSeconds()).toString());
        json.putObject("cpu")
                .put("time", now.toString())
                .put("usageCoreNanoSeconds", usage.cpuNanos());
        json.putObject("memory")
                .put("time", now.toString())
                .put("availableBytes", usage.availableBytes())
                .put("usageBytes", usage.usedBytes())
                .put("workingSetBytes", usage.workingSetBytes());
        json.putObject("fs")
                .put("time", now.toString())
                .put("availableBytes", usage.storageAvailableBytes())
                .put("capacityBytes", usage.storageBytes())
                .put("usedBytes", usage.storageBytes() - usage.storageAvailableBytes());
    }

    /** One pod, whose containers come one after the other. */
    private static final class PodUsage {
        private final ObjectNode pod;
        private final ArrayNode containers;
        private long cpuNanos;
        private long nanoCores;
        private boolean hasNanoCores;
        private long usedBytes;
        private long workingSetBytes;
        private Instant start;

        PodUsage(ObjectNode pod, String uid, Map<String, String> labels) {
            this.pod = pod;
            pod.putObject("podRef")
                    .put("name", labels.get("io.kubernetes.pod.name"))
                    .put("namespace", labels.get("io.kubernetes.pod.namespace"))
                    .put("uid", uid);
            containers = pod.putArray("containers");
        }

        void add(ContainerStats one, Instant started, Instant now) {
            ObjectNode json = containers.addObject();
            json.put("name", one.getAttributes().getMetadata().getName());
            if (started != null) {
                json.put("startTime", started.toString());
                start = start == null || started.isBefore(start) ? started : start;
            }
            CpuUsage cpu = one.getCpu();
            ObjectNode cpuJson = json.putObject("cpu").put("time", now.toString());
            if (cpu.hasUsageNanoCores()) {
                cpuJson.put("usageNanoCores", cpu.getUsageNanoCores().getValue());
                nanoCores += cpu.getUsageNanoCores().getValue();
                hasNanoCores = true;
            }
            cpuJson.put("usageCoreNanoSeconds", cpu.getUsageCoreNanoSeconds().getValue());
            cpuNanos += cpu.getUsageCoreNanoSeconds().getValue();
            MemoryUsage memory = one.getMemory();
            json.putObject("memory")
                    .put("time", now.toString())
                    .put("usageBytes", memory.getUsageBytes().getValue())
                    .put("workingSetBytes", memory.getWorkingSetBytes().getValue())
                    .put("rssBytes", memory.getRssBytes().getValue());
            usedBytes += memory.getUsageBytes().getValue();
            workingSetBytes += memory.getWorkingSetBytes().getValue();
            json.putObject("rootfs")
                    .put("time", now.toString())
                    .put("usedBytes", one.getWritableLayer().getUsedBytes().getValue())
                    .put("inodesUsed", one.getWritableLayer().getInodesUsed().getValue());
        }

        void total(Instant now) {
            if (start != null) {
                pod.put("startTime", start.toString());
            }
            ObjectNode cpu = pod.putObject("cpu").put("time", now.toString());
            if (hasNanoCores) {
                cpu.put("usageNanoCores", nanoCores);
            }
            cpu.put("usageCoreNanoSeconds", cpuNanos);
            pod.putObject("memory")
                    .put("time", now.toString())
                    .put("usageBytes", usedBytes)
                    .put("workingSetBytes", workingSetBytes);
        }
    }
}
