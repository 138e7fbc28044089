package io.felucca.quota;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * One thing by which a quota picks objects.
 *
 * @param operator In, NotIn, Exists or DoesNotExist
 */
public record Scope(String name, String operator, Set<String> values) {
    public Scope {
        values = Set.copyOf(values);
    }

    /** The scopes of a quota; an object must be in all of them to count. */
    public static List<Scope> of(JsonNode quota) {
        List<Scope> scopes = new ArrayList<>();
        for (JsonNode name : quota.path("spec").path("scopes")) {
            scopes.add(new Scope(name.asText(), "Exists", Set.of()));
        }
        for (JsonNode one : quota.path("spec").path("scopeSelector").path("matchExpressions")) {
            Set<String> values = new HashSet<>();
            one.path("values").forEach(value -> values.add(value.asText()));
            scopes.add(
                    new Scope(
                            one.path("scopeName").asText(), one.path("operator").asText(), values));
        }
        return scopes;
    }

    /** Whether a value, or that there is none (null), is what this asks for. */
    boolean selects(String value) {
        return switch (operator) {
            case "In" -> value != null && values.contains(value);
            case "NotIn" -> value == null || !values.contains(value);
            case "Exists" -> value != null;
            case "DoesNotExist" -> value == null;
            default -> false;
        };
    }
}
