package io.felucca.controller.nodelifecycle;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.NodeConditionBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a node's conditions say, and what they say once nobody keeps them up any more. */
final class NodeConditions {
    static final String READY = "Ready";
    static final String UNKNOWN = "Unknown";

    /** Those that the node's agent posts. */
    private static final List<String> POSTED =
            List.of(READY, "MemoryPressure", "DiskPressure", "PIDPressure");

    private NodeConditions() {}

    static Optional<NodeCondition> find(Node node, String type) {
        return all(node).stream().filter(one -> one.getType().equals(type)).findFirst();
    }

    /** {@code True}, {@code False}, {@code Unknown}, or empty if nothing is said. */
    static String status(Node node, String type) {
        return find(node, type).map(NodeCondition::getStatus).orElse("");
    }

    static boolean isReady(Node node) {
        return status(node, READY).equals("True");
    }

    /** The conditions of a node that has not been heard of for too long. */
    static List<NodeCondition> silent(Node node, Instant now) {
        String stamp = now.truncatedTo(ChronoUnit.SECONDS).toString();
        List<NodeCondition> conditions = new ArrayList<>();
        for (NodeCondition one : all(node)) {
            boolean stale = POSTED.contains(one.getType()) && !UNKNOWN.equals(one.getStatus());
            conditions.add(
                    stale
                            ? one.edit()
                                    .withStatus(UNKNOWN)
                                    .withReason("NodeStatusUnknown")
                                    .withMessage("Kubelet stopped posting node status.")
                                    .withLastTransitionTime(stamp)
                                    .build()
                            : one);
        }
        for (String type : POSTED) {
            if (find(node, type).isEmpty()) {
                conditions.add(
                        new NodeConditionBuilder()
                                .withType(type)
                                .withStatus(UNKNOWN)
                                .withReason("NodeStatusNeverUpdated")
                                .withMessage("Kubelet never posted node status.")
                                .withLastHeartbeatTime(node.getMetadata().getCreationTimestamp())
                                .withLastTransitionTime(stamp)
                                .build());
            }
        }
        return conditions;
    }

    static List<NodeCondition> all(Node node) {
        return node.getStatus() == null ? List.of() : node.getStatus().getConditions();
    }
}
