package io.felucca.scheduler.plugins;

import io.fabric8.kubernetes.api.model.Namespace;
import io.felucca.client.api.Informer;
import io.felucca.client.api.Informers;
import io.felucca.scheduler.api.AffinityTerms;
import io.felucca.scheduler.api.AffinityTerms.Term;
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
import io.felucca.scheduler.api.Verdict;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/**
 * Keeps pods near, and apart from, other pods as their affinity and that of the others asks. What
 * is near is counted once per pod, by the value of the topology label.
 */
@Component(service = Plugin.class, property = Plugin.NAME + "=InterPodAffinity")
public final class InterPodAffinity implements PreFilter, Filter, PreScore, Score {
    private static final Verdict NOT_NEAR =
            Verdict.unresolvable("node(s) didn't match pod affinity rules");
    private static final Verdict TOO_NEAR =
            Verdict.unschedulable("node(s) didn't match pod anti-affinity rules");
    private static final Verdict OTHERS_OBJECT =
            Verdict.unschedulable("node(s) didn't satisfy existing pods anti-affinity rules");

    /** What a required affinity of another pod adds to a score, as upstream. */
    private static final int HARD_WEIGHT = 1;

    private final Informer<Namespace> namespaces;
    private final NamespaceLabels labels;

    private record Domain(String key, String value) {}

    /** Pods per domain: wanted near, not wanted near, and those that don't want this one near. */
    private record Counts(
            Map<Domain, Integer> near, Map<Domain, Integer> far, Map<Domain, Integer> objecting) {}

    private record Preferences(Map<Domain, Integer> weights) {}

    @Activate
    public InterPodAffinity(@Reference Informers informers) {
        namespaces = informers.of(Namespace.class);
        labels = new NamespaceLabels(namespaces);
    }

    @Deactivate
    void deactivate() {
        namespaces.close();
    }

    @Override
    public String name() {
        return "InterPodAffinity";
    }

    @Override
    public Result preFilter(CycleState state, PodInfo pod) {
        AffinityTerms own = pod.affinityTerms();
        Counts counts = new Counts(new HashMap<>(), new HashMap<>(), new HashMap<>());
        boolean countAll = !own.affinity().isEmpty() || !own.antiAffinity().isEmpty();
        for (NodeInfo node : state.cluster().nodesWithPodAffinity()) {
            for (PodInfo other : node.podsWithAffinity()) {
                for (Term term : other.affinityTerms().antiAffinity()) {
                    count(counts.objecting(), term, matches(term, pod), node, 1);
                }
            }
        }
        if (countAll) {
            for (NodeInfo node : state.cluster().nodes()) {
                node.pods().forEach(other -> countFor(own, other, node, counts));
            }
        }
        if (!countAll && counts.objecting().isEmpty()) {
            return Result.SKIP;
        }
        state.put(Counts.class, counts);
        return Result.SUCCESS;
    }

    private void countFor(AffinityTerms own, PodInfo other, NodeInfo node, Counts counts) {
        if (matchesAll(own.affinity(), other)) {
            own.affinity().forEach(term -> count(counts.near(), term, true, node, 1));
        }
        for (Term term : own.antiAffinity()) {
            count(counts.far(), term, matches(term, other), node, 1);
        }
    }

    private static void count(
            Map<Domain, Integer> counts, Term term, boolean matches, NodeInfo node, int weight) {
        String value = node.labels().get(term.topologyKey());
        if (matches && value != null) {
            counts.merge(new Domain(term.topologyKey(), value), weight, Integer::sum);
        }
    }

    private boolean matches(Term term, PodInfo pod) {
        return term.matches(
                pod, term.namespaceSelector().isNothing() ? Map.of() : labels.of(pod.namespace()));
    }

    private boolean matchesAll(List<Term> terms, PodInfo pod) {
        return !terms.isEmpty() && terms.stream().allMatch(term -> matches(term, pod));
    }

    @Override
    public Verdict filter(CycleState state, PodInfo pod, NodeInfo node) {
        Counts counts = state.find(Counts.class);
        if (!isNear(pod, node, counts.near())) {
            return NOT_NEAR;
        }
        for (Term term : pod.affinityTerms().antiAffinity()) {
            String value = node.labels().get(term.topologyKey());
            if (value != null && counts.far().containsKey(new Domain(term.topologyKey(), value))) {
                return TOO_NEAR;
            }
        }
        if (!counts.objecting().isEmpty()) {
            for (Map.Entry<String, String> label : node.labels().entrySet()) {
                if (counts.objecting().containsKey(new Domain(label.getKey(), label.getValue()))) {
                    return OTHERS_OBJECT;
                }
            }
        }
        return Verdict.SUCCESS;
    }

    private boolean isNear(PodInfo pod, NodeInfo node, Map<Domain, Integer> near) {
        List<Term> terms = pod.affinityTerms().affinity();
        boolean all = true;
        for (Term term : terms) {
            String value = node.labels().get(term.topologyKey());
            if (value == null) {
                return false;
            }
            all &= near.containsKey(new Domain(term.topologyKey(), value));
        }
        // The first of a group that wants to be together has nobody to be near to.
        return all || (near.isEmpty() && matchesAll(terms, pod));
    }

    @Override
    public Verdict preScore(CycleState state, PodInfo pod, List<NodeInfo> feasible) {
        List<Term> own = pod.affinityTerms().preferred();
        Map<Domain, Integer> weights = new HashMap<>();
        if (!own.isEmpty()) {
            for (NodeInfo node : state.cluster().nodes()) {
                node.pods().forEach(other -> weigh(weights, own, other, node));
            }
        }
        for (NodeInfo node : state.cluster().nodesWithPodAffinity()) {
            for (PodInfo other : node.podsWithAffinity()) {
                weigh(weights, other.affinityTerms().affinity(), pod, node);
                weigh(weights, other.affinityTerms().preferred(), pod, node);
            }
        }
        if (weights.isEmpty()) {
            return Verdict.SKIP;
        }
        state.put(Preferences.class, new Preferences(weights));
        return Verdict.SUCCESS;
    }

    private void weigh(Map<Domain, Integer> weights, List<Term> terms, PodInfo pod, NodeInfo node) {
        for (Term term : terms) {
            int weight = term.weight() == 0 ? HARD_WEIGHT : term.weight();
            count(weights, term, matches(term, pod), node, weight);
        }
    }

    @Override
    public long score(CycleState state, PodInfo pod, NodeInfo node) {
        long sum = 0;
        for (Map.Entry<Domain, Integer> one : state.find(Preferences.class).weights().entrySet()) {
            if (one.getKey().value().equals(node.labels().get(one.getKey().key()))) {
                sum += one.getValue();
            }
        }
        return sum;
    }

    /** Spreads from the lowest to the highest: scores may be negative. */
    @Override
    public void normalize(CycleState state, PodInfo pod, long[] scores) {
        long lowest = Long.MAX_VALUE;
        long highest = Long.MIN_VALUE;
        for (long score : scores) {
            lowest = Math.min(lowest, score);
            highest = Math.max(highest, score);
        }
        for (int i = 0; i < scores.length; i++) {
            scores[i] = highest == lowest ? 0 : MAX * (scores[i] - lowest) / (highest - lowest);
        }
    }

    @Override
    public boolean mayHelp(ClusterChange change, PodInfo pod) {
        return change.isAny(
                What.NODE_ADDED,
                What.NODE_LABELS,
                What.POD_ASSIGNED,
                What.POD_UPDATED,
                What.POD_LEFT,
                What.SELF_UPDATED);
    }
}
