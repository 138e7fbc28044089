package io.felucca.apiserver.admission.dynamic;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.Set;

/**
 * A ValidatingAdmissionPolicyBinding: for which requests, with which parameters, and what happens
 * where a validation fails.
 *
 * @param paramRef as in the object; missing without parameters
 */
record Binding(
        String name,
        String policy,
        RequestMatcher matcher,
        JsonNode paramRef,
        boolean denies,
        boolean warns,
        boolean audits) {

    static Binding of(JsonNode object) {
        JsonNode spec = object.path("spec");
        Set<String> actions = new HashSet<>();
        spec.path("validationActions").forEach(one -> actions.add(one.asText()));
        return new Binding(
                object.at("/metadata/name").asText(),
                spec.path("policyName").asText(),
                RequestMatcher.ofMatchResources(spec.path("matchResources")),
                spec.path("paramRef"),
                actions.contains("Deny"),
                actions.contains("Warn"),
                actions.contains("Audit"));
    }
}
