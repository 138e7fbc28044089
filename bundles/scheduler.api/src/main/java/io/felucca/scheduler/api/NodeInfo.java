package io.felucca.scheduler.api;

import io.fabric8.kubernetes.api.model.ContainerImage;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Taint;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A node and the sum of the pods on it, kept up to date pod by pod. Plugins only read it, on the
 * cycle thread; one that wants to try something out takes a {@link #copy}. Not thread-safe.
 */
public final class NodeInfo {
    private final String name;
    private Node node;
    private Resources allocatable = new Resources();
    private long allowedPods;
    private List<Taint> taints = List.of();
    private Map<String, String> labels = Map.of();
    private boolean unschedulable;
    private Map<String, Long> images = Map.of();
    private final Resources requested = new Resources();
    private long nonZeroMilliCpu;
    private long nonZeroMemory;
    private final Map<String, PodInfo> pods = new LinkedHashMap<>();
    private final Map<String, PodInfo> podsWithAffinity = new LinkedHashMap<>();
    private final List<HostPort> usedPorts = new ArrayList<>();

    public NodeInfo(String name) {
        this.name = name;
    }

    /** Takes over the node's present form; null if only its pods are left. */
    public void setNode(Node now) {
        this.node = now;
        if (now == null) {
            return;
        }
        Map<String, Quantity> amounts =
                now.getStatus() == null || now.getStatus().getAllocatable() == null
                        ? Map.of()
                        : now.getStatus().getAllocatable();
        this.allocatable = Resources.of(amounts);
        this.allowedPods =
                amounts.containsKey("pods") ? Resources.parse(amounts.get("pods")).value() : 0;
        this.taints =
                now.getSpec() == null || now.getSpec().getTaints() == null
                        ? List.of()
                        : now.getSpec().getTaints();
        this.unschedulable =
                now.getSpec() != null && Boolean.TRUE.equals(now.getSpec().getUnschedulable());
        this.labels =
                now.getMetadata().getLabels() == null ? Map.of() : now.getMetadata().getLabels();
        this.images = images(now);
    }

    private static Map<String, Long> images(Node node) {
        if (node.getStatus() == null) {
            return Map.of();
        }
        Map<String, Long> images = new HashMap<>();
        for (ContainerImage image : node.getStatus().getImages()) {
            long size = image.getSizeBytes() == null ? 0 : image.getSizeBytes();
            image.getNames().forEach(name -> images.put(name, size));
        }
        return images;
    }

    public void add(PodInfo pod) {
        PodInfo before = pods.put(pod.uid(), pod);
        if (before != null) {
            count(before, -1);
        }
        count(pod, 1);
    }

    /** Does nothing if it is not here. */
    public void remove(PodInfo pod) {
        PodInfo present = pods.remove(pod.uid());
        if (present != null) {
            count(present, -1);
        }
    }

    private void count(PodInfo pod, int sign) {
        if (sign > 0) {
            requested.add(pod.requests());
            usedPorts.addAll(pod.hostPorts());
            if (!pod.affinityTerms().isEmpty()) {
                podsWithAffinity.put(pod.uid(), pod);
            }
        } else {
            requested.subtract(pod.requests());
            pod.hostPorts().forEach(usedPorts::remove);
            podsWithAffinity.remove(pod.uid());
        }
        nonZeroMilliCpu += sign * pod.nonZeroMilliCpu();
        nonZeroMemory += sign * pod.nonZeroMemory();
    }

    /** An independent one with the same node and pods. */
    public NodeInfo copy() {
        NodeInfo copy = new NodeInfo(name);
        copy.setNode(node);
        pods.values().forEach(copy::add);
        return copy;
    }

    public String name() {
        return name;
    }

    /** The object, shared: never to be changed; null if only its pods are left. */
    public Node node() {
        return node;
    }

    public Resources allocatable() {
        return allocatable;
    }

    public long allowedPods() {
        return allowedPods;
    }

    /** The sum of what its pods need to fit. */
    public Resources requested() {
        return requested;
    }

    public long nonZeroMilliCpu() {
        return nonZeroMilliCpu;
    }

    public long nonZeroMemory() {
        return nonZeroMemory;
    }

    public Collection<PodInfo> pods() {
        return pods.values();
    }

    /** Those of its pods that want other pods near, or far. */
    public Collection<PodInfo> podsWithAffinity() {
        return podsWithAffinity.values();
    }

    public int podCount() {
        return pods.size();
    }

    public List<HostPort> usedPorts() {
        return usedPorts;
    }

    public List<Taint> taints() {
        return taints;
    }

    /** Never null. */
    public Map<String, String> labels() {
        return labels;
    }

    public boolean unschedulable() {
        return unschedulable;
    }

    /** Sizes in bytes of the images it has, by each of their names. */
    public Map<String, Long> images() {
        return images;
    }

    @Override
    public String toString() {
        return name;
    }
}
