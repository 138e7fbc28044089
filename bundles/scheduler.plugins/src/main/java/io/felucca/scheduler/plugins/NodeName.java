package io.felucca.scheduler.plugins;

import io.felucca.scheduler.api.ClusterChange;
import io.felucca.scheduler.api.CycleState;
import io.felucca.scheduler.api.Filter;
import io.felucca.scheduler.api.NodeInfo;
import io.felucca.scheduler.api.Plugin;
import io.felucca.scheduler.api.PodInfo;
import io.felucca.scheduler.api.Verdict;
import org.osgi.service.component.annotations.Component;

/** Only the node that the pod names, if it names one. */
@Component(service = Plugin.class, property = Plugin.NAME + "=NodeName")
public final class NodeName implements Filter {
    private static final Verdict OTHER_NODE =
            Verdict.unresolvable("node(s) didn't match the requested node name");

    @Override
    public String name() {
        return "NodeName";
    }

    @Override
    public Verdict filter(CycleState state, PodInfo pod, NodeInfo node) {
        String wanted = pod.pod().getSpec().getNodeName();
        return wanted == null || wanted.isEmpty() || wanted.equals(node.name())
                ? Verdict.SUCCESS
                : OTHER_NODE;
    }

    @Override
    public boolean mayHelp(ClusterChange change, PodInfo pod) {
        return change.isAny(ClusterChange.What.NODE_ADDED);
    }
}
