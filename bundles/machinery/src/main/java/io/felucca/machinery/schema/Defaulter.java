package io.felucca.machinery.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/**
 * Fills in a schema's defaults, in place. Idempotent. Defaults that depend on other fields are the
 * matter of a resource's strategy. As upstream, for built-in types: an empty string counts as
 * absent where the default is not empty, and a zero where the schema says so.
 */
public final class Defaulter {
    private Defaulter() {}

    public static void apply(ObjectNode object, Schema schema) {
        fill(object, schema);
    }

    private static void walk(JsonNode value, Schema schema) {
        if (value instanceof ObjectNode object) {
            fill(object, schema);
        } else if (value.isArray() && schema.items() != null) {
            for (JsonNode item : value) {
                walk(item, schema.items());
            }
        }
    }

    private static void fill(ObjectNode object, Schema schema) {
        for (Map.Entry<String, Schema> property : schema.defaultedProperties().entrySet()) {
            Schema node = property.getValue();
            JsonNode value = object.get(property.getKey());
            if (isAbsent(value, node)) {
                object.set(property.getKey(), node.defaultValue().deepCopy());
            }
        }
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            if (field.getValue().isContainerNode()) {
                Schema node = schema.property(field.getKey());
                Schema inner = node == null ? schema.additionalProperties() : node;
                if (inner != null) {
                    walk(field.getValue(), inner);
                }
            }
        }
    }

    private static boolean isAbsent(JsonNode value, Schema schema) {
        if (value == null || (value.isNull() && !schema.nullable())) {
            return true;
        }
        if (schema.isStructural()) {
            return false;
        }
        JsonNode standard = schema.defaultValue();
        return (value.isTextual()
                        && value.textValue().isEmpty()
                        && standard.isTextual()
                        && !standard.textValue().isEmpty())
                || (value.isArray() && value.isEmpty() && standard.isArray())
                || (schema.defaultForZero() && value.isNumber() && value.asLong() == 0);
    }
}
