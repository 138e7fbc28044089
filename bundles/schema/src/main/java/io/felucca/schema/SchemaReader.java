package io.felucca.schema;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.machinery.schema.Schema;
import io.felucca.machinery.schema.Schema.ListType;
import io.felucca.machinery.schema.Schema.MapType;
import io.felucca.machinery.schema.Schema.PatchStrategy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Makes schema nodes of a generated definition; words for people stay in the resource. */
final class SchemaReader {
    /** Most fields are one of these, so they share one node. */
    private static final Map<String, Schema> PLAIN =
            Map.of(
                    "string:", Schema.STRING,
                    "boolean:", Schema.BOOLEAN,
                    "integer:int32", Schema.INT32,
                    "integer:int64", Schema.INT64,
                    "string:quantity", Schema.QUANTITY,
                    "string:date-time", Schema.DATE_TIME,
                    "int-or-string:int-or-string", Schema.INT_OR_STRING);

    private final Definitions definitions;

    SchemaReader(Definitions definitions) {
        this.definitions = definitions;
    }

    Schema read(String name, JsonNode json) {
        Schema.Builder node = Schema.builder(type(json)).definitionName(name);
        structure(node, json);
        facts(node, json);
        return node.build();
    }

    private Schema node(JsonNode json) {
        boolean described = json.has("description");
        int words = json.size() - (described ? 1 : 0);
        if (json.has("$ref")) {
            String name = json.get("$ref").asText();
            if (words == 1) {
                return definitions.schema(name);
            }
            Schema.Builder reference = Schema.reference(() -> definitions.schema(name));
            facts(reference, json);
            return reference.build();
        }
        if (words == (json.has("format") ? 2 : 1)) {
            Schema plain =
                    PLAIN.get(json.path("type").asText() + ":" + json.path("format").asText());
            if (plain != null) {
                return plain;
            }
        }
        Schema.Builder node = Schema.builder(type(json));
        structure(node, json);
        facts(node, json);
        return node.build();
    }

    private static Schema.Type type(JsonNode json) {
        return Schema.Type.valueOf(
                json.path("type")
                        .asText("any")
                        .toUpperCase(java.util.Locale.ROOT)
                        .replace('-', '_'));
    }

    private void structure(Schema.Builder node, JsonNode json) {
        node.format(json.path("format").asText());
        json.path("properties")
                .properties()
                .forEach(field -> node.property(field.getKey(), node(field.getValue())));
        if (json.has("items")) {
            node.items(node(json.get("items")));
        }
        if (json.has("additionalProperties")) {
            node.additionalProperties(node(json.get("additionalProperties")));
        }
        if (json.has("required")) {
            Set<String> required = new HashSet<>(strings(json.get("required")));
            // Documented as required, but upstream takes objects without it.
            strings(json.path("x-felucca-lenient")).forEach(required::remove);
            node.required(required);
        }
    }

    private static void facts(Schema.Builder node, JsonNode json) {
        if (json.has("default")) {
            node.defaultValue(json.get("default"));
            node.defaultForZero(json.path("x-felucca-default-for-zero").asBoolean());
        }
        if (json.has("enum")) {
            node.enumValues(strings(json.get("enum")));
        }
        switch (json.path("x-kubernetes-list-type").asText()) {
            case "map" -> node.listType(ListType.MAP);
            case "set" -> node.listType(ListType.SET);
            case "atomic" -> node.listType(ListType.ATOMIC);
            default -> {
                // No mark: the schema's own meaning of it, atomic, holds.
            }
        }
        node.mapKeys(strings(json.path("x-kubernetes-list-map-keys")));
        switch (json.path("x-kubernetes-map-type").asText()) {
            case "atomic" -> node.mapType(MapType.ATOMIC);
            case "granular" -> node.mapType(MapType.GRANULAR);
            default -> {
                // No mark: granular.
            }
        }
        for (String strategy : json.path("x-kubernetes-patch-strategy").asText().split(",", -1)) {
            switch (strategy) {
                case "merge" -> node.patchStrategy(PatchStrategy.MERGE);
                case "replace" -> node.patchStrategy(PatchStrategy.REPLACE);
                case "retainKeys" -> node.patchStrategy(PatchStrategy.RETAIN_KEYS);
                default -> {
                    // An empty word: no strategy.
                }
            }
        }
        node.patchMergeKey(json.path("x-kubernetes-patch-merge-key").asText());
        node.preserveUnknownFields(json.path("x-kubernetes-preserve-unknown-fields").asBoolean());
        node.embeddedResource(json.path("x-kubernetes-embedded-resource").asBoolean());
        node.nullable(json.path("nullable").asBoolean());
    }

    private static List<String> strings(JsonNode array) {
        List<String> values = new ArrayList<>();
        array.forEach(value -> values.add(value.asText()));
        return values;
    }
}
