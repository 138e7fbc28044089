package io.felucca.protobuf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.machinery.Json;
import io.felucca.machinery.schema.Schema;
import io.felucca.machinery.schema.Times;
import io.felucca.schema.Schemas;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Objects of a schema with random values. None is zero or empty: protobuf has no word for the
 * difference between that and nothing.
 */
final class RandomObjects {
    private static final String SCHEMA =
            "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps";
    private static final Set<String> SCHEMAS_OR =
            Set.of("items", "additionalItems", "additionalProperties", "dependencies");
    private static final Set<String> TYPE_META = Set.of("kind", "apiVersion");
    private static final int MAX_DEPTH = 9;
    private static final JsonNodeFactory NODE = JsonNodeFactory.instance;

    private final Random random;

    RandomObjects(Random random) {
        this.random = random;
    }

    /**
     * With about half of the properties that the schema has, but of an API object and of options
     * without the type, which only envelopes name.
     */
    ObjectNode object(Schema schema, int depth) {
        ObjectNode object = Json.object();
        Set<String> names = schema.properties().keySet();
        boolean typed = names.contains("metadata") || names.contains("dryRun");
        for (Map.Entry<String, Schema> property : schema.properties().entrySet()) {
            boolean type = typed && TYPE_META.contains(property.getKey());
            if (random.nextBoolean() && !type) {
                JsonNode value = value(property.getKey(), property.getValue(), depth + 1);
                if (value != null) {
                    object.set(property.getKey(), value);
                }
            }
        }
        return object;
    }

    /** Null where the schema goes on too deep. */
    private JsonNode value(String name, Schema schema, int depth) {
        if (depth > MAX_DEPTH) {
            return null;
        }
        boolean any = schema.preserveUnknownFields();
        if (any && SCHEMAS_OR.contains(name)) {
            return schemaOr(name, depth);
        }
        if (any && name.equals("status")) {
            // The one message without fields: that a custom resource has the subresource.
            return Json.object();
        }
        return switch (schema.type()) {
            case OBJECT -> objectOrMap(name, schema, depth);
            case ARRAY -> array(schema.items(), depth);
            case STRING -> text(schema.format());
            case INTEGER ->
                    NODE.numberNode(
                            "int64".equals(schema.format()) ? random.nextLong() | 1 : number());
            case NUMBER -> NODE.numberNode(random.nextDouble() + 1);
            case BOOLEAN -> NODE.booleanNode(true);
            case INT_OR_STRING ->
                    random.nextBoolean() ? NODE.numberNode(number()) : NODE.textNode(word());
            case ANY -> anything();
        };
    }

    private JsonNode objectOrMap(String name, Schema schema, int depth) {
        if (!schema.properties().isEmpty()) {
            ObjectNode object = object(schema, depth);
            return object.isEmpty() ? null : object;
        }
        if (schema.additionalProperties() == null) {
            return anything();
        }
        ObjectNode map = Json.object();
        JsonNode value = value(name, schema.additionalProperties(), depth + 1);
        return value == null ? null : map.set(word(), value);
    }

    private ArrayNode array(Schema items, int depth) {
        ArrayNode array = Json.mapper().createArrayNode();
        for (int left = 1 + random.nextInt(2); left > 0; left--) {
            JsonNode item = value("", items, depth + 1);
            if (item != null) {
                array.add(item);
            }
        }
        return array.isEmpty() ? null : array;
    }

    private JsonNode text(String format) {
        String form = format == null ? "" : format;
        Instant time = Instant.ofEpochSecond(random.nextInt(2_000_000_000));
        return NODE.textNode(
                switch (form) {
                    case "date-time" -> Times.seconds(time);
                    case "micro-time" -> Times.micros(time.plusNanos(random.nextInt(999) * 1000L));
                    case "byte" ->
                            NODE.binaryNode(word().getBytes(StandardCharsets.UTF_8)).asText();
                    default -> word();
                });
    }

    /** Places of a JSON schema that hold one, or something else. */
    private JsonNode schemaOr(String name, int depth) {
        ObjectNode schema = object(Schemas.definition(SCHEMA), depth + 1);
        if (name.equals("items")) {
            return random.nextBoolean() && !schema.isEmpty()
                    ? Json.mapper().createArrayNode().add(schema)
                    : schema;
        }
        if (name.equals("dependencies")) {
            return Json.mapper().createArrayNode().add(word()).add(word());
        }
        return schema.isEmpty() ? NODE.booleanNode(true) : schema;
    }

    private ObjectNode anything() {
        ObjectNode any = Json.object();
        any.put("text", word()).put("number", number()).putNull("nothing");
        any.putArray("list").add(1.5).add(false).addObject().put(word(), "");
        return any;
    }

    private int number() {
        return random.nextInt() | 1;
    }

    /** Also with letters outside of ASCII, and long ones. */
    private String word() {
        String letters = "abcdefg\u00e4\u20ac\ud83d\ude80\"\\";
        int from = random.nextInt(7);
        String word = letters.substring(from, letters.length() - random.nextInt(3) % 2 * 2);
        return word.repeat(random.nextInt(20) == 0 ? 40 : 1);
    }
}
