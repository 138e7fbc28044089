package io.felucca.api.authorization;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.api.validation.Field;
import io.felucca.apiserver.api.ApiRequest;
import io.felucca.apiserver.api.Authorizer;
import io.felucca.apiserver.api.Authorizer.Attributes;
import io.felucca.apiserver.api.Authorizer.Decision;
import io.felucca.apiserver.api.Authorizer.Verdict;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.machinery.ApiException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Says whether somebody may do something. */
final class AccessReviews {
    private AccessReviews() {}

    static CompletionStage<ObjectNode> anybody(ObjectNode body, List<Authorizer> authorizers) {
        Field spec = Field.root(body).at("spec");
        somebody(spec);
        return decide(spec, user(spec.node()), body, "SubjectAccessReview", authorizers);
    }

    static CompletionStage<ObjectNode> self(
            ApiRequest request, ObjectNode body, List<Authorizer> authorizers) {
        Field spec = Field.root(body).at("spec");
        return decide(spec, request.user(), body, "SelfSubjectAccessReview", authorizers);
    }

    static CompletionStage<ObjectNode> local(
            ApiRequest request, ObjectNode body, List<Authorizer> authorizers) {
        Field spec = Field.root(body).at("spec");
        somebody(spec);
        Field resource = spec.at("resourceAttributes");
        if (resource.present() && !resource.text("namespace").equals(request.namespace())) {
            resource.at("namespace").invalid("must match metadata.namespace");
        }
        if (spec.has("nonResourceAttributes")) {
            spec.at("nonResourceAttributes").invalid("disallowed on this kind of request");
        }
        return decide(spec, user(spec.node()), body, "LocalSubjectAccessReview", authorizers);
    }

    private static void somebody(Field spec) {
        if (!spec.at("user").filled() && !spec.at("groups").filled()) {
            spec.at("user").invalid("at least one of user or group must be specified");
        }
    }

    private static UserInfo user(JsonNode spec) {
        List<String> groups = new ArrayList<>();
        spec.path("groups").forEach(group -> groups.add(group.asText()));
        Map<String, List<String>> extra = new HashMap<>();
        for (Map.Entry<String, JsonNode> one : spec.path("extra").properties()) {
            List<String> values = new ArrayList<>();
            one.getValue().forEach(value -> values.add(value.asText()));
            extra.put(one.getKey(), values);
        }
        return new UserInfo(
                spec.path("user").asText(""), spec.path("uid").asText(""), groups, extra);
    }

    private static CompletionStage<ObjectNode> decide(
            Field spec, UserInfo user, ObjectNode body, String kind, List<Authorizer> authorizers) {
        oneKind(spec);
        if (!spec.problems().isEmpty()) {
            throw ApiException.invalid(
                    "authorization.k8s.io",
                    kind,
                    body.path("metadata").path("name").asText(""),
                    spec.problems());
        }
        Attributes attributes = attributes(spec.node(), user);
        ObjectNode status = body.putObject("status");
        Decision decision = Authorizer.decide(authorizers, attributes);
        status.put("allowed", decision.verdict() == Verdict.ALLOW);
        if (decision.verdict() == Verdict.DENY) {
            status.put("denied", true);
        }
        if (!decision.reason().isEmpty()) {
            status.put("reason", decision.reason());
        }
        return CompletableFuture.completedFuture(body);
    }

    private static void oneKind(Field spec) {
        boolean resource = spec.has("resourceAttributes");
        boolean path = spec.has("nonResourceAttributes");
        if (resource && path) {
            spec.at("nonResourceAttributes")
                    .invalid("cannot be specified in combination with resourceAttributes");
        } else if (!resource && !path) {
            spec.at("resourceAttributes")
                    .invalid(
                            null,
                            "exactly one of nonResourceAttributes or resourceAttributes must be"
                                    + " specified");
        }
    }

    private static Attributes attributes(JsonNode spec, UserInfo user) {
        if (spec.hasNonNull("nonResourceAttributes")) {
            JsonNode path = spec.path("nonResourceAttributes");
            return new Attributes(
                    user,
                    path.path("verb").asText(""),
                    "",
                    "",
                    "",
                    "",
                    "",
                    "",
                    path.path("path").asText(""));
        }
        JsonNode resource = spec.path("resourceAttributes");
        return new Attributes(
                user,
                resource.path("verb").asText(""),
                resource.path("group").asText(""),
                resource.path("version").asText(""),
                resource.path("resource").asText(""),
                resource.path("subresource").asText(""),
                resource.path("namespace").asText(""),
                resource.path("name").asText(""),
                "",
                Selectors.labels(resource.path("labelSelector")),
                Selectors.fields(resource.path("fieldSelector")));
    }
}
