package io.felucca.kubelet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.kubelet.cri.v1.Image;
import io.felucca.machinery.Json;
import io.felucca.machinery.Quantity;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Makes a node's status. Pure. */
final class NodeStatusDraft {
    private static final int MAX_IMAGES = 50;
    private static final int MAX_IMAGE_NAMES = 5;

    /** Kept back from what pods may use, so that the node itself stays alive. */
    private static final long RESERVED_MEMORY_BYTES = 100L << 20;

    /**
     * @param notReady why the node can't run pods; empty if it can
     * @param runtimeVersion such as {@code containerd://1.6.20}
     */
    record Facts(
            NodeSettings node,
            NodeCapacity capacity,
            HostFacts host,
            String runtimeVersion,
            Optional<String> notReady,
            boolean memoryPressure,
            boolean diskPressure,
            boolean pidPressure,
            List<Image> images,
            Instant now) {}

    private NodeStatusDraft() {}

    static ObjectNode of(Facts facts, ObjectNode old) {
        ObjectNode status = Json.object();
        NodeCapacity capacity = facts.capacity();
        ObjectNode all = status.putObject("capacity");
        all.put("cpu", Integer.toString(capacity.cpus()))
                .put("ephemeral-storage", capacity.storageBytes() / 1024 + "Ki");
        ObjectNode allocatable = status.putObject("allocatable");
        allocatable
                .put("cpu", Integer.toString(capacity.cpus()))
                .put("ephemeral-storage", Long.toString(capacity.storageBytes() / 10 * 9));
        capacity.hugePageBytes()
                .forEach(
                        (name, bytes) -> {
                            all.put(name, Quantity.ofBytes(bytes).toString());
                            allocatable.put(name, Quantity.ofBytes(bytes).toString());
                        });
        all.put("memory", capacity.memoryBytes() / 1024 + "Ki")
                .put("pods", Integer.toString(capacity.pods()));
        allocatable
                .put("memory", (capacity.smallPageBytes() - RESERVED_MEMORY_BYTES) / 1024 + "Ki")
                .put("pods", Integer.toString(capacity.pods()));
        ArrayNode addresses = status.putArray("addresses");
        addresses.addObject().put("type", "InternalIP").put("address", facts.node().nodeIp());
        addresses.addObject().put("type", "Hostname").put("address", facts.node().nodeName());
        status.putObject("daemonEndpoints")
                .putObject("kubeletEndpoint")
                .put("Port", facts.node().kubeletPort());
        status.set("nodeInfo", facts.host().nodeInfo(facts.runtimeVersion()));
        status.set("images", images(facts.images()));
        status.set("conditions", conditions(facts, old.path("conditions")));
        return status;
    }

    private static ArrayNode conditions(Facts facts, JsonNode old) {
        ArrayNode conditions = Json.mapper().createArrayNode();
        for (JsonNode foreign : old) {
            switch (foreign.path("type").asText()) {
                case "MemoryPressure", "DiskPressure", "PIDPressure", "Ready" -> {
                    // Made anew below.
                }
                default -> conditions.add(foreign);
            }
        }
        boolean memory = facts.memoryPressure();
        add(
                conditions,
                old,
                facts.now(),
                "MemoryPressure",
                memory,
                memory ? "KubeletHasInsufficientMemory" : "KubeletHasSufficientMemory",
                memory
                        ? "kubelet has insufficient memory available"
                        : "kubelet has sufficient memory available");
        boolean disk = facts.diskPressure();
        add(
                conditions,
                old,
                facts.now(),
                "DiskPressure",
                disk,
                disk ? "KubeletHasDiskPressure" : "KubeletHasNoDiskPressure",
                disk ? "kubelet has disk pressure" : "kubelet has no disk pressure");
        boolean pids = facts.pidPressure();
        add(
                conditions,
                old,
                facts.now(),
                "PIDPressure",
                pids,
                pids ? "KubeletHasInsufficientPID" : "KubeletHasSufficientPID",
                pids
                        ? "kubelet has insufficient PID available"
                        : "kubelet has sufficient PID available");
        boolean ready = facts.notReady().isEmpty();
        add(
                conditions,
                old,
                facts.now(),
                "Ready",
                ready,
                ready ? "KubeletReady" : "KubeletNotReady",
                facts.notReady().orElse("kubelet is posting ready status"));
        return conditions;
    }

    private static void add(
            ArrayNode conditions,
            JsonNode old,
            Instant now,
            String type,
            boolean value,
            String reason,
            String message) {
        String status = value ? "True" : "False";
        String time = PodStatusDraft.time(now);
        String transition = time;
        for (JsonNode before : old) {
            if (before.path("type").asText().equals(type)
                    && before.path("status").asText().equals(status)) {
                transition = before.path("lastTransitionTime").asText();
            }
        }
        conditions
                .addObject()
                .put("type", type)
                .put("status", status)
                .put("lastHeartbeatTime", time)
                .put("lastTransitionTime", transition)
                .put("reason", reason)
                .put("message", message);
    }

    private static ArrayNode images(List<Image> images) {
        ArrayNode list = Json.mapper().createArrayNode();
        images.stream()
                .sorted(Comparator.comparingLong(Image::getSize).reversed())
                .limit(MAX_IMAGES)
                .forEach(
                        image -> {
                            ObjectNode one = list.addObject();
                            ArrayNode names = one.putArray("names");
                            image.getRepoDigestsList().stream()
                                    .limit(MAX_IMAGE_NAMES)
                                    .forEach(names::add);
                            image.getRepoTagsList().stream()
                                    .limit(MAX_IMAGE_NAMES)
                                    .forEach(names::add);
                            one.put("sizeBytes", image.getSize());
                        });
        return list;
    }
}
