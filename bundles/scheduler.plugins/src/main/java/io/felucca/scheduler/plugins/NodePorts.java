package io.felucca.scheduler.plugins;

import io.felucca.scheduler.api.ClusterChange;
import io.felucca.scheduler.api.CycleState;
import io.felucca.scheduler.api.Filter;
import io.felucca.scheduler.api.HostPort;
import io.felucca.scheduler.api.NodeInfo;
import io.felucca.scheduler.api.Plugin;
import io.felucca.scheduler.api.PodInfo;
import io.felucca.scheduler.api.PreFilter;
import io.felucca.scheduler.api.Verdict;
import java.util.List;
import org.osgi.service.component.annotations.Component;

/** Only nodes on which the host ports that the pod wants are free. */
@Component(service = Plugin.class, property = Plugin.NAME + "=NodePorts")
public final class NodePorts implements PreFilter, Filter {
    private static final Verdict TAKEN =
            Verdict.unschedulable("node(s) didn't have free ports for the requested pod ports");

    @Override
    public String name() {
        return "NodePorts";
    }

    @Override
    public Result preFilter(CycleState state, PodInfo pod) {
        return pod.hostPorts().isEmpty() ? Result.SKIP : Result.SUCCESS;
    }

    @Override
    public Verdict filter(CycleState state, PodInfo pod, NodeInfo node) {
        return conflict(pod.hostPorts(), node.usedPorts()) ? TAKEN : Verdict.SUCCESS;
    }

    private static boolean conflict(List<HostPort> wanted, List<HostPort> used) {
        for (HostPort one : wanted) {
            for (HostPort other : used) {
                if (one.conflictsWith(other)) {
                    return true;
                }
            }
        }
        return false;
    }

    @Override
    public boolean mayHelp(ClusterChange change, PodInfo pod) {
        if (change.isAny(ClusterChange.What.NODE_ADDED, ClusterChange.What.SELF_UPDATED)) {
            return true;
        }
        return change.isAny(ClusterChange.What.POD_LEFT)
                && conflict(pod.hostPorts(), change.pod().map(PodInfo::hostPorts).orElseThrow());
    }
}
