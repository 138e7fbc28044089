package io.felucca.api.authorization;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/**
 * The selectors of a review as a query writes them. What can't be understood is left out: then more
 * is asked for, and nothing is allowed that should not be.
 */
final class Selectors {
    private Selectors() {}

    static String fields(JsonNode selector) {
        if (!selector.path("rawSelector").asText("").isEmpty()) {
            return selector.path("rawSelector").asText();
        }
        StringJoiner query = new StringJoiner(",");
        for (JsonNode requirement : selector.path("requirements")) {
            String operator = requirement.path("operator").asText("");
            boolean one = requirement.path("values").size() == 1;
            if (one && (operator.equals("In") || operator.equals("NotIn"))) {
                query.add(
                        requirement.path("key").asText("")
                                + (operator.equals("In") ? "=" : "!=")
                                + escaped(requirement.path("values").path(0).asText("")));
            }
        }
        return query.toString();
    }

    private static String escaped(String value) {
        return value.replace("\\", "\\\\").replace(",", "\\,").replace("=", "\\=");
    }

    static String labels(JsonNode selector) {
        if (!selector.path("rawSelector").asText("").isEmpty()) {
            return selector.path("rawSelector").asText();
        }
        StringJoiner query = new StringJoiner(",");
        for (JsonNode requirement : selector.path("requirements")) {
            String key = requirement.path("key").asText("");
            List<String> values = new ArrayList<>();
            requirement.path("values").forEach(value -> values.add(value.asText("")));
            String list = " (" + String.join(",", values) + ")";
            switch (requirement.path("operator").asText("")) {
                case "In" -> query.add(key + " in" + list);
                case "NotIn" -> query.add(key + " notin" + list);
                case "Exists" -> query.add(key);
                case "DoesNotExist" -> query.add("!" + key);
                default -> {
                    // Left out, as said above.
                }
            }
        }
        return query.toString();
    }
}
