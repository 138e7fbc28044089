package io.felucca.controller.nodelifecycle;

import io.fabric8.kubernetes.api.model.Node;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * How fast nodes are emptied. The more of a zone fails at once the likelier it is that we are the
 * ones who are cut off, so evictions slow down, and stop when nothing is ready anywhere. Numbers
 * are upstream's. Thread-safe.
 */
final class EvictionPace {
    private static final Duration ORDINARY = Duration.ofSeconds(10);
    private static final Duration SLOW = Duration.ofSeconds(100);
    private static final double DISRUPTED_SHARE = 0.55;
    private static final int FEW = 2;
    private static final int LARGE_ZONE = 50;
    private static final Duration NOT_NOW = Duration.ofSeconds(5);

    private final Map<String, Instant> last = new HashMap<>();

    /** The nodes of one zone. */
    private record Zone(int ready, int unready) {
        Zone plus(boolean isReady) {
            return isReady ? new Zone(ready + 1, unready) : new Zone(ready, unready + 1);
        }

        boolean isPartlyDisrupted() {
            return ready > 0
                    && unready > FEW
                    && (double) unready / (ready + unready) >= DISRUPTED_SHARE;
        }
    }

    /** Whether a node is ready anywhere at all. */
    static boolean anyReady(Collection<Node> nodes) {
        return nodes.stream().anyMatch(NodeConditions::isReady);
    }

    /**
     * How long one more node of this one's zone has to wait; zero lets it go, and counts it.
     *
     * @param nodes all there are
     */
    synchronized Duration claim(Node node, Collection<Node> nodes, Instant now) {
        Zone zone = new Zone(0, 0);
        for (Node one : nodes) {
            if (zone(one).equals(zone(node))) {
                zone = zone.plus(NodeConditions.isReady(one));
            }
        }
        Duration pause = ORDINARY;
        if (zone.isPartlyDisrupted()) {
            if (zone.ready() + zone.unready() <= LARGE_ZONE) {
                return NOT_NOW;
            }
            pause = SLOW;
        }
        Instant before = last.get(zone(node));
        if (before != null && now.isBefore(before.plus(pause))) {
            return Duration.between(now, before.plus(pause));
        }
        last.put(zone(node), now);
        return Duration.ZERO;
    }

    private static String zone(Node node) {
        Map<String, String> labels = node.getMetadata().getLabels();
        return labels == null
                ? "/"
                : labels.getOrDefault("topology.kubernetes.io/region", "")
                        + "/"
                        + labels.getOrDefault("topology.kubernetes.io/zone", "");
    }
}
