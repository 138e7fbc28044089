package io.felucca.scheduler.plugins;

import io.felucca.scheduler.api.ClusterView;
import io.felucca.scheduler.api.NodeInfo;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Brings something that is kept per node up to date with the cluster: the work is that of the nodes
 * which changed since the last time. On the cycle thread only.
 */
final class ChangedNodes {
    private ClusterView cluster;
    private long generation;

    /**
     * @param reset is run before all nodes are taken anew
     * @param take gets each node that may be another than last time, also such as are no nodes any
     *     more
     */
    void follow(ClusterView now, Runnable reset, Consumer<NodeInfo> take) {
        Optional<List<NodeInfo>> changed =
                now == cluster ? now.changedSince(generation) : Optional.empty();
        if (changed.isEmpty()) {
            reset.run();
            now.nodes().forEach(take);
        } else {
            changed.get().forEach(take);
        }
        cluster = now;
        generation = now.generation();
    }
}
