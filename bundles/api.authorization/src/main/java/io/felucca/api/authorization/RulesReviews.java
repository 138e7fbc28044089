package io.felucca.api.authorization;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.ApiRequest;
import io.felucca.apiserver.api.Authorizer;
import io.felucca.apiserver.api.Authorizer.Rule;
import io.felucca.machinery.ApiException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Lists what oneself may do in a namespace. */
final class RulesReviews {
    private RulesReviews() {}

    static CompletionStage<ObjectNode> run(
            ApiRequest request, ObjectNode body, List<Authorizer> authorizers) {
        String namespace = body.path("spec").path("namespace").asText("");
        if (namespace.isEmpty()) {
            throw ApiException.badRequest("no namespace on request");
        }
        ObjectNode status = body.putObject("status");
        ArrayNode resources = status.putArray("resourceRules");
        ArrayNode paths = status.putArray("nonResourceRules");
        List<String> unresolved = new ArrayList<>();
        for (Authorizer authorizer : authorizers) {
            authorizer.unresolved(request.user()).ifPresent(unresolved::add);
            for (Rule rule : authorizer.rulesFor(request.user(), namespace)) {
                if (rule.nonResourceUrls().isEmpty()) {
                    resource(rule, resources.addObject());
                } else {
                    ObjectNode json = paths.addObject();
                    add(json, "verbs", rule.verbs());
                    add(json, "nonResourceURLs", rule.nonResourceUrls());
                }
            }
        }
        status.put("incomplete", !unresolved.isEmpty());
        if (!unresolved.isEmpty()) {
            status.put("evaluationError", String.join(", ", unresolved));
        }
        return CompletableFuture.completedFuture(body);
    }

    private static void resource(Rule rule, ObjectNode json) {
        add(json, "verbs", rule.verbs());
        add(json, "apiGroups", rule.groups());
        add(json, "resources", rule.resources());
        if (!rule.resourceNames().isEmpty()) {
            add(json, "resourceNames", rule.resourceNames());
        }
    }

    private static void add(ObjectNode json, String name, List<String> values) {
        values.forEach(json.putArray(name)::add);
    }
}
