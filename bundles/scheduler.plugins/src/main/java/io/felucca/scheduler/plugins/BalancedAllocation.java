package io.felucca.scheduler.plugins;

import static io.felucca.scheduler.api.Resources.CPU;
import static io.felucca.scheduler.api.Resources.MEMORY;

import io.felucca.scheduler.api.CycleState;
import io.felucca.scheduler.api.NodeInfo;
import io.felucca.scheduler.api.Plugin;
import io.felucca.scheduler.api.PodInfo;
import io.felucca.scheduler.api.PreScore;
import io.felucca.scheduler.api.Resources;
import io.felucca.scheduler.api.Score;
import io.felucca.scheduler.api.Verdict;
import java.util.List;
import org.osgi.service.component.annotations.Component;

/** Rather nodes on which cpu and memory would be used to like shares. */
@Component(service = Plugin.class, property = Plugin.NAME + "=NodeResourcesBalancedAllocation")
public final class BalancedAllocation implements PreScore, Score {
    @Override
    public String name() {
        return "NodeResourcesBalancedAllocation";
    }

    /** A pod that requests neither changes no balance. */
    @Override
    public Verdict preScore(CycleState state, PodInfo pod, List<NodeInfo> feasible) {
        Resources wanted = pod.requests();
        return wanted.get(CPU) == 0 && wanted.get(MEMORY) == 0 ? Verdict.SKIP : Verdict.SUCCESS;
    }

    @Override
    public long score(CycleState state, PodInfo pod, NodeInfo node) {
        long cpu = node.allocatable().get(CPU);
        long memory = node.allocatable().get(MEMORY);
        if (cpu == 0 || memory == 0) {
            return MAX;
        }
        double deviation =
                Math.abs(share(pod, node, CPU, cpu) - share(pod, node, MEMORY, memory)) / 2;
        return (long) ((1 - deviation) * MAX);
    }

    private static double share(PodInfo pod, NodeInfo node, int resource, long capacity) {
        long used = node.requested().get(resource) + pod.requests().get(resource);
        return Math.min(1, (double) used / capacity);
    }
}
