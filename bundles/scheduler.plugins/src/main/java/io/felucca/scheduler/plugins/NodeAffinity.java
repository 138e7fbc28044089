package io.felucca.scheduler.plugins;

import io.fabric8.kubernetes.api.model.NodeSelector;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PreferredSchedulingTerm;
import io.felucca.scheduler.api.ClusterChange;
import io.felucca.scheduler.api.CycleState;
import io.felucca.scheduler.api.Filter;
import io.felucca.scheduler.api.NodeInfo;
import io.felucca.scheduler.api.Plugin;
import io.felucca.scheduler.api.PodInfo;
import io.felucca.scheduler.api.PreFilter;
import io.felucca.scheduler.api.PreScore;
import io.felucca.scheduler.api.Score;
import io.felucca.scheduler.api.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.osgi.service.component.annotations.Component;

/** Only nodes that the pod's node selector and affinity pick; rather those that it prefers. */
@Component(service = Plugin.class, property = Plugin.NAME + "=NodeAffinity")
public final class NodeAffinity implements PreFilter, Filter, PreScore, Score {
    private static final Verdict NO_MATCH =
            Verdict.unresolvable("node(s) didn't match Pod's node affinity/selector");

    private record Required(NodeMatcher matcher) {}

    private record Preference(NodeMatcher matcher, long weight) {}

    private record Preferred(List<Preference> preferences) {}

    @Override
    public String name() {
        return "NodeAffinity";
    }

    @Override
    public Result preFilter(CycleState state, PodInfo pod) {
        PodSpec spec = pod.pod().getSpec();
        Optional<NodeSelector> affinity = required(spec);
        boolean plain = spec.getNodeSelector() == null || spec.getNodeSelector().isEmpty();
        if (plain && affinity.isEmpty()) {
            return Result.SKIP;
        }
        state.put(
                Required.class,
                new Required(NodeMatcher.of(spec.getNodeSelector(), affinity.orElse(null))));
        Optional<Set<String>> named = affinity.flatMap(NodeMatcher::names);
        if (named.isPresent() && named.get().isEmpty()) {
            return Result.of(
                    Verdict.unresolvable(
                            "pod affinity terms conflict: no node name satisfies them all"));
        }
        return named.map(Result::only).orElse(Result.SUCCESS);
    }

    private static Optional<NodeSelector> required(PodSpec spec) {
        return spec.getAffinity() == null || spec.getAffinity().getNodeAffinity() == null
                ? Optional.empty()
                : Optional.ofNullable(
                        spec.getAffinity()
                                .getNodeAffinity()
                                .getRequiredDuringSchedulingIgnoredDuringExecution());
    }

    @Override
    public Verdict filter(CycleState state, PodInfo pod, NodeInfo node) {
        return state.find(Required.class).matcher().matches(node) ? Verdict.SUCCESS : NO_MATCH;
    }

    @Override
    public Verdict preScore(CycleState state, PodInfo pod, List<NodeInfo> feasible) {
        PodSpec spec = pod.pod().getSpec();
        List<PreferredSchedulingTerm> terms =
                spec.getAffinity() == null || spec.getAffinity().getNodeAffinity() == null
                        ? List.of()
                        : spec.getAffinity()
                                .getNodeAffinity()
                                .getPreferredDuringSchedulingIgnoredDuringExecution();
        if (terms.isEmpty()) {
            return Verdict.SKIP;
        }
        List<Preference> preferences = new ArrayList<>();
        for (PreferredSchedulingTerm term : terms) {
            preferences.add(
                    new Preference(NodeMatcher.ofTerm(term.getPreference()), term.getWeight()));
        }
        state.put(Preferred.class, new Preferred(preferences));
        return Verdict.SUCCESS;
    }

    @Override
    public long score(CycleState state, PodInfo pod, NodeInfo node) {
        long sum = 0;
        for (Preference preference : state.find(Preferred.class).preferences()) {
            if (preference.matcher().matches(node)) {
                sum += preference.weight();
            }
        }
        return sum;
    }

    @Override
    public void normalize(CycleState state, PodInfo pod, long[] scores) {
        Score.scale(scores, false);
    }

    @Override
    public boolean mayHelp(ClusterChange change, PodInfo pod) {
        if (change.isAny(ClusterChange.What.SELF_UPDATED)) {
            return true;
        }
        if (!change.isAny(ClusterChange.What.NODE_ADDED, ClusterChange.What.NODE_LABELS)) {
            return false;
        }
        PodSpec spec = pod.pod().getSpec();
        NodeMatcher matcher = NodeMatcher.of(spec.getNodeSelector(), required(spec).orElse(null));
        return change.node().map(matcher::matches).orElse(true);
    }
}
