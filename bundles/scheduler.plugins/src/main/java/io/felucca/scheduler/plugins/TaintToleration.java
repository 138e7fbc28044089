package io.felucca.scheduler.plugins;

import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.Toleration;
import io.felucca.scheduler.api.ClusterChange;
import io.felucca.scheduler.api.CycleState;
import io.felucca.scheduler.api.Filter;
import io.felucca.scheduler.api.NodeInfo;
import io.felucca.scheduler.api.Plugin;
import io.felucca.scheduler.api.PodInfo;
import io.felucca.scheduler.api.Score;
import io.felucca.scheduler.api.Tolerations;
import io.felucca.scheduler.api.Verdict;
import java.util.List;
import org.osgi.service.component.annotations.Component;

/** No node with a taint that the pod doesn't tolerate; rather none that would prefer others. */
@Component(service = Plugin.class, property = Plugin.NAME + "=TaintToleration")
public final class TaintToleration implements Filter, Score {
    private static final Verdict UNTOLERATED =
            Verdict.unresolvable("node(s) had untolerated taint(s)");

    @Override
    public String name() {
        return "TaintToleration";
    }

    @Override
    public Verdict filter(CycleState state, PodInfo pod, NodeInfo node) {
        return tolerates(pod, node) ? Verdict.SUCCESS : UNTOLERATED;
    }

    static boolean tolerates(PodInfo pod, NodeInfo node) {
        List<Taint> taints = node.taints();
        for (int i = 0; i < taints.size(); i++) {
            Taint taint = taints.get(i);
            if (keepsOut(taint)
                    && !Tolerations.tolerate(pod.pod().getSpec().getTolerations(), taint)) {
                return false;
            }
        }
        return true;
    }

    private static boolean keepsOut(Taint taint) {
        return "NoSchedule".equals(taint.getEffect()) || "NoExecute".equals(taint.getEffect());
    }

    /** How many taints would prefer the pod elsewhere. */
    @Override
    public long score(CycleState state, PodInfo pod, NodeInfo node) {
        long intolerable = 0;
        List<Taint> taints = node.taints();
        for (int i = 0; i < taints.size(); i++) {
            Taint taint = taints.get(i);
            if ("PreferNoSchedule".equals(taint.getEffect())
                    && !toleratesPreference(pod.pod().getSpec().getTolerations(), taint)) {
                intolerable++;
            }
        }
        return intolerable;
    }

    /** A toleration of another effect says nothing about preferences. */
    private static boolean toleratesPreference(List<Toleration> tolerations, Taint taint) {
        for (Toleration toleration : tolerations) {
            String effect = toleration.getEffect();
            if ((effect == null || effect.isEmpty() || effect.equals("PreferNoSchedule"))
                    && Tolerations.tolerates(toleration, taint)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void normalize(CycleState state, PodInfo pod, long[] scores) {
        Score.scale(scores, true);
    }

    @Override
    public boolean mayHelp(ClusterChange change, PodInfo pod) {
        return change.isAny(
                ClusterChange.What.NODE_ADDED,
                ClusterChange.What.NODE_TAINTS,
                ClusterChange.What.SELF_UPDATED);
    }
}
