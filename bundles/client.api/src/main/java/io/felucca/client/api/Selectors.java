package io.felucca.client.api;

import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import io.felucca.machinery.LabelSelector;
import io.felucca.machinery.LabelSelector.Operator;
import io.felucca.machinery.LabelSelector.Requirement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** From the typed model's selectors to those that match. */
public final class Selectors {
    private Selectors() {}

    /** A missing selector picks nothing, an empty one everything, as everywhere in the API. */
    public static LabelSelector of(io.fabric8.kubernetes.api.model.LabelSelector selector) {
        if (selector == null) {
            return LabelSelector.nothing();
        }
        List<Requirement> all = new ArrayList<>();
        if (selector.getMatchLabels() != null) {
            selector.getMatchLabels()
                    .forEach((key, value) -> all.add(requirement(key, Operator.IN, Set.of(value))));
        }
        for (LabelSelectorRequirement one : selector.getMatchExpressions()) {
            Set<String> values = one.getValues() == null ? Set.of() : Set.copyOf(one.getValues());
            all.add(requirement(one.getKey(), operator(one.getOperator()), values));
        }
        return LabelSelector.of(all);
    }

    /** An object's labels; never null. */
    public static Map<String, String> labels(io.fabric8.kubernetes.api.model.HasMetadata object) {
        Map<String, String> labels = object.getMetadata().getLabels();
        return labels == null ? Map.of() : labels;
    }

    private static Requirement requirement(String key, Operator operator, Set<String> values) {
        return new Requirement(key, operator, values);
    }

    private static Operator operator(String name) {
        return switch (name) {
            case "In" -> Operator.IN;
            case "NotIn" -> Operator.NOT_IN;
            case "Exists" -> Operator.EXISTS;
            case "DoesNotExist" -> Operator.DOES_NOT_EXIST;
            default ->
                    throw new IllegalArgumentException(
                            "\"" + name + "\" is not a valid label selector operator");
        };
    }
}
