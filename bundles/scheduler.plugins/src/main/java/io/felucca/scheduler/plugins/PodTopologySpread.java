package io.felucca.scheduler.plugins;

import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.NodeAffinity;
import io.fabric8.kubernetes.api.model.NodeSelector;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Toleration;
import io.felucca.scheduler.api.ClusterChange;
import io.felucca.scheduler.api.ClusterChange.What;
import io.felucca.scheduler.api.CycleState;
import io.felucca.scheduler.api.Filter;
import io.felucca.scheduler.api.NodeInfo;
import io.felucca.scheduler.api.Plugin;
import io.felucca.scheduler.api.PodInfo;
import io.felucca.scheduler.api.PreFilter;
import io.felucca.scheduler.api.PreScore;
import io.felucca.scheduler.api.Score;
import io.felucca.scheduler.api.SpreadConstraint;
import io.felucca.scheduler.api.Verdict;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.osgi.service.component.annotations.Component;

/** Spreads pods over domains such as zones, as their constraints ask (KEP-895). */
@Component(service = Plugin.class, property = Plugin.NAME + "=PodTopologySpread")
public final class PodTopologySpread implements PreFilter, Filter, PreScore, Score {
    private static final Verdict UNEVEN =
            Verdict.unschedulable("node(s) didn't match pod topology spread constraints");
    private static final Verdict NO_LABEL =
            Verdict.unresolvable(
                    "node(s) didn't match pod topology spread constraints (missing required"
                            + " label)");

    /** The score of a node that lacks a label: it comes last. */
    private static final long NOT_COUNTED = -1;

    private final LatelyUsed<Template, DomainCounts> counted = new LatelyUsed<>();

    /** All that the counts of a constraint depend on, besides the nodes. */
    private record Template(
            SpreadConstraint constraint,
            Set<String> topologyKeys,
            String namespace,
            Map<String, String> nodeSelector,
            Optional<NodeSelector> nodeAffinity,
            List<Toleration> tolerations) {}

    /** A constraint with the pods in each of its domains, and those of the emptiest. */
    private record Spread(SpreadConstraint constraint, DomainCounts pods, int least, int self) {}

    private record Required(List<Spread> spreads) {}

    private record Preferred(List<Spread> spreads) {}

    @Override
    public String name() {
        return "PodTopologySpread";
    }

    @Override
    public Result preFilter(CycleState state, PodInfo pod) {
        List<Spread> spreads = spreads(state, pod, true);
        if (spreads.isEmpty()) {
            return Result.SKIP;
        }
        state.put(Required.class, new Required(spreads));
        return Result.SUCCESS;
    }

    private List<Spread> spreads(CycleState state, PodInfo pod, boolean required) {
        List<SpreadConstraint> constraints =
                pod.spreadConstraints().stream().filter(one -> one.required() == required).toList();
        if (constraints.isEmpty()) {
            return List.of();
        }
        Set<String> keys =
                constraints.stream()
                        .map(SpreadConstraint::topologyKey)
                        .collect(Collectors.toUnmodifiableSet());
        return constraints.stream()
                .map(constraint -> spread(state, constraint, keys, pod))
                .toList();
    }

    private Spread spread(
            CycleState state, SpreadConstraint constraint, Set<String> keys, PodInfo pod) {
        PodSpec spec = pod.pod().getSpec();
        Template template =
                new Template(
                        constraint,
                        keys,
                        pod.namespace(),
                        spec.getNodeSelector() == null ? Map.of() : spec.getNodeSelector(),
                        nodeAffinity(spec),
                        spec.getTolerations());
        DomainCounts pods =
                counted.computeIfAbsent(template, one -> newCounts(one, pod))
                        .follow(state.cluster());
        return new Spread(
                constraint,
                pods,
                pods.size() < constraint.minDomains() ? 0 : pods.least(),
                constraint.selector().matches(pod.labels()) ? 1 : 0);
    }

    private static Optional<NodeSelector> nodeAffinity(PodSpec spec) {
        return Optional.ofNullable(spec.getAffinity())
                .map(Affinity::getNodeAffinity)
                .map(NodeAffinity::getRequiredDuringSchedulingIgnoredDuringExecution);
    }

    /**
     * @param pod any of the template
     */
    private static DomainCounts newCounts(Template template, PodInfo pod) {
        SpreadConstraint constraint = template.constraint();
        NodeMatcher affinity =
                NodeMatcher.of(template.nodeSelector(), template.nodeAffinity().orElse(null));
        return new DomainCounts(
                constraint.topologyKey(),
                node ->
                        node.labels().keySet().containsAll(template.topologyKeys())
                                        && (!constraint.honorAffinity() || affinity.matches(node))
                                        && (!constraint.honorTaints()
                                                || TaintToleration.tolerates(pod, node))
                                ? count(constraint, pod, node)
                                : DomainCounts.LEFT_OUT);
    }

    private static int count(SpreadConstraint constraint, PodInfo pod, NodeInfo node) {
        int count = 0;
        for (PodInfo other : node.pods()) {
            if (other.namespace().equals(pod.namespace())
                    && other.pod().getMetadata().getDeletionTimestamp() == null
                    && constraint.selector().matches(other.labels())) {
                count++;
            }
        }
        return count;
    }

    @Override
    public Verdict filter(CycleState state, PodInfo pod, NodeInfo node) {
        for (Spread spread : state.find(Required.class).spreads()) {
            String domain = node.labels().get(spread.constraint().topologyKey());
            if (domain == null) {
                return NO_LABEL;
            }
            int there = spread.pods().near(node);
            if (there + spread.self() - spread.least() > spread.constraint().maxSkew()) {
                return UNEVEN;
            }
        }
        return Verdict.SUCCESS;
    }

    @Override
    public Verdict preScore(CycleState state, PodInfo pod, List<NodeInfo> feasible) {
        List<Spread> spreads = spreads(state, pod, false);
        if (spreads.isEmpty()) {
            return Verdict.SKIP;
        }
        state.put(Preferred.class, new Preferred(spreads));
        return Verdict.SUCCESS;
    }

    /** The more pods are near, the higher; many domains weigh more, as there are fewer in each. */
    @Override
    public long score(CycleState state, PodInfo pod, NodeInfo node) {
        double sum = 0;
        for (Spread spread : state.find(Preferred.class).spreads()) {
            String domain = node.labels().get(spread.constraint().topologyKey());
            if (domain == null) {
                return NOT_COUNTED;
            }
            sum +=
                    spread.pods().near(node) * Math.log(spread.pods().size() + 2)
                            + spread.constraint().maxSkew()
                            - 1;
        }
        return Math.round(sum);
    }

    @Override
    public void normalize(CycleState state, PodInfo pod, long[] scores) {
        long lowest = Long.MAX_VALUE;
        long highest = 0;
        for (long score : scores) {
            lowest = score == NOT_COUNTED ? lowest : Math.min(lowest, score);
            highest = Math.max(highest, score);
        }
        for (int i = 0; i < scores.length; i++) {
            if (scores[i] == NOT_COUNTED) {
                scores[i] = 0;
            } else {
                scores[i] = highest == 0 ? MAX : MAX * (highest + lowest - scores[i]) / highest;
            }
        }
    }

    @Override
    public boolean mayHelp(ClusterChange change, PodInfo pod) {
        return change.isAny(
                What.NODE_ADDED,
                What.NODE_LABELS,
                What.NODE_TAINTS,
                What.POD_ASSIGNED,
                What.POD_UPDATED,
                What.POD_LEFT,
                What.SELF_UPDATED);
    }
}
