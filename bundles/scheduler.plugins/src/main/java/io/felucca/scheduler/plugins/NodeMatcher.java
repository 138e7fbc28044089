package io.felucca.scheduler.plugins;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeSelector;
import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.felucca.machinery.LabelSelector.Operator;
import io.felucca.machinery.LabelSelector.Requirement;
import io.felucca.scheduler.api.NodeInfo;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a pod asks of a node's labels and name, read once. Immutable. */
final class NodeMatcher {
    private static final String NAME = "metadata.name";

    /** All must hold. */
    private record Term(List<Requirement> labels, List<Requirement> fields) {
        boolean matches(Map<String, String> nodeLabels, String name) {
            for (Requirement label : labels) {
                if (!label.matches(nodeLabels)) {
                    return false;
                }
            }
            for (Requirement field : fields) {
                if (!field.matches(Map.of(NAME, name))) {
                    return false;
                }
            }
            return true;
        }
    }

    private final Map<String, String> exact;

    /** One must match; null for no such condition. */
    private final List<Term> terms;

    private NodeMatcher(Map<String, String> exact, List<Term> terms) {
        this.exact = exact;
        this.terms = terms;
    }

    static NodeMatcher of(Map<String, String> nodeSelector, NodeSelector required) {
        List<Term> terms = null;
        if (required != null) {
            terms = new ArrayList<>();
            for (NodeSelectorTerm term : required.getNodeSelectorTerms()) {
                if (!isEmpty(term)) {
                    terms.add(term(term));
                }
            }
        }
        return new NodeMatcher(nodeSelector == null ? Map.of() : nodeSelector, terms);
    }

    /** A preference; an empty one matches nothing. */
    static NodeMatcher ofTerm(NodeSelectorTerm term) {
        return new NodeMatcher(Map.of(), isEmpty(term) ? List.of() : List.of(term(term)));
    }

    private static boolean isEmpty(NodeSelectorTerm term) {
        return term == null
                || (term.getMatchExpressions().isEmpty() && term.getMatchFields().isEmpty());
    }

    private static Term term(NodeSelectorTerm term) {
        return new Term(
                term.getMatchExpressions().stream().map(NodeMatcher::requirement).toList(),
                term.getMatchFields().stream().map(NodeMatcher::requirement).toList());
    }

    private static Requirement requirement(NodeSelectorRequirement one) {
        Operator operator =
                switch (one.getOperator()) {
                    case "In" -> Operator.IN;
                    case "NotIn" -> Operator.NOT_IN;
                    case "Exists" -> Operator.EXISTS;
                    case "DoesNotExist" -> Operator.DOES_NOT_EXIST;
                    case "Gt" -> Operator.GREATER_THAN;
                    case "Lt" -> Operator.LESS_THAN;
                    default ->
                            throw new IllegalArgumentException(
                                    "\""
                                            + one.getOperator()
                                            + "\" is not a valid node selector operator");
                };
        return new Requirement(one.getKey(), operator, Set.copyOf(one.getValues()));
    }

    boolean matches(NodeInfo node) {
        return matches(node.labels(), node.name());
    }

    boolean matches(Node node) {
        Map<String, String> labels = node.getMetadata().getLabels();
        return matches(labels == null ? Map.of() : labels, node.getMetadata().getName());
    }

    private boolean matches(Map<String, String> labels, String name) {
        for (Map.Entry<String, String> wanted : exact.entrySet()) {
            if (!wanted.getValue().equals(labels.get(wanted.getKey()))) {
                return false;
            }
        }
        if (terms == null) {
            return true;
        }
        for (Term term : terms) {
            if (term.matches(labels, name)) {
                return true;
            }
        }
        return false;
    }

    /**
     * The only names that can match, if every term names nodes, as the pods of a DaemonSet do: then
     * one node is looked at instead of all.
     */
    static Optional<Set<String>> names(NodeSelector required) {
        Set<String> all = new HashSet<>();
        for (NodeSelectorTerm term : required.getNodeSelectorTerms()) {
            Optional<Set<String>> named = names(term);
            if (named.isEmpty()) {
                return Optional.empty();
            }
            all.addAll(named.get());
        }
        return required.getNodeSelectorTerms().isEmpty() ? Optional.empty() : Optional.of(all);
    }

    private static Optional<Set<String>> names(NodeSelectorTerm term) {
        Optional<Set<String>> names = Optional.empty();
        for (NodeSelectorRequirement field : term.getMatchFields()) {
            if (NAME.equals(field.getKey()) && "In".equals(field.getOperator())) {
                Set<String> these = new HashSet<>(field.getValues());
                names.ifPresent(these::retainAll);
                names = Optional.of(these);
            }
        }
        return names;
    }
}
