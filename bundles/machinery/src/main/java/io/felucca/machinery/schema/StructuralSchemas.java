package io.felucca.machinery.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads the structural schema of a custom resource ({@code openAPIV3Schema}) as a {@link Schema}.
 * What it can't say of values stands in {@link Schema#validation}; descriptions are left out, since
 * only documents want them. Expects a schema that passed validation.
 */
public final class StructuralSchemas {
    private final Schema objectMeta;

    private StructuralSchemas(Schema objectMeta) {
        this.objectMeta = objectMeta;
    }

    /**
     * @param json the OpenAPI schema of the whole object
     * @param objectMeta what stands at metadata
     * @throws RuntimeException if a pattern can't be compiled
     */
    public static Schema read(JsonNode json, Schema objectMeta) {
        return new StructuralSchemas(objectMeta).object(json);
    }

    /** A schema within {@code allOf} and its kin, or of a default: nothing is implied in it. */
    public static Schema readNested(JsonNode json) {
        return new StructuralSchemas(Schema.ANY).node(json);
    }

    /** A whole object: the root, or an embedded one. */
    private Schema object(JsonNode json) {
        Schema.Builder builder = Schema.builder(Schema.Type.OBJECT);
        builder.property("apiVersion", Schema.STRING);
        builder.property("kind", Schema.STRING);
        builder.property("metadata", objectMeta);
        List<Schema> implied = new ArrayList<>();
        if (json.path("properties").path("metadata").path("properties").isObject()) {
            implied.add(metadataRules(json.path("properties").path("metadata")));
        }
        structure(json, builder, Set.of("apiVersion", "kind", "metadata"));
        if (json.path("x-kubernetes-embedded-resource").asBoolean()) {
            builder.embeddedResource(true);
        }
        return builder.validation(ValueValidation.read(json, this::node, implied)).build();
    }

    private Schema metadataRules(JsonNode metadata) {
        return Schema.builder(Schema.Type.ANY)
                .preserveUnknownFields(true)
                .property("metadata", node(metadata))
                .validation(ValueValidation.NONE)
                .build();
    }

    private Schema node(JsonNode json) {
        if (json.path("x-kubernetes-embedded-resource").asBoolean()) {
            return object(json);
        }
        Schema.Builder builder = Schema.builder(type(json));
        structure(json, builder, Set.of());
        return builder.validation(ValueValidation.read(json, this::node, List.of())).build();
    }

    private void structure(JsonNode json, Schema.Builder builder, Set<String> known) {
        for (Map.Entry<String, JsonNode> property : json.path("properties").properties()) {
            if (!known.contains(property.getKey())) {
                builder.property(property.getKey(), node(property.getValue()));
            }
        }
        JsonNode values = json.path("additionalProperties");
        if (values instanceof ObjectNode) {
            builder.additionalProperties(node(values));
        } else if (values.asBoolean()) {
            builder.preserveUnknownFields(true);
        }
        if (json.path("items") instanceof ObjectNode items) {
            builder.items(node(items));
        }
        Set<String> required = new LinkedHashSet<>();
        json.path("required").forEach(name -> required.add(name.asText()));
        builder.required(required);
        builder.format(json.path("format").asText(""));
        builder.nullable(json.path("nullable").asBoolean());
        if (json.path("x-kubernetes-preserve-unknown-fields").asBoolean()) {
            builder.preserveUnknownFields(true);
        }
        if (json.hasNonNull("default")) {
            builder.defaultValue(json.get("default"));
        }
        merging(json, builder);
    }

    /** How apply and uniqueness see lists and maps. */
    private static void merging(JsonNode json, Schema.Builder builder) {
        switch (json.path("x-kubernetes-list-type").asText("")) {
            case "set" -> builder.listType(Schema.ListType.SET);
            case "map" -> builder.listType(Schema.ListType.MAP);
            default -> builder.listType(Schema.ListType.ATOMIC);
        }
        List<String> keys = new ArrayList<>();
        json.path("x-kubernetes-list-map-keys").forEach(key -> keys.add(key.asText()));
        builder.mapKeys(keys);
        if (json.path("x-kubernetes-map-type").asText("").equals("atomic")) {
            builder.mapType(Schema.MapType.ATOMIC);
        }
    }

    private static Schema.Type type(JsonNode json) {
        if (json.path("x-kubernetes-int-or-string").asBoolean()) {
            return Schema.Type.INT_OR_STRING;
        }
        return switch (json.path("type").asText("")) {
            case "object" -> Schema.Type.OBJECT;
            case "array" -> Schema.Type.ARRAY;
            case "string" -> Schema.Type.STRING;
            case "integer" -> Schema.Type.INTEGER;
            case "number" -> Schema.Type.NUMBER;
            case "boolean" -> Schema.Type.BOOLEAN;
            default -> Schema.Type.ANY;
        };
    }
}
