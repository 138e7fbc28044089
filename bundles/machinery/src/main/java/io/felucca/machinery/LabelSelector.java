package io.felucca.machinery;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * A label selector: requirements that must all hold. Comes from a query ({@code app=a,tier in
 * (x,y),!old}) or from an object's {@code matchLabels} and {@code matchExpressions}. Immutable.
 */
public final class LabelSelector {

    /** What a requirement asks of one key. */
    public enum Operator {
        IN("in"),
        NOT_IN("notin"),
        EXISTS("exists"),
        DOES_NOT_EXIST("!"),
        GREATER_THAN("gt"),
        LESS_THAN("lt");

        private final String word;

        Operator(String word) {
            this.word = word;
        }
    }

    /** One requirement; {@code values} sorted, empty for the existence operators. */
    public record Requirement(String key, Operator operator, Set<String> values) {
        public Requirement {
            Objects.requireNonNull(key, "key");
            Objects.requireNonNull(operator, "operator");
            values = Collections.unmodifiableSet(new TreeSet<>(values));
        }

        /** Whether labels satisfy this; a missing key satisfies {@code !=} and {@code notin}. */
        public boolean matches(Map<String, String> labels) {
            String value = labels.get(key);
            return switch (operator) {
                case IN -> value != null && values.contains(value);
                case NOT_IN -> value == null || !values.contains(value);
                case EXISTS -> value != null;
                case DOES_NOT_EXIST -> value == null;
                case GREATER_THAN, LESS_THAN -> value != null && compares(value);
            };
        }

        private boolean compares(String value) {
            try {
                int order =
                        Long.compare(
                                Long.parseLong(value), Long.parseLong(values.iterator().next()));
                return operator == Operator.GREATER_THAN ? order > 0 : order < 0;
            } catch (NumberFormatException e) {
                return false;
            }
        }

        @Override
        public String toString() {
            return switch (operator) {
                case EXISTS -> key;
                case DOES_NOT_EXIST -> "!" + key;
                case GREATER_THAN -> key + ">" + String.join(",", values);
                case LESS_THAN -> key + "<" + String.join(",", values);
                case IN ->
                        values.size() == 1
                                ? key + "=" + values.iterator().next()
                                : key + " in (" + String.join(",", values) + ")";
                case NOT_IN ->
                        values.size() == 1
                                ? key + "!=" + values.iterator().next()
                                : key + " notin (" + String.join(",", values) + ")";
            };
        }
    }

    private static final LabelSelector EVERYTHING = new LabelSelector(List.of(), false);
    private static final LabelSelector NOTHING = new LabelSelector(List.of(), true);

    private final List<Requirement> requirements;
    private final boolean nothing;

    private LabelSelector(List<Requirement> requirements, boolean nothing) {
        this.requirements =
                requirements.stream().sorted(Comparator.comparing(Requirement::key)).toList();
        this.nothing = nothing;
    }

    public static LabelSelector everything() {
        return EVERYTHING;
    }

    public static LabelSelector nothing() {
        return NOTHING;
    }

    public static LabelSelector of(List<Requirement> requirements) {
        return requirements.isEmpty() ? EVERYTHING : new LabelSelector(requirements, false);
    }

    /** The plain map of a Service or ReplicationController; an empty one selects everything. */
    public static LabelSelector ofLabels(Map<String, String> labels) {
        List<Requirement> all = new ArrayList<>();
        for (Map.Entry<String, String> label : labels.entrySet()) {
            all.add(new Requirement(label.getKey(), Operator.IN, Set.of(label.getValue())));
        }
        return of(all);
    }

    /**
     * Parses the {@code labelSelector} of a query; empty selects everything.
     *
     * @throws IllegalArgumentException with upstream's words, for a 400
     */
    public static LabelSelector parse(String query) {
        return of(new LabelSelectorParser(query).parse());
    }

    /**
     * Reads {@code {"matchLabels":…,"matchExpressions":…}}. As upstream: null or missing selects
     * nothing, an empty object everything.
     *
     * @throws IllegalArgumentException if an operator is unknown or its values don't fit
     */
    public static LabelSelector fromJson(JsonNode selector) {
        if (selector == null || selector.isMissingNode() || selector.isNull()) {
            return NOTHING;
        }
        List<Requirement> all = new ArrayList<>();
        selector.path("matchLabels")
                .properties()
                .forEach(
                        label ->
                                all.add(
                                        new Requirement(
                                                label.getKey(),
                                                Operator.IN,
                                                Set.of(label.getValue().asText()))));
        for (JsonNode expression : selector.path("matchExpressions")) {
            all.add(fromExpression(expression));
        }
        return of(all);
    }

    private static Requirement fromExpression(JsonNode expression) {
        Set<String> values = new TreeSet<>();
        expression.path("values").forEach(value -> values.add(value.asText()));
        String word = expression.path("operator").asText();
        Operator operator =
                switch (word) {
                    case "In" -> Operator.IN;
                    case "NotIn" -> Operator.NOT_IN;
                    case "Exists" -> Operator.EXISTS;
                    case "DoesNotExist" -> Operator.DOES_NOT_EXIST;
                    default ->
                            throw new IllegalArgumentException(
                                    "\"" + word + "\" is not a valid label selector operator");
                };
        boolean wantsValues = operator == Operator.IN || operator == Operator.NOT_IN;
        if (wantsValues == values.isEmpty()) {
            throw new IllegalArgumentException(
                    wantsValues
                            ? "for 'in', 'notin' operators, values set can't be empty"
                            : "values set must be empty for exists and does not exist");
        }
        return new Requirement(expression.path("key").asText(), operator, values);
    }

    public boolean matches(Map<String, String> labels) {
        if (nothing) {
            return false;
        }
        for (Requirement requirement : requirements) {
            if (!requirement.matches(labels)) {
                return false;
            }
        }
        return true;
    }

    public List<Requirement> requirements() {
        return requirements;
    }

    public boolean isEverything() {
        return !nothing && requirements.isEmpty();
    }

    public boolean isNothing() {
        return nothing;
    }

    /** What {@link #parse} reads back, and what {@code status.selector} of a scale holds. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (Requirement requirement : requirements) {
            text.append(text.length() == 0 ? "" : ",").append(requirement);
        }
        return text.toString();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LabelSelector that
                && nothing == that.nothing
                && requirements.equals(that.requirements);
    }

    @Override
    public int hashCode() {
        return Objects.hash(requirements, nothing);
    }

    static String word(Operator operator) {
        return operator.word;
    }
}
