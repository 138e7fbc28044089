package io.felucca.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.Json;
import java.io.IOException;
import java.util.Base64;

/**
 * Where a list in pieces goes on.
 *
 * @param revision the one snapshot that all pieces come from
 * @param namespace of the last object given
 * @param name of the last object given
 */
record ContinueToken(long revision, String namespace, String name) {

    String encode() {
        ObjectNode json = Json.object();
        json.put("v", "meta.k8s.io/v1");
        json.put("rv", revision);
        json.put("start", namespace + '/' + name);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Json.bytes(json));
    }

    static ContinueToken decode(String token) {
        try {
            JsonNode json = Json.mapper().readTree(Base64.getUrlDecoder().decode(token));
            String start = json.path("start").asText("");
            int slash = start.indexOf('/');
            long revision = json.path("rv").asLong(0);
            if (slash >= 0 && revision > 0 && json.path("v").asText().equals("meta.k8s.io/v1")) {
                return new ContinueToken(
                        revision, start.substring(0, slash), start.substring(slash + 1));
            }
        } catch (IllegalArgumentException | IOException e) {
            throw ApiException.badRequest("continue key is not valid: " + e.getMessage());
        }
        throw ApiException.badRequest("continue key is not valid");
    }
}
