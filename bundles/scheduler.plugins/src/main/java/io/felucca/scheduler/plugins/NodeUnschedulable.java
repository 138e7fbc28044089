package io.felucca.scheduler.plugins;

import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.TaintBuilder;
import io.felucca.scheduler.api.ClusterChange;
import io.felucca.scheduler.api.CycleState;
import io.felucca.scheduler.api.Filter;
import io.felucca.scheduler.api.NodeInfo;
import io.felucca.scheduler.api.Plugin;
import io.felucca.scheduler.api.PodInfo;
import io.felucca.scheduler.api.Tolerations;
import io.felucca.scheduler.api.Verdict;
import org.osgi.service.component.annotations.Component;

/** No cordoned node, unless the pod tolerates that. */
@Component(service = Plugin.class, property = Plugin.NAME + "=NodeUnschedulable")
public final class NodeUnschedulable implements Filter {
    private static final Verdict CORDONED = Verdict.unresolvable("node(s) were unschedulable");

    private final Taint cordon =
            new TaintBuilder()
                    .withKey("node.kubernetes.io/unschedulable")
                    .withEffect("NoSchedule")
                    .build();

    @Override
    public String name() {
        return "NodeUnschedulable";
    }

    @Override
    public Verdict filter(CycleState state, PodInfo pod, NodeInfo node) {
        return !node.unschedulable()
                        || Tolerations.tolerate(pod.pod().getSpec().getTolerations(), cordon)
                ? Verdict.SUCCESS
                : CORDONED;
    }

    @Override
    public boolean mayHelp(ClusterChange change, PodInfo pod) {
        return change.isAny(
                ClusterChange.What.NODE_ADDED,
                ClusterChange.What.NODE_TAINTS,
                ClusterChange.What.SELF_UPDATED);
    }
}
