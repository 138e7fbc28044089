package io.felucca.quota;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * A ResourceQuota as objects are held to it.
 *
 * @param hard the limits
 */
public record QuotaView(String name, Amounts hard, List<Scope> scopes) {
    public QuotaView {
        scopes = List.copyOf(scopes);
    }

    /** With the limits that its user wants. */
    public static QuotaView wanted(JsonNode quota) {
        return of(quota, "spec");
    }

    /** With the limits for which usage has been counted. */
    public static QuotaView counted(JsonNode quota) {
        return of(quota, "status");
    }

    private static QuotaView of(JsonNode quota, String part) {
        return new QuotaView(
                quota.path("metadata").path("name").asText(),
                Amounts.read(quota.path(part).path("hard")),
                Scope.of(quota));
    }

    /** Whether the object counts here at all. */
    public boolean counts(Evaluator evaluator, JsonNode object) {
        return hard.byName().keySet().stream().anyMatch(evaluator::counts)
                && scopes.stream().allMatch(scope -> evaluator.isIn(scope, object));
    }
}
