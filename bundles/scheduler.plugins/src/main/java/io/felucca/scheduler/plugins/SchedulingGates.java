package io.felucca.scheduler.plugins;

import io.fabric8.kubernetes.api.model.PodSchedulingGate;
import io.felucca.scheduler.api.ClusterChange;
import io.felucca.scheduler.api.Plugin;
import io.felucca.scheduler.api.PodInfo;
import io.felucca.scheduler.api.PreEnqueue;
import io.felucca.scheduler.api.Verdict;
import java.util.List;
import org.osgi.service.component.annotations.Component;

/** Holds a pod back until its last scheduling gate has been removed (KEP-3521). */
@Component(service = Plugin.class, property = Plugin.NAME + "=SchedulingGates")
public final class SchedulingGates implements PreEnqueue {
    @Override
    public String name() {
        return "SchedulingGates";
    }

    @Override
    public Verdict preEnqueue(PodInfo pod) {
        List<PodSchedulingGate> gates = pod.pod().getSpec().getSchedulingGates();
        if (gates.isEmpty()) {
            return Verdict.SUCCESS;
        }
        List<String> names = gates.stream().map(PodSchedulingGate::getName).toList();
        return Verdict.unresolvable(
                "waiting for scheduling gates: [" + String.join(" ", names) + "]");
    }

    @Override
    public boolean mayHelp(ClusterChange change, PodInfo pod) {
        return change.isAny(ClusterChange.What.SELF_UPDATED);
    }
}
