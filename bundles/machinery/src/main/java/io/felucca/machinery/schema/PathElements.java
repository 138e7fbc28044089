package io.felucca.machinery.schema;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.machinery.Json;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The names of fields and of list elements in FieldsV1. */
final class PathElements {
    private PathElements() {}

    static String field(String name) {
        return "f:" + name;
    }

    /** Whether apply looks into a value of this type rather than taking it as a whole. */
    static boolean isGranular(Schema schema, JsonNode value) {
        return switch (schema.type()) {
            case OBJECT ->
                    value.isObject()
                            && schema.mapType() == Schema.MapType.GRANULAR
                            && !(schema.preserveUnknownFields()
                                    && !schema.isStructural()
                                    && schema.properties().isEmpty()
                                    && schema.additionalProperties() == null);
            case ARRAY -> value.isArray() && schema.listType() != Schema.ListType.ATOMIC;
            case ANY -> value.isObject();
            default -> false;
        };
    }

    /** What a field of an object holds; unknown fields hold anything. */
    static Schema of(Schema schema, String name) {
        Schema property = schema.property(name);
        if (property != null) {
            return property;
        }
        return schema.additionalProperties() == null ? Schema.ANY : schema.additionalProperties();
    }

    static Schema items(Schema schema) {
        return schema.items() == null ? Schema.ANY : schema.items();
    }

    /** The elements of a set or map list by their names; a later duplicate wins. */
    static Map<String, JsonNode> index(JsonNode list, Schema schema) {
        List<String> keys = keys(schema);
        Map<String, JsonNode> elements = new LinkedHashMap<>();
        for (int i = 0; i < list.size(); i++) {
            elements.put(item(list.get(i), i, schema, keys), list.get(i));
        }
        return elements;
    }

    private static List<String> keys(Schema list) {
        List<String> keys = list.mapKeys();
        return keys.size() > 1 ? keys.stream().sorted().toList() : keys;
    }

    /** The name of one element. */
    static String item(JsonNode item, int position, Schema list) {
        return item(item, position, list, keys(list));
    }

    private static String item(JsonNode item, int position, Schema list, List<String> keys) {
        if (list.listType() == Schema.ListType.SET) {
            return json(new StringBuilder("v:"), item).toString();
        }
        StringBuilder text = new StringBuilder("k:{");
        int start = text.length();
        for (String key : keys) {
            JsonNode value = item.get(key);
            Schema property = items(list).property(key);
            if (value == null && property != null) {
                value = property.defaultValue();
            }
            if (value != null) {
                text.append(text.length() == start ? "" : ",");
                json(quoted(text, key).append(':'), value);
            }
        }
        return text.length() == start ? "i:" + position : text.append('}').toString();
    }

    /** As the mapper writes it, which takes longer for values as short as these. */
    private static StringBuilder json(StringBuilder text, JsonNode value) {
        return value.isTextual()
                ? quoted(text, value.textValue())
                : text.append(value.isInt() || value.isBoolean() ? value.asText() : value);
    }

    private static StringBuilder quoted(StringBuilder text, String value) {
        text.append('"');
        JsonStringEncoder.getInstance().quoteAsString(value, text);
        return text.append('"');
    }

    /** Whether this names an element of a list. */
    static boolean isReadable(String element) {
        if (element.matches("i:\\d{1,9}")) {
            return true;
        }
        if (!element.startsWith("k:") && !element.startsWith("v:")) {
            return false;
        }
        try {
            JsonNode body = Json.mapper().readTree(element.substring(2));
            return element.charAt(0) == 'k' ? body.isObject() : body.isValueNode();
        } catch (JsonProcessingException e) {
            return false;
        }
    }

    /** As upstream prints one element of a path. */
    static String print(String element) {
        String body = element.substring(2);
        return switch (element.charAt(0)) {
            case 'f' -> "." + body;
            case 'v' -> "[=" + body + "]";
            case 'k' -> keys(body);
            default -> "[" + body + "]";
        };
    }

    private static String keys(String json) {
        try {
            StringBuilder text = new StringBuilder("[");
            for (Map.Entry<String, JsonNode> key : Json.mapper().readTree(json).properties()) {
                text.append(text.length() == 1 ? "" : ",")
                        .append(key.getKey())
                        .append('=')
                        .append(key.getValue());
            }
            return text.append(']').toString();
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("a field set holds a broken key: " + json, e);
        }
    }
}
