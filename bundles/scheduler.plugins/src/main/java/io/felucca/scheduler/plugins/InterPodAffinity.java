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
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/**
 * Keeps pods near, and apart from, other pods as their affinity and that of the others asks. What
 * is near is counted per domain of the topology and kept from one pod to the next, so that a pod
 * costs what changed since one of the same template.
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

    /** The required terms of placed pods, against this one; the others, for its score. */
    private final TermOwners objecting = new TermOwners(pod -> pod.affinityTerms().antiAffinity());

    private final TermOwners attracting =
            new TermOwners(
                    pod ->
                            Stream.concat(
                                            pod.affinityTerms().affinity().stream(),
                                            pod.affinityTerms().preferred().stream())
                                    .toList());
    private final LatelyUsed<Wish, DomainCounts> counted = new LatelyUsed<>();

    /** Pods that fit all of some terms, counted by a topology. */
    private record Wish(List<Term> terms, String topologyKey) {}

    /**
     * What is counted for one pod.
     *
     * @param near pods that fit all of its required terms, for each of them
     * @param far pods that fit one of its anti-affinity's terms, for each of them
     * @param objecting by the terms that refuse this pod, the domains of their pods
     */
    private record Counts(
            List<DomainCounts> near,
            List<DomainCounts> far,
            Map<Term, Map<String, Integer>> objecting) {}

    private record Weighted(DomainCounts counts, int weight) {}

    private record Preferences(List<Weighted> own, Map<Term, Map<String, Integer>> others) {}

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
        objecting.follow(state.cluster());
        Counts counts =
                new Counts(
                        own.affinity().stream()
                                .map(term -> counts(state, own.affinity(), term))
                                .toList(),
                        own.antiAffinity().stream()
                                .map(term -> counts(state, List.of(term), term))
                                .toList(),
                        objecting.of(term -> matches(term, pod)));
        if (counts.near().isEmpty() && counts.far().isEmpty() && counts.objecting().isEmpty()) {
            return Result.SKIP;
        }
        state.put(Counts.class, counts);
        return Result.SUCCESS;
    }

    /** The pods that fit all terms, by the topology of one of them. */
    private DomainCounts counts(CycleState state, List<Term> terms, Term one) {
        boolean lasts = terms.stream().allMatch(term -> term.namespaceSelector().isNothing());
        DomainCounts counts =
                lasts
                        ? counted.computeIfAbsent(
                                new Wish(terms, one.topologyKey()), this::newCounts)
                        // Labels of namespaces change without any node changing.
                        : newCounts(new Wish(terms, one.topologyKey()));
        return counts.follow(state.cluster());
    }

    private DomainCounts newCounts(Wish wish) {
        return new DomainCounts(wish.topologyKey(), node -> count(wish.terms(), node));
    }

    private int count(List<Term> terms, NodeInfo node) {
        int count = 0;
        for (PodInfo pod : node.pods()) {
            if (matchesAll(terms, pod)) {
                count++;
            }
        }
        return count;
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
        for (DomainCounts far : counts.far()) {
            if (far.near(node) > 0) {
                return TOO_NEAR;
            }
        }
        for (Map.Entry<Term, Map<String, Integer>> one : counts.objecting().entrySet()) {
            if (isIn(node, one.getKey(), one.getValue())) {
                return OTHERS_OBJECT;
            }
        }
        return Verdict.SUCCESS;
    }

    private static boolean isIn(NodeInfo node, Term term, Map<String, Integer> domains) {
        String value = node.labels().get(term.topologyKey());
        return value != null && domains.containsKey(value);
    }

    private boolean isNear(PodInfo pod, NodeInfo node, List<DomainCounts> near) {
        boolean all = true;
        for (DomainCounts one : near) {
            if (!node.labels().containsKey(one.topologyKey())) {
                return false;
            }
            all &= one.near(node) > 0;
        }
        // The first of a group that wants to be together has nobody to be near to.
        return all
                || (near.stream().allMatch(DomainCounts::isEmpty)
                        && matchesAll(pod.affinityTerms().affinity(), pod));
    }

    @Override
    public Verdict preScore(CycleState state, PodInfo pod, List<NodeInfo> feasible) {
        List<Weighted> own =
                pod.affinityTerms().preferred().stream()
                        .map(
                                term ->
                                        new Weighted(
                                                counts(state, List.of(term), term), term.weight()))
                        .filter(one -> !one.counts().isEmpty())
                        .toList();
        attracting.follow(state.cluster());
        Map<Term, Map<String, Integer>> others = attracting.of(term -> matches(term, pod));
        if (own.isEmpty() && others.isEmpty()) {
            return Verdict.SKIP;
        }
        state.put(Preferences.class, new Preferences(own, others));
        return Verdict.SUCCESS;
    }

    @Override
    public long score(CycleState state, PodInfo pod, NodeInfo node) {
        Preferences preferences = state.find(Preferences.class);
        long sum = 0;
        for (Weighted one : preferences.own()) {
            sum += (long) one.weight() * one.counts().near(node);
        }
        for (Map.Entry<Term, Map<String, Integer>> one : preferences.others().entrySet()) {
            Term term = one.getKey();
            String value = node.labels().get(term.topologyKey());
            if (value != null) {
                int weight = term.weight() == 0 ? HARD_WEIGHT : term.weight();
                sum += (long) weight * one.getValue().getOrDefault(value, 0);
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
