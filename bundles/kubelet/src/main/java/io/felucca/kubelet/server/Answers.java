package io.felucca.kubelet.server;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.http.api.HttpExchange;
import io.felucca.machinery.Json;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Short answers. */
final class Answers {
    private Answers() {}

    static void text(HttpExchange exchange, int status, String text) {
        exchange.respond(
                status,
                Map.of("Content-Type", "text/plain; charset=utf-8"),
                text.getBytes(StandardCharsets.UTF_8));
    }

    static void json(HttpExchange exchange, JsonNode body) {
        exchange.respond(200, Map.of("Content-Type", "application/json"), Json.bytes(body));
    }
}
