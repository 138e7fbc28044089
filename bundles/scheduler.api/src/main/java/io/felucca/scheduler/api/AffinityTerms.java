package io.felucca.scheduler.api;

import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodAffinity;
import io.fabric8.kubernetes.api.model.PodAffinityTerm;
import io.fabric8.kubernetes.api.model.PodAntiAffinity;
import io.fabric8.kubernetes.api.model.WeightedPodAffinityTerm;
import io.felucca.machinery.Json;
import io.felucca.machinery.LabelSelector;
import io.felucca.machinery.LabelSelector.Operator;
import io.felucca.machinery.LabelSelector.Requirement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a pod wants of the pods near it, read once.
 *
 * @param affinity near all of these it must be
 * @param antiAffinity near none of these it may be
 * @param preferred rather near these, or rather not where the weight is negative
 */
public record AffinityTerms(List<Term> affinity, List<Term> antiAffinity, List<Term> preferred) {
    public static final AffinityTerms NONE = new AffinityTerms(List.of(), List.of(), List.of());

    public AffinityTerms {
        affinity = List.copyOf(affinity);
        antiAffinity = List.copyOf(antiAffinity);
        preferred = List.copyOf(preferred);
    }

    /**
     * Some pods, and how near is near.
     *
     * @param namespaces in which those pods are, besides those that {@code namespaceSelector} picks
     * @param topologyKey nodes with the same value of this label are near each other
     * @param weight 0 if it must hold
     */
    public record Term(
            LabelSelector selector,
            Set<String> namespaces,
            LabelSelector namespaceSelector,
            String topologyKey,
            int weight) {

        /**
         * @param namespaceLabels those of the pod's namespace
         */
        public boolean matches(PodInfo pod, Map<String, String> namespaceLabels) {
            return (namespaces.contains(pod.namespace())
                            || namespaceSelector.matches(namespaceLabels))
                    && selector.matches(pod.labels());
        }
    }

    public boolean isEmpty() {
        return affinity.isEmpty() && antiAffinity.isEmpty() && preferred.isEmpty();
    }

    static AffinityTerms of(Pod pod) {
        Affinity all = pod.getSpec().getAffinity();
        if (all == null || (all.getPodAffinity() == null && all.getPodAntiAffinity() == null)) {
            return NONE;
        }
        List<Term> preferred = new ArrayList<>();
        List<Term> near = List.of();
        PodAffinity affinity = all.getPodAffinity();
        if (affinity != null) {
            near = terms(pod, affinity.getRequiredDuringSchedulingIgnoredDuringExecution());
            add(preferred, pod, affinity.getPreferredDuringSchedulingIgnoredDuringExecution(), 1);
        }
        List<Term> far = List.of();
        PodAntiAffinity anti = all.getPodAntiAffinity();
        if (anti != null) {
            far = terms(pod, anti.getRequiredDuringSchedulingIgnoredDuringExecution());
            add(preferred, pod, anti.getPreferredDuringSchedulingIgnoredDuringExecution(), -1);
        }
        return new AffinityTerms(near, far, preferred);
    }

    private static List<Term> terms(Pod pod, List<PodAffinityTerm> terms) {
        return terms.stream().map(term -> term(pod, term, 0)).toList();
    }

    private static void add(
            List<Term> preferred, Pod pod, List<WeightedPodAffinityTerm> terms, int sign) {
        for (WeightedPodAffinityTerm term : terms) {
            preferred.add(term(pod, term.getPodAffinityTerm(), sign * term.getWeight()));
        }
    }

    private static Term term(Pod pod, PodAffinityTerm term, int weight) {
        LabelSelector namespaceSelector = selector(term.getNamespaceSelector());
        boolean own = term.getNamespaces().isEmpty() && term.getNamespaceSelector() == null;
        Set<String> namespaces =
                own
                        ? Set.of(String.valueOf(pod.getMetadata().getNamespace()))
                        : Set.copyOf(term.getNamespaces());
        LabelSelector labels =
                narrowed(
                        selector(term.getLabelSelector()),
                        pod,
                        term.getMatchLabelKeys(),
                        Operator.IN);
        return new Term(
                narrowed(labels, pod, term.getMismatchLabelKeys(), Operator.NOT_IN),
                namespaces,
                namespaceSelector,
                term.getTopologyKey(),
                weight);
    }

    /** A missing selector picks nothing, an empty one everything. */
    static LabelSelector selector(io.fabric8.kubernetes.api.model.LabelSelector selector) {
        return LabelSelector.fromJson(
                selector == null ? null : Json.mapper().valueToTree(selector));
    }

    /** With the pod's own values of some labels asked for too (KEP-3633). */
    static LabelSelector narrowed(
            LabelSelector selector, Pod pod, List<String> keys, Operator operator) {
        if (keys == null || keys.isEmpty() || selector.isNothing()) {
            return selector;
        }
        Map<String, String> labels = pod.getMetadata().getLabels();
        List<Requirement> all = new ArrayList<>(selector.requirements());
        for (String key : keys) {
            String value = labels == null ? null : labels.get(key);
            if (value != null) {
                all.add(new Requirement(key, operator, Set.of(value)));
            }
        }
        return LabelSelector.of(all);
    }
}
