package io.felucca.api.authentication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.Authenticator;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.Json;
import io.felucca.machinery.StatusReason;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReviewsTest {
    private static final String JWT =
            "x."
                    + Base64.getUrlEncoder()
                            .withoutPadding()
                            .encodeToString("{\"aud\":[\"us\"]}".getBytes(StandardCharsets.UTF_8))
                    + ".y";

    private static final Authenticator TOKENS =
            credentials -> {
                if (credentials.bearerToken().orElse("").equals("stale")) {
                    throw ApiException.of(StatusReason.Unauthorized, "the token is stale");
                }
                return Optional.of(UserInfo.of("jane"));
            };

    private static String status(String spec) {
        ObjectNode body = Json.object();
        io.felucca.testing.ResourceFixture.put(body, "/spec", spec);
        Reviews.token(body, List.of(credentials -> Optional.empty(), TOKENS));
        return body.path("status").toString();
    }

    @Test
    void aGoodTokenIsSomebodys() {
        assertEquals(
                "{\"authenticated\":true,\"user\":{\"username\":\"jane\","
                        + "\"groups\":[\"system:authenticated\"]}}",
                status("{\"token\":\"good\"}"));
    }

    @Test
    void aTokenForOthersIsNobodysAndARefusedOneSaysWhy() {
        assertEquals(
                "{\"error\":\"token audiences [us] is invalid for the target audiences"
                        + " [\\\"them\\\"]\"}",
                status("{\"token\":\"" + JWT + "\",\"audiences\":[\"them\"]}"));
        assertEquals("{\"error\":\"the token is stale\"}", status("{\"token\":\"stale\"}"));
        assertThrows(ApiException.class, () -> status("{}"));
    }
}
