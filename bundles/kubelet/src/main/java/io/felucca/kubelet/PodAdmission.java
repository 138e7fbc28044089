package io.felucca.kubelet;

import io.fabric8.kubernetes.api.model.Pod;
import io.felucca.kubelet.PodStatusDraft.Failure;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Whether this node takes a pod that was bound to it. Pure. */
final class PodAdmission {
    private PodAdmission() {}

    /**
     * @param others the pods that this node already has
     * @return why not; empty if it is taken
     */
    static Optional<Failure> refuse(Pod pod, Collection<Pod> others, NodeCapacity node) {
        Optional<String> sysctl = SecuritySettings.forbiddenSysctl(pod);
        if (sysctl.isPresent()) {
            return Optional.of(
                    new Failure(
                            "SysctlForbidden",
                            "forbidden sysctl: \"" + sysctl.get() + "\" not allowlisted"));
        }
        List<Pod> active =
                others.stream()
                        .filter(other -> !Containers.isTerminal(other))
                        .filter(
                                other ->
                                        !other.getMetadata()
                                                .getUid()
                                                .equals(pod.getMetadata().getUid()))
                        .toList();
        if (active.size() + 1 > node.pods()) {
            return shortOf("pods", 1, active.size(), node.pods());
        }
        long cpu = Quantities.podRequest(pod, Quantities.CPU);
        long cpuUsed = sum(active, Quantities.CPU);
        if (cpu > 0 && cpu + cpuUsed > node.cpus() * 1000L) {
            return shortOf("cpu", cpu, cpuUsed, node.cpus() * 1000L);
        }
        long memory = Quantities.podRequest(pod, Quantities.MEMORY);
        long memoryUsed = sum(active, Quantities.MEMORY);
        if (memory > 0 && memory + memoryUsed > node.memoryBytes()) {
            return shortOf("memory", memory, memoryUsed, node.memoryBytes());
        }
        for (Map.Entry<String, Long> pages : node.hugePageBytes().entrySet()) {
            long wanted = Quantities.podRequest(pod, pages.getKey());
            long used = sum(active, pages.getKey());
            if (wanted > 0 && wanted + used > pages.getValue()) {
                return shortOf(pages.getKey(), wanted, used, pages.getValue());
            }
        }
        return Optional.empty();
    }

    private static Optional<Failure> shortOf(String what, long wanted, long used, long capacity) {
        return Optional.of(
                new Failure(
                        "OutOf" + what,
                        "Pod was rejected: Node didn't have enough resource: "
                                + what
                                + ", requested: "
                                + wanted
                                + ", used: "
                                + used
                                + ", capacity: "
                                + capacity));
    }

    private static long sum(List<Pod> pods, String resource) {
        return pods.stream().mapToLong(pod -> Quantities.podRequest(pod, resource)).sum();
    }
}
