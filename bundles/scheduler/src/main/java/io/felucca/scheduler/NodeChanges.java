package io.felucca.scheduler;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.NodeSpec;
import io.fabric8.kubernetes.api.model.NodeStatus;
import io.felucca.scheduler.api.ClusterChange.What;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;

/** Which parts of a node differ that decisions depend on; heartbeats are no change. */
final class NodeChanges {
    private NodeChanges() {}

    static Set<What> between(Node before, Node now) {
        Set<What> what = EnumSet.noneOf(What.class);
        if (differ(before, now, node -> of(node.getStatus(), NodeStatus::getAllocatable))) {
            what.add(What.NODE_ALLOCATABLE);
        }
        if (differ(before, now, node -> node.getMetadata().getLabels())) {
            what.add(What.NODE_LABELS);
        }
        if (differ(before, now, node -> of(node.getSpec(), NodeSpec::getTaints))
                || unschedulable(before) != unschedulable(now)) {
            what.add(What.NODE_TAINTS);
        }
        if (differ(before, now, NodeChanges::conditions)) {
            what.add(What.NODE_CONDITIONS);
        }
        return what;
    }

    private static boolean differ(Node before, Node now, Function<Node, ?> part) {
        return !Objects.equals(part.apply(before), part.apply(now));
    }

    private static <T, R> R of(T part, Function<T, R> field) {
        return part == null ? null : field.apply(part);
    }

    private static boolean unschedulable(Node node) {
        return Boolean.TRUE.equals(of(node.getSpec(), NodeSpec::getUnschedulable));
    }

    private static Map<String, String> conditions(Node node) {
        Map<String, String> conditions = new HashMap<>();
        if (node.getStatus() != null) {
            for (NodeCondition one : node.getStatus().getConditions()) {
                conditions.put(one.getType(), one.getStatus());
            }
        }
        return conditions;
    }
}
