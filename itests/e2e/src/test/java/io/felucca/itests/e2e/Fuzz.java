package io.felucca.itests.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Bodies for one kind, each with one field that holds what should not be there. Where the field is
 * and what may stand around it is said by the kind's OpenAPI schema.
 */
final class Fuzz {
    /** What each object is called, also where it is no name for such. */
    static final String NAME = "storm";

    private static final int MAX_DEPTH = 12;

    /** A field that many kinds share is tried in so many of its places. */
    private static final int PLACES_PER_FIELD = 3;

    private static final int VALUES_PER_PLACE = 4;

    private static final List<String> VALUES = values();

    private final JsonNode schemas;
    private final Random random;
    private final Map<String, Integer> tried;
    private final List<byte[]> bodies = new ArrayList<>();

    /**
     * @param schemas the components of the group's document
     * @param tried how often each field was tried, shared by all kinds
     */
    Fuzz(JsonNode schemas, Random random, Map<String, Integer> tried) {
        this.schemas = schemas;
        this.random = random;
        this.tried = tried;
    }

    private static List<String> values() {
        List<String> values = new ArrayList<>();
        Stream.of(
                        "5",
                        "-1",
                        "0",
                        "1.5",
                        "1e999",
                        "2147483648",
                        "-9223372036854775809",
                        "99999999999999999999999999",
                        "true",
                        "null",
                        "\"\"",
                        "\"x\"",
                        "\" \"",
                        "\"-\"",
                        "\"../..\"",
                        "\"\\u0000\"",
                        "\"\\ud800\"",
                        "\"\u00e4\ud83d\ude80\"",
                        "\"2026-13-45T99:00:00Z\"",
                        "\"1e1000000000\"",
                        "\"-99999999999999999999Ei\"",
                        "\"300%\"",
                        "\"*\"",
                        "\"a=b,c in (d\"",
                        "\"{{\"",
                        "[]",
                        "{}",
                        "[null]",
                        "[[]]",
                        "[{}]",
                        "[{},{}]",
                        "[\"\",\"\"]",
                        "{\"\":null}",
                        "{\"a\":null}",
                        "{\"a\":{}}",
                        "{\"a\":1,\"a\":\"b\"}",
                        "{\"a b/c/d\":\"\"}")
                .forEach(values::add);
        values.add("\"" + "y".repeat(300) + "\"");
        values.add("\"" + "z".repeat(20_000) + "\"");
        values.add("[".repeat(600) + "]".repeat(600));
        values.add("{\"a\":".repeat(600) + "1" + "}".repeat(600));
        values.add("[" + "1,".repeat(5_000) + "1]");
        return values;
    }

    /** All bodies for the kind. */
    List<byte[]> bodies(String apiVersion, String kind, JsonNode schema) {
        String head =
                "{\"apiVersion\":\""
                        + apiVersion
                        + "\",\"kind\":\""
                        + kind
                        + "\",\"metadata\":{\"name\":\""
                        + NAME
                        + "\"}";
        walk(head + ",", schema, "}", kind, 0);
        bodies.add(utf8(head + ",\"metadata\":5}"));
        bodies.add(utf8(head));
        bodies.add(invalidUtf8(head));
        return bodies;
    }

    private void walk(String before, JsonNode node, String after, String owner, int depth) {
        JsonNode schema = resolve(node);
        String name = refers(node) ? reference(node) : owner;
        if (depth > MAX_DEPTH) {
            return;
        }
        for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
            String field = property.getKey();
            boolean typeMeta = depth == 0 && (field.equals("kind") || field.equals("apiVersion"));
            if (typeMeta || tried.merge(name + "." + field, 1, Integer::sum) > PLACES_PER_FIELD) {
                continue;
            }
            String start = before + "\"" + field + "\":";
            for (int i = 0; i < VALUES_PER_PLACE; i++) {
                bodies.add(utf8(start + VALUES.get(random.nextInt(VALUES.size())) + after));
            }
            descend(start, resolve(property.getValue()), property.getValue(), after, field, depth);
        }
    }

    private void descend(
            String start, JsonNode target, JsonNode node, String after, String owner, int depth) {
        if (target.path("type").asText().equals("array")) {
            JsonNode items = target.path("items");
            bodies.add(utf8(start + "[" + VALUES.get(random.nextInt(VALUES.size())) + "]" + after));
            walk(start + "[{", items, "}]" + after, owner + "[]", depth + 1);
        } else if (target.path("additionalProperties").isObject()) {
            JsonNode values = target.path("additionalProperties");
            bodies.add(
                    utf8(
                            start
                                    + "{\"k\":"
                                    + VALUES.get(random.nextInt(VALUES.size()))
                                    + "}"
                                    + after));
            walk(start + "{\"k\":{", values, "}}" + after, owner + "{}", depth + 1);
        } else if (target.has("properties")) {
            walk(start + "{", node, "}" + after, owner, depth + 1);
        }
    }

    private static String reference(JsonNode node) {
        String text =
                node.has("$ref") ? node.path("$ref").asText() : node.at("/allOf/0/$ref").asText();
        return text.substring(text.lastIndexOf('/') + 1);
    }

    private JsonNode resolve(JsonNode node) {
        return refers(node) ? schemas.path(reference(node)) : node;
    }

    private static boolean refers(JsonNode node) {
        return node.has("$ref") || node.has("allOf");
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] invalidUtf8(String head) {
        byte[] body = utf8(head + ",\"x\":\"??\"}");
        body[body.length - 4] = (byte) 0xc3;
        body[body.length - 3] = (byte) 0x28;
        return body;
    }

    /** Kinds by the schemas of a group's document. */
    static Map<String, JsonNode> kinds(JsonNode document, String group, String version) {
        Map<String, JsonNode> kinds = new HashMap<>();
        for (JsonNode schema : document.at("/components/schemas")) {
            for (JsonNode kind : schema.path("x-kubernetes-group-version-kind")) {
                if (kind.path("group").asText().equals(group)
                        && kind.path("version").asText().equals(version)) {
                    kinds.put(kind.path("kind").asText(), schema);
                }
            }
        }
        return kinds;
    }
}
