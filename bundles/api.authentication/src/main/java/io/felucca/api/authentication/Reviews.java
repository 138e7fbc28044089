package io.felucca.api.authentication;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.ApiRequest;
import io.felucca.apiserver.api.ApiServer;
import io.felucca.apiserver.api.Authenticator;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.Json;
import java.io.IOException;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Tells who somebody is. */
final class Reviews {
    private Reviews() {}

    static CompletionStage<ObjectNode> self(ApiServer server, ApiRequest request, ObjectNode body) {
        put(request.user(), body.putObject("status").putObject("userInfo"));
        return CompletableFuture.completedFuture(body);
    }

    /**
     * Says whose the token is. It is judged as this server's own requests are: a token for other
     * audiences than this server is nobody's here.
     */
    static CompletionStage<ObjectNode> token(ObjectNode body, List<Authenticator> authenticators) {
        String token = body.path("spec").path("token").asText("");
        if (token.isEmpty()) {
            throw ApiException.badRequest("token is required for TokenReview in authentication");
        }
        ObjectNode status = body.putObject("status");
        Authenticator.Credentials credentials =
                new Authenticator.Credentials(
                        List.of(), Optional.of(token), name -> Optional.empty());
        String error = "";
        for (Authenticator authenticator : authenticators) {
            try {
                Optional<UserInfo> user = authenticator.authenticate(credentials);
                if (user.isPresent()) {
                    answer(user.get(), token, body.path("spec").path("audiences"), status);
                    return CompletableFuture.completedFuture(body);
                }
            } catch (ApiException e) {
                // A token that is refused is an answer here, not a failure of the review.
                error = e.getMessage();
            }
        }
        if (!error.isEmpty()) {
            status.put("error", error);
        }
        return CompletableFuture.completedFuture(body);
    }

    private static void answer(UserInfo user, String token, JsonNode wanted, ObjectNode status) {
        Set<String> common = new LinkedHashSet<>();
        wanted.forEach(one -> common.add(one.asText()));
        Optional<Set<String>> own = audiences(token);
        own.ifPresent(common::retainAll);
        if (!wanted.isEmpty() && common.isEmpty()) {
            status.put(
                    "error",
                    "token audiences "
                            + own.orElse(Set.of())
                            + " is invalid for the target audiences "
                            + wanted);
            return;
        }
        status.put("authenticated", true);
        put(user, status.putObject("user"));
        if (!common.isEmpty()) {
            common.forEach(status.putArray("audiences")::add);
        }
    }

    /** The audiences that a token names which somebody has verified; empty for other tokens. */
    private static Optional<Set<String>> audiences(String token) {
        String[] parts = token.split("\\.", -1);
        if (parts.length != 3) {
            return Optional.empty();
        }
        try {
            JsonNode claim =
                    Json.mapper().readTree(Base64.getUrlDecoder().decode(parts[1])).path("aud");
            Set<String> audiences = new LinkedHashSet<>();
            if (claim.isTextual()) {
                audiences.add(claim.asText());
            }
            claim.forEach(one -> audiences.add(one.asText()));
            return Optional.of(audiences);
        } catch (IOException | IllegalArgumentException e) {
            // No JSON web token, then.
            return Optional.empty();
        }
    }

    private static void put(UserInfo user, ObjectNode json) {
        json.put("username", user.name());
        if (!user.uid().isEmpty()) {
            json.put("uid", user.uid());
        }
        if (!user.groups().isEmpty()) {
            user.groups().forEach(json.putArray("groups")::add);
        }
        if (!user.extra().isEmpty()) {
            ObjectNode extra = json.putObject("extra");
            for (Map.Entry<String, List<String>> one : new TreeMap<>(user.extra()).entrySet()) {
                ArrayNode values = extra.putArray(one.getKey());
                one.getValue().forEach(values::add);
            }
        }
    }
}
