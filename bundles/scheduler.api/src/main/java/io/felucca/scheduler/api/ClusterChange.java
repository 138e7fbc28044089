package io.felucca.scheduler.api;

import io.fabric8.kubernetes.api.model.Node;
import java.util.Optional;
import java.util.Set;

/**
 * What happened to a node, to a pod on a node, or to the waiting pod itself; at most one of the two
 * kinds of object is given.
 *
 * @param node the node as it is now; empty if it is about a pod
 * @param pod the pod as it is now, or was last; empty if it is about a node
 */
public record ClusterChange(Set<What> what, Optional<Node> node, Optional<PodInfo> pod) {

    /** The parts of an object that decisions depend on. */
    public enum What {
        NODE_ADDED,
        NODE_ALLOCATABLE,
        NODE_LABELS,
        NODE_TAINTS,
        NODE_CONDITIONS,
        /** A pod is on a node now, whoever put it there. */
        POD_ASSIGNED,
        /** A pod on a node was changed, its labels or its requests. */
        POD_UPDATED,
        /** A pod left its node: it was deleted, has finished or was not bound after all. */
        POD_LEFT,
        /** The waiting pod itself was changed. */
        SELF_UPDATED
    }

    public ClusterChange {
        what = Set.copyOf(what);
    }

    public static ClusterChange ofNode(Set<What> what, Node node) {
        return new ClusterChange(what, Optional.of(node), Optional.empty());
    }

    public static ClusterChange ofPod(What what, PodInfo pod) {
        return new ClusterChange(Set.of(what), Optional.empty(), Optional.of(pod));
    }

    public boolean isAny(What... ofThese) {
        for (What one : ofThese) {
            if (what.contains(one)) {
                return true;
            }
        }
        return false;
    }
}
