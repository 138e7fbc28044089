package io.felucca.kubelet;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a pod's spec says of its containers. */
final class Containers {
    private Containers() {}

    /** Init containers first, in their order. */
    static List<Container> all(Pod pod) {
        List<Container> all = new ArrayList<>(pod.getSpec().getInitContainers());
        all.addAll(pod.getSpec().getContainers());
        return all;
    }

    static Optional<Container> find(Pod pod, String name) {
        return all(pod).stream().filter(one -> one.getName().equals(name)).findFirst();
    }

    /** An init container that goes on beside the others. */
    static boolean isSidecar(Container container) {
        return "Always".equals(container.getRestartPolicy());
    }

    static boolean isInit(Pod pod, String name) {
        return pod.getSpec().getInitContainers().stream()
                .anyMatch(one -> one.getName().equals(name));
    }

    /** Where the container stands in its pod, as events say it. */
    static String fieldPath(Pod pod, String name) {
        String list = isInit(pod, name) ? "spec.initContainers" : "spec.containers";
        return list + "{" + name + "}";
    }

    static String restartPolicy(Pod pod) {
        String policy = pod.getSpec().getRestartPolicy();
        return policy == null || policy.isEmpty() ? "Always" : policy;
    }

    static boolean onHostNetwork(Pod pod) {
        return Boolean.TRUE.equals(pod.getSpec().getHostNetwork());
    }

    static boolean isTerminal(Pod pod) {
        if (pod.getStatus() == null) {
            return false;
        }
        String phase = pod.getStatus().getPhase();
        return "Succeeded".equals(phase) || "Failed".equals(phase);
    }

    static String describe(Pod pod) {
        return pod.getMetadata().getName()
                + "_"
                + pod.getMetadata().getNamespace()
                + "("
                + pod.getMetadata().getUid()
                + ")";
    }
}
