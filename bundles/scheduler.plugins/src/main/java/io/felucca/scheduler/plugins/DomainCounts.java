package io.felucca.scheduler.plugins;

import io.felucca.scheduler.api.ClusterView;
import io.felucca.scheduler.api.NodeInfo;
import java.util.HashMap;
import java.util.Map;
import java.util.function.ToIntFunction;

/**
 * How many pods of some kind are in each domain of a topology. All pods of one template share one
 * of these, so a node's pods are counted again only when the node has changed. On the cycle thread
 * only; what it gives holds until the next {@link #follow}.
 */
final class DomainCounts {
    /** That a node is not counted at all. */
    static final int LEFT_OUT = -1;

    private final String topologyKey;
    private final ToIntFunction<NodeInfo> count;
    private final ChangedNodes changes = new ChangedNodes();
    private final Map<NodeInfo, Share> shares = new HashMap<>();
    private final Map<String, Domain> domains = new HashMap<>();
    private long all;

    private record Share(String domain, int pods) {}

    private static final class Domain {
        private int nodes;
        private int pods;
    }

    /**
     * @param count the pods of a node that count, or {@link #LEFT_OUT}
     */
    DomainCounts(String topologyKey, ToIntFunction<NodeInfo> count) {
        this.topologyKey = topologyKey;
        this.count = count;
    }

    DomainCounts follow(ClusterView cluster) {
        changes.follow(cluster, this::reset, this::take);
        return this;
    }

    private void reset() {
        shares.clear();
        domains.clear();
        all = 0;
    }

    private void take(NodeInfo node) {
        Share before = shares.remove(node);
        if (before != null) {
            Domain left = domains.get(before.domain());
            left.nodes--;
            left.pods -= before.pods();
            all -= before.pods();
            if (left.nodes == 0) {
                domains.remove(before.domain());
            }
        }
        String value = node.node() == null ? null : node.labels().get(topologyKey);
        int pods = value == null ? LEFT_OUT : count.applyAsInt(node);
        if (pods != LEFT_OUT) {
            Domain domain = domains.computeIfAbsent(value, one -> new Domain());
            domain.nodes++;
            domain.pods += pods;
            all += pods;
            shares.put(node, new Share(value, pods));
        }
    }

    String topologyKey() {
        return topologyKey;
    }

    /** Of the domain that the node is in; 0 for one that is in none. */
    int near(NodeInfo node) {
        String value = node.labels().get(topologyKey);
        Domain domain = value == null ? null : domains.get(value);
        return domain == null ? 0 : domain.pods;
    }

    /** The number of domains, the empty ones too. */
    int size() {
        return domains.size();
    }

    /** Of the emptiest domain; 0 if there is none. */
    int least() {
        return domains.values().stream().mapToInt(domain -> domain.pods).min().orElse(0);
    }

    boolean isEmpty() {
        return all == 0;
    }
}
