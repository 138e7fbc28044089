package io.felucca.scheduler.plugins;

import io.felucca.scheduler.api.AffinityTerms.Term;
import io.felucca.scheduler.api.ClusterView;
import io.felucca.scheduler.api.NodeInfo;
import io.felucca.scheduler.api.PodInfo;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The terms that placed pods have, and in which domains those pods are. Pods of one template have
 * equal terms, so there are few. On the cycle thread only; what it gives holds until the next
 * {@link #follow}.
 */
final class TermOwners {
    private final Function<PodInfo, Collection<Term>> terms;
    private final ChangedNodes changes = new ChangedNodes();
    private final Map<NodeInfo, List<Share>> shares = new HashMap<>();
    private final Map<Term, Map<String, Integer>> owners = new HashMap<>();

    private record Share(Term term, String domain) {}

    /**
     * @param terms those of a pod that are kept here
     */
    TermOwners(Function<PodInfo, Collection<Term>> terms) {
        this.terms = terms;
    }

    void follow(ClusterView cluster) {
        changes.follow(cluster, this::reset, this::take);
    }

    private void reset() {
        shares.clear();
        owners.clear();
    }

    private void take(NodeInfo node) {
        List<Share> before = shares.remove(node);
        if (before != null) {
            before.forEach(this::subtract);
        }
        if (node.node() == null || node.podsWithAffinity().isEmpty()) {
            return;
        }
        List<Share> now =
                node.podsWithAffinity().stream()
                        .flatMap(pod -> terms.apply(pod).stream())
                        .filter(term -> node.labels().containsKey(term.topologyKey()))
                        .map(term -> new Share(term, node.labels().get(term.topologyKey())))
                        .toList();
        now.forEach(this::add);
        shares.put(node, now);
    }

    private void add(Share share) {
        owners.computeIfAbsent(share.term(), term -> new HashMap<>())
                .merge(share.domain(), 1, Integer::sum);
    }

    private void subtract(Share share) {
        Map<String, Integer> domains = owners.get(share.term());
        domains.computeIfPresent(
                share.domain(), (domain, pods) -> pods == 1 ? null : Integer.valueOf(pods - 1));
        if (domains.isEmpty()) {
            owners.remove(share.term());
        }
    }

    /** For each term that is wanted, its pods by domain. */
    Map<Term, Map<String, Integer>> of(Predicate<Term> wanted) {
        Map<Term, Map<String, Integer>> found = new HashMap<>();
        owners.forEach(
                (term, domains) -> {
                    if (wanted.test(term)) {
                        found.put(term, domains);
                    }
                });
        return found;
    }
}
