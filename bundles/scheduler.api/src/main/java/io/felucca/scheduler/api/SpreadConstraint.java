package io.felucca.scheduler.api;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraint;
import io.felucca.machinery.LabelSelector;
import io.felucca.machinery.LabelSelector.Operator;
import java.util.List;

/**
 * How evenly pods must, or should, be spread over domains; read once.
 *
 * @param selector which pods are counted
 * @param required false if it is only a preference
 * @param minDomains below this many domains, the emptiest counts as empty; 1 for no such rule
 * @param honorAffinity nodes that the pod's node affinity doesn't pick are left out of account
 * @param honorTaints nodes with taints that the pod doesn't tolerate are left out of account
 */
public record SpreadConstraint(
        String topologyKey,
        LabelSelector selector,
        int maxSkew,
        boolean required,
        int minDomains,
        boolean honorAffinity,
        boolean honorTaints) {

    static List<SpreadConstraint> of(Pod pod) {
        return pod.getSpec().getTopologySpreadConstraints().stream()
                .map(one -> of(pod, one))
                .toList();
    }

    private static SpreadConstraint of(Pod pod, TopologySpreadConstraint one) {
        return new SpreadConstraint(
                one.getTopologyKey(),
                AffinityTerms.narrowed(
                        AffinityTerms.selector(one.getLabelSelector()),
                        pod,
                        one.getMatchLabelKeys(),
                        Operator.IN),
                one.getMaxSkew() == null ? 1 : one.getMaxSkew(),
                !"ScheduleAnyway".equals(one.getWhenUnsatisfiable()),
                one.getMinDomains() == null ? 1 : one.getMinDomains(),
                !"Ignore".equals(one.getNodeAffinityPolicy()),
                "Honor".equals(one.getNodeTaintsPolicy()));
    }
}
