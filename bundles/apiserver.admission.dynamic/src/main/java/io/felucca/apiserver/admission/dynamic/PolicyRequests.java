package io.felucca.apiserver.admission.dynamic;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.apiserver.api.AdmissionPlugin.Request;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.machinery.Json;
import java.util.Set;

/** What policies see of requests, and which they don't. */
final class PolicyRequests {
    private static final GroupVersionResource NAMESPACES =
            new GroupVersionResource("", "v1", "namespaces");

    /** As upstream: a policy about these could lock everybody out. */
    private static final Set<String> REVIEWS =
            Set.of(
                    "selfsubjectreviews",
                    "tokenreviews",
                    "localsubjectaccessreviews",
                    "selfsubjectaccessreviews",
                    "selfsubjectrulesreviews",
                    "subjectaccessreviews");

    private PolicyRequests() {}

    static boolean isExempt(Request request) {
        String group = request.resource().group();
        boolean review =
                group.equals("authentication.k8s.io") || group.equals("authorization.k8s.io");
        return RequestMatcher.isExempt(request)
                || (review && REVIEWS.contains(request.resource().resource()));
    }

    /** The namespace that the object is in; null if in none. */
    static JsonNode namespace(Request request) {
        if (request.namespace().isEmpty()) {
            return null;
        }
        return request.server()
                .get(NAMESPACES, "", request.namespace())
                .map(found -> Json.parseObject(found.json()))
                .orElseThrow(
                        () ->
                                ApiException.notFound(
                                        NAMESPACES.groupResource(), request.namespace()));
    }
}
