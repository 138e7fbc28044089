package io.felucca.controller.nodelifecycle;

import io.fabric8.kubernetes.api.model.Node;
import io.felucca.client.api.Lister;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How fast nodes are emptied. The more of a zone fails at once the likelier it is that we are the
 * ones who are cut off, so evictions slow down, and stop when nothing is ready anywhere. Numbers
 * are upstream's. Thread-safe.
 */
final class EvictionPace {
    static final String BY_READINESS = "nodelifecycle.nodes-by-readiness";
    private static final String READY = "ready";
    private static final Duration ORDINARY = Duration.ofSeconds(10);
    private static final Duration SLOW = Duration.ofSeconds(100);
    private static final double DISRUPTED_SHARE = 0.55;
    private static final int FEW = 2;
    private static final int LARGE_ZONE = 50;
    private static final Duration NOT_NOW = Duration.ofSeconds(5);

    private final Map<String, Instant> last = new HashMap<>();

    /** The nodes of one zone. */
    private record Zone(int ready, int unready) {
        boolean isPartlyDisrupted() {
            return ready > 0
                    && unready > FEW
                    && (double) unready / (ready + unready) >= DISRUPTED_SHARE;
        }
    }

    private final Lister<Node> nodes;

    /**
     * @param nodes all there are, with the index {@link #BY_READINESS} of {@link #readiness}
     */
    EvictionPace(Lister<Node> nodes) {
        this.nodes = nodes;
    }

    /** What a node is counted under, so that nobody has to look at all nodes for each of them. */
    static List<String> readiness(Node node) {
        return NodeConditions.isReady(node)
                ? List.of(READY, ready(zone(node)))
                : List.of(unready(zone(node)));
    }

    private static String ready(String zone) {
        return "ready in " + zone;
    }

    private static String unready(String zone) {
        return "unready in " + zone;
    }

    /** Whether a node is ready anywhere at all. */
    boolean anyReady() {
        return nodes.count(BY_READINESS, READY) > 0;
    }

    /** How long one more node of this one's zone has to wait; zero lets it go, and counts it. */
    synchronized Duration claim(Node node, Instant now) {
        String name = zone(node);
        Zone zone =
                new Zone(
                        nodes.count(BY_READINESS, ready(name)),
                        nodes.count(BY_READINESS, unready(name)));
        Duration pause = ORDINARY;
        if (zone.isPartlyDisrupted()) {
            if (zone.ready() + zone.unready() <= LARGE_ZONE) {
                return NOT_NOW;
            }
            pause = SLOW;
        }
        Instant before = last.get(name);
        if (before != null && now.isBefore(before.plus(pause))) {
            return Duration.between(now, before.plus(pause));
        }
        last.put(name, now);
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
