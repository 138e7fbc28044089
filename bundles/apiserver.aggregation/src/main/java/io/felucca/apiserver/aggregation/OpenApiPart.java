package io.felucca.apiserver.aggregation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.machinery.Json;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;

/** Takes from an OpenAPI v2 document what is below a path, and what that refers to. */
final class OpenApiPart {
    private static final String DEFINITION = "#/definitions/";

    private OpenApiPart() {}

    /** {@code paths} and {@code definitions}; null if nothing is below the path. */
    static ObjectNode of(JsonNode document, String prefix) {
        ObjectNode part = Json.object();
        ObjectNode paths = part.putObject("paths");
        for (Map.Entry<String, JsonNode> one : document.path("paths").properties()) {
            if (one.getKey().startsWith(prefix)) {
                paths.set(one.getKey(), one.getValue());
            }
        }
        if (paths.isEmpty()) {
            return null;
        }
        ObjectNode definitions = part.putObject("definitions");
        Deque<JsonNode> open = new ArrayDeque<>();
        open.add(paths);
        while (!open.isEmpty()) {
            JsonNode node = open.remove();
            String reference = node.path("$ref").asText();
            if (reference.startsWith(DEFINITION)) {
                String name = reference.substring(DEFINITION.length());
                JsonNode definition = document.path("definitions").get(name);
                if (definition != null && !definitions.has(name)) {
                    definitions.set(name, definition);
                    open.add(definition);
                }
            }
            node.forEach(open::add);
        }
        return part;
    }
}
