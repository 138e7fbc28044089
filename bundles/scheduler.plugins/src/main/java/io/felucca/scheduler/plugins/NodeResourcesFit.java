package io.felucca.scheduler.plugins;

import static io.felucca.scheduler.api.Resources.CPU;
import static io.felucca.scheduler.api.Resources.EPHEMERAL_STORAGE;
import static io.felucca.scheduler.api.Resources.MEMORY;

import io.felucca.scheduler.api.ClusterChange;
import io.felucca.scheduler.api.CycleState;
import io.felucca.scheduler.api.Filter;
import io.felucca.scheduler.api.NodeInfo;
import io.felucca.scheduler.api.Plugin;
import io.felucca.scheduler.api.PodInfo;
import io.felucca.scheduler.api.Resources;
import io.felucca.scheduler.api.Score;
import io.felucca.scheduler.api.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Component;

/** Only nodes with room for what the pod requests; rather those with more room left. */
@Component(service = Plugin.class, property = Plugin.NAME + "=NodeResourcesFit")
public final class NodeResourcesFit implements Filter, Score {
    private static final String[] NAMES = {"cpu", "memory", "ephemeral-storage"};

    @Override
    public String name() {
        return "NodeResourcesFit";
    }

    @Override
    public Verdict filter(CycleState state, PodInfo pod, NodeInfo node) {
        Resources wanted = pod.requests();
        return node.podCount() + 1 <= node.allowedPods()
                        && fits(wanted, node, CPU)
                        && fits(wanted, node, MEMORY)
                        && fits(wanted, node, EPHEMERAL_STORAGE)
                        && wanted.extended().isEmpty()
                ? Verdict.SUCCESS
                : explain(wanted, node);
    }

    /** What is not requested is not looked at, even where a node has less than nothing left. */
    private static boolean fits(Resources wanted, NodeInfo node, int resource) {
        long amount = wanted.get(resource);
        return amount == 0
                || amount <= node.allocatable().get(resource) - node.requested().get(resource);
    }

    private static Verdict explain(Resources wanted, NodeInfo node) {
        List<String> reasons = new ArrayList<>(1);
        boolean hopeless = false;
        if (node.podCount() + 1 > node.allowedPods()) {
            reasons.add("Too many pods");
        }
        for (int resource = 0; resource < Resources.COUNT; resource++) {
            if (!fits(wanted, node, resource)) {
                reasons.add("Insufficient " + NAMES[resource]);
                hopeless |= wanted.get(resource) > node.allocatable().get(resource);
            }
        }
        for (Map.Entry<String, Long> extended : wanted.extended().entrySet()) {
            String name = extended.getKey();
            long amount = extended.getValue();
            long allocatable = node.allocatable().extended(name);
            if (amount > 0 && amount > allocatable - node.requested().extended(name)) {
                reasons.add("Insufficient " + name);
                hopeless |= amount > allocatable;
            }
        }
        if (reasons.isEmpty()) {
            return Verdict.SUCCESS;
        }
        String[] all = reasons.toArray(String[]::new);
        return hopeless ? Verdict.unresolvable(all) : Verdict.unschedulable(all);
    }

    /** The mean of the shares of cpu and memory that would be left, in percent. */
    @Override
    public long score(CycleState state, PodInfo pod, NodeInfo node) {
        long cpu = node.allocatable().get(CPU);
        long memory = node.allocatable().get(MEMORY);
        long sum =
                left(cpu, node.nonZeroMilliCpu() + pod.nonZeroMilliCpu())
                        + left(memory, node.nonZeroMemory() + pod.nonZeroMemory());
        int known = (cpu == 0 ? 0 : 1) + (memory == 0 ? 0 : 1);
        return known == 0 ? 0 : sum / known;
    }

    private static long left(long capacity, long requested) {
        return capacity == 0 || requested > capacity ? 0 : (capacity - requested) * MAX / capacity;
    }

    @Override
    public boolean mayHelp(ClusterChange change, PodInfo pod) {
        if (change.isAny(
                ClusterChange.What.POD_LEFT,
                ClusterChange.What.POD_UPDATED,
                ClusterChange.What.SELF_UPDATED)) {
            return true;
        }
        return change.isAny(ClusterChange.What.NODE_ADDED, ClusterChange.What.NODE_ALLOCATABLE)
                && change.node().map(node -> couldHold(node, pod)).orElse(true);
    }

    /** Whether the pod would fit if the node were empty. */
    private static boolean couldHold(io.fabric8.kubernetes.api.model.Node node, PodInfo pod) {
        NodeInfo empty = new NodeInfo(node.getMetadata().getName());
        empty.setNode(node);
        return !explain(pod.requests(), empty).rejected();
    }
}
