package io.felucca.apiserver.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.machinery.Json;
import java.util.HashMap;
import java.util.Map;

/**
 * Takes other servers' OpenAPI v2 documents into one. What two describe differently under one name
 * gets a second name, as upstream gives it, so that each server's paths mean what they meant.
 */
final class OpenApiMerge {
    private static final String DEFINITION = "#/definitions/";

    private final ObjectNode paths;
    private final ObjectNode definitions;

    OpenApiMerge(ObjectNode paths, ObjectNode definitions) {
        this.paths = paths;
        this.definitions = definitions;
    }

    /**
     * @param part {@code paths} and {@code definitions}; not written to
     */
    void add(ObjectNode part) {
        Map<String, String> names = new HashMap<>();
        for (Map.Entry<String, JsonNode> one : part.path("definitions").properties()) {
            JsonNode known = definitions.get(one.getKey());
            if (known != null && !known.equals(one.getValue())) {
                names.put(one.getKey(), free(one.getKey()));
            }
        }
        for (Map.Entry<String, JsonNode> one : part.path("definitions").properties()) {
            definitions.set(
                    names.getOrDefault(one.getKey(), one.getKey()), renamed(one.getValue(), names));
        }
        for (Map.Entry<String, JsonNode> one : part.path("paths").properties()) {
            paths.set(one.getKey(), renamed(one.getValue(), names));
        }
    }

    private String free(String name) {
        int number = 2;
        while (definitions.has(name + "_v" + number)) {
            number++;
        }
        return name + "_v" + number;
    }

    private static JsonNode renamed(JsonNode node, Map<String, String> names) {
        if (names.isEmpty() || node.isValueNode()) {
            return node;
        }
        if (node.isArray()) {
            ArrayNode array = Json.mapper().createArrayNode();
            node.forEach(one -> array.add(renamed(one, names)));
            return array;
        }
        ObjectNode object = Json.object();
        for (Map.Entry<String, JsonNode> one : node.properties()) {
            String reference = one.getKey().equals("$ref") ? one.getValue().asText() : "";
            if (reference.startsWith(DEFINITION)) {
                String name = reference.substring(DEFINITION.length());
                object.put("$ref", DEFINITION + names.getOrDefault(name, name));
            } else {
                object.set(one.getKey(), renamed(one.getValue(), names));
            }
        }
        return object;
    }
}
