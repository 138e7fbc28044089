package io.felucca.controller.replicaset;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.felucca.controller.api.Pods;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Which pods go first when there are too many: those that would be missed least. The order is
 * upstream's: not assigned, then by phase, not ready, lower deletion cost, more siblings on the
 * node, ready for a shorter time, restarted more often, younger.
 */
final class DeletionOrder {
    private static final String COST = "controller.kubernetes.io/pod-deletion-cost";
    private static final List<String> PHASES = List.of("Pending", "Unknown", "Running");

    private DeletionOrder() {}

    static List<Pod> of(List<Pod> active) {
        Map<String, Integer> perNode = new HashMap<>();
        for (Pod pod : active) {
            perNode.merge(node(pod), 1, Integer::sum);
        }
        Comparator<Pod> order =
                Comparator.comparing((Pod pod) -> !node(pod).isEmpty())
                        .thenComparing(pod -> PHASES.indexOf(Pods.phase(pod)))
                        .thenComparing(Pods::isReady)
                        .thenComparing(DeletionOrder::cost)
                        .thenComparing(pod -> -perNode.get(node(pod)))
                        .thenComparing(DeletionOrder::readySince, Comparator.reverseOrder())
                        .thenComparing(pod -> -restarts(pod))
                        .thenComparing(
                                pod -> pod.getMetadata().getCreationTimestamp(),
                                Comparator.nullsLast(Comparator.reverseOrder()));
        return active.stream().sorted(order).toList();
    }

    private static String node(Pod pod) {
        return pod.getSpec().getNodeName() == null ? "" : pod.getSpec().getNodeName();
    }

    private static int cost(Pod pod) {
        Map<String, String> annotations = pod.getMetadata().getAnnotations();
        String text = annotations == null ? null : annotations.get(COST);
        try {
            return text == null ? 0 : Integer.parseInt(text);
        } catch (NumberFormatException e) {
            // Validation keeps such values out; one from before it costs what an unset one does.
            return 0;
        }
    }

    private static Instant readySince(Pod pod) {
        return Pods.readySince(pod).orElse(Instant.MAX);
    }

    private static int restarts(Pod pod) {
        return pod.getStatus() == null
                ? 0
                : Stream.concat(
                                pod.getStatus().getInitContainerStatuses().stream(),
                                pod.getStatus().getContainerStatuses().stream())
                        .map(ContainerStatus::getRestartCount)
                        .mapToInt(count -> count == null ? 0 : count)
                        .max()
                        .orElse(0);
    }
}
