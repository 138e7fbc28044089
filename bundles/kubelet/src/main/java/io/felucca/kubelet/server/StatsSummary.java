package io.felucca.kubelet.server;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.kubelet.cri.v1.ContainerStats;
import io.felucca.machinery.Json;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What containers use, by pod. Pure. */
final class StatsSummary {
    private StatsSummary() {}

    static ObjectNode of(String node, List<ContainerStats> stats, Instant now) {
        ObjectNode summary = Json.object();
        summary.putObject("node").put("nodeName", node);
        ArrayNode pods = summary.putArray("pods");
        Map<String, ObjectNode> byUid = new LinkedHashMap<>();
        for (ContainerStats one : stats) {
            Map<String, String> labels = one.getAttributes().getLabelsMap();
            String uid = labels.getOrDefault("io.kubernetes.pod.uid", "");
            if (uid.isEmpty()) {
                continue;
            }
            ObjectNode pod =
                    byUid.computeIfAbsent(
                            uid,
                            missing -> {
                                ObjectNode made = pods.addObject();
                                made.putObject("podRef")
                                        .put("name", labels.get("io.kubernetes.pod.name"))
                                        .put("namespace", labels.get("io.kubernetes.pod.namespace"))
                                        .put("uid", uid);
                                made.putArray("containers");
                                return made;
                            });
            ObjectNode container = ((ArrayNode) pod.get("containers")).addObject();
            container.put("name", one.getAttributes().getMetadata().getName());
            container
                    .putObject("cpu")
                    .put("time", now.toString())
                    .put("usageCoreNanoSeconds", one.getCpu().getUsageCoreNanoSeconds().getValue());
            container
                    .putObject("memory")
                    .put("time", now.toString())
                    .put("workingSetBytes", one.getMemory().getWorkingSetBytes().getValue());
        }
        return summary;
    }
}
