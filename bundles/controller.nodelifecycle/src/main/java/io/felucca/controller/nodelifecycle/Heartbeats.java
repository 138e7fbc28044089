package io.felucca.controller.nodelifecycle;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * When each node was last heard of, by our own clock: what counts is that its lease or its status
 * changed, not the time that stands in it. After a restart every node has its whole grace again.
 */
final class Heartbeats {
    /** How long a node may be silent. */
    static final Duration GRACE = Duration.ofSeconds(40);

    /** How long a new node may take to say anything. */
    static final Duration STARTUP_GRACE = Duration.ofSeconds(60);

    private final Map<String, Heard> nodes = new ConcurrentHashMap<>();

    /**
     * @param uid of the node: another of its name starts anew
     * @param said what it last said
     * @param at when we learned of it
     */
    private record Heard(String uid, String said, Instant at) {}

    /** How long the node may go on saying nothing; zero or less when its time is over. */
    Duration left(Node node, Optional<Lease> lease, Instant now) {
        Optional<NodeCondition> ready = NodeConditions.find(node, NodeConditions.READY);
        boolean everHeard =
                ready.isPresent() && !"NodeStatusNeverUpdated".equals(ready.get().getReason());
        String said = said(ready, lease);
        String uid = node.getMetadata().getUid();
        Heard heard =
                nodes.compute(
                        node.getMetadata().getName(),
                        (name, before) ->
                                before != null
                                                && before.uid().equals(uid)
                                                && before.said().equals(said)
                                        ? before
                                        : new Heard(uid, said, now));
        if (everHeard || lease.isPresent()) {
            return Duration.between(now, heard.at().plus(GRACE));
        }
        Instant made = Instant.parse(node.getMetadata().getCreationTimestamp());
        return Duration.between(now, made.plus(STARTUP_GRACE));
    }

    /** Whether the node is new to us. */
    boolean isNew(Node node) {
        Heard heard = nodes.get(node.getMetadata().getName());
        return heard == null || !heard.uid().equals(node.getMetadata().getUid());
    }

    /** Forgets a node; false if it was not known. */
    boolean forget(String name) {
        return nodes.remove(name) != null;
    }

    private static String said(Optional<NodeCondition> ready, Optional<Lease> lease) {
        ZonedDateTime renewed = lease.map(one -> one.getSpec().getRenewTime()).orElse(null);
        // What we ourselves wrote is not the node's word: that leaves the heartbeat's time alone.
        return renewed + " " + ready.map(NodeCondition::getLastHeartbeatTime).orElse("");
    }
}
