package io.felucca.apiserver.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.machinery.Json;
import io.felucca.machinery.schema.Schema;
import java.util.Locale;
import java.util.TreeSet;

/**
 * Writes schemas that are no built-in types (of custom resources, or of groups that a bundle
 * brings) as OpenAPI. Named schemas become definitions of their own, which also ends recursion.
 */
final class SchemaDefinitions {
    private final ObjectNode definitions;
    private final String prefix;

    SchemaDefinitions(ObjectNode definitions, boolean v3) {
        this.definitions = definitions;
        this.prefix = v3 ? "#/components/schemas/" : "#/definitions/";
    }

    /** Writes a schema under a name, with all it refers to; a name already there is left alone. */
    ObjectNode define(String name, Schema schema) {
        if (definitions.get(name) instanceof ObjectNode present) {
            return present;
        }
        ObjectNode definition = definitions.putObject(name);
        write(schema, definition);
        return definition;
    }

    private ObjectNode node(Schema schema) {
        ObjectNode json = Json.object();
        String name = schema.definitionName();
        if (name.isEmpty()) {
            write(schema, json);
            return json;
        }
        define(name, schema);
        return json.put("$ref", prefix + name);
    }

    private void write(Schema schema, ObjectNode json) {
        if (!schema.description().isEmpty()) {
            json.put("description", schema.description());
        }
        switch (schema.type()) {
            case OBJECT -> object(schema, json);
            case ARRAY -> {
                json.put("type", "array");
                json.set("items", schema.items() == null ? Json.object() : node(schema.items()));
                json.put("x-kubernetes-list-type", lower(schema.listType()));
                if (!schema.mapKeys().isEmpty()) {
                    ArrayNode keys = json.putArray("x-kubernetes-list-map-keys");
                    schema.mapKeys().forEach(keys::add);
                }
            }
            case INT_OR_STRING -> json.put("type", "string").put("format", "int-or-string");
            case ANY -> json.put("x-kubernetes-preserve-unknown-fields", true);
            case STRING, INTEGER, NUMBER, BOOLEAN -> {
                json.put("type", lower(schema.type()));
                if (!schema.format().isEmpty() && !schema.format().equals("quantity")) {
                    json.put("format", schema.format());
                }
            }
        }
        if (schema.defaultValue() != null) {
            json.set("default", schema.defaultValue());
        }
        if (!schema.enumValues().isEmpty()) {
            schema.enumValues().forEach(json.putArray("enum")::add);
        }
    }

    private void object(Schema schema, ObjectNode json) {
        json.put("type", "object");
        if (!schema.properties().isEmpty()) {
            ObjectNode properties = json.putObject("properties");
            schema.properties().forEach((name, property) -> properties.set(name, node(property)));
        }
        if (schema.additionalProperties() != null) {
            json.set("additionalProperties", node(schema.additionalProperties()));
        }
        if (!schema.required().isEmpty()) {
            new TreeSet<>(schema.required()).forEach(json.putArray("required")::add);
        }
        if (schema.preserveUnknownFields()) {
            json.put("x-kubernetes-preserve-unknown-fields", true);
        }
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
