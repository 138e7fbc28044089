package io.felucca.api.apiextensions;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.api.validation.Field;
import io.felucca.machinery.schema.ValueValidation.TextPattern;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What OpenAPI may say in a definition at all, and what lists and maps need beside their type. */
final class SchemaRules {
    private static final List<String> TYPES =
            List.of("array", "boolean", "integer", "number", "object", "string");
    private static final List<String> SCALARS = List.of("boolean", "integer", "number", "string");
    private static final List<String> NOT_SUPPORTED =
            List.of("$ref", "additionalItems", "definitions", "dependencies", "id");

    private SchemaRules() {}

    static void check(Field schema) {
        if (schema.at("nullable").isTrue()) {
            schema.at("nullable").forbidden("nullable cannot be true at the root");
        }
        walk(schema);
    }

    private static void walk(Field schema) {
        for (String word : NOT_SUPPORTED) {
            if (schema.at(word).filled()) {
                schema.at(word).forbidden(word + " is not supported");
            }
        }
        if (schema.at("patternProperties").filled()) {
            schema.at("patternProperties").forbidden("patternProperties is not supported");
        }
        if (schema.at("uniqueItems").isTrue()) {
            schema.at("uniqueItems")
                    .forbidden(
                            "uniqueItems cannot be set to true since the runtime complexity becomes"
                                    + " quadratic");
        }
        if (schema.text("type").equals("null")) {
            schema.at("type")
                    .forbidden("type cannot be set to null, use nullable as an alternative");
        } else {
            schema.at("type").oneOf(TYPES);
        }
        pattern(schema.at("pattern"));
        listType(schema);
        mapType(schema);
        inner(schema);
    }

    private static void inner(Field schema) {
        Field values = schema.at("additionalProperties");
        if (values.present()) {
            if (values.node().isBoolean() && !values.isTrue()) {
                values.forbidden("additionalProperties cannot be set to false");
            }
            if (schema.at("properties").filled()) {
                values.forbidden("additionalProperties and properties are mutual exclusive");
            }
            if (values.node().isObject()) {
                walk(values);
            }
        }
        Field properties = schema.at("properties");
        properties.keys().forEach(name -> walk(properties.key(name)));
        Field items = schema.at("items");
        if (items.node().isArray()) {
            items.forbidden("items must be a schema object and not an array");
        } else if (items.present()) {
            walk(items);
        }
        for (String word : List.of("allOf", "anyOf", "oneOf")) {
            schema.at(word).items().forEach(SchemaRules::walk);
        }
        if (schema.at("not").present()) {
            walk(schema.at("not"));
        }
    }

    private static void pattern(Field pattern) {
        if (!pattern.filled()) {
            return;
        }
        try {
            TextPattern unused = TextPattern.parse(pattern.text());
        } catch (IllegalArgumentException e) {
            pattern.invalid("must be a valid regular expression, but isn't: " + e.getMessage());
        }
    }

    private static void mapType(Field schema) {
        Field mapType = schema.at("x-kubernetes-map-type");
        if (mapType.present()) {
            if (!schema.text("type").equals("object")) {
                schema.at("type").invalid("must be object if x-kubernetes-map-type is specified");
            }
            mapType.oneOf(List.of("atomic", "granular"));
        }
    }

    private static void listType(Field schema) {
        Field listType = schema.at("x-kubernetes-list-type");
        Field keys = schema.at("x-kubernetes-list-map-keys");
        if (listType.present()) {
            if (!schema.text("type").equals("array")) {
                String why = "must be array if x-kubernetes-list-type is specified";
                if (schema.at("type").filled()) {
                    schema.at("type").invalid(why);
                } else {
                    schema.at("type").required(why);
                }
            }
            listType.oneOf(List.of("atomic", "map", "set"));
        }
        boolean map = listType.text().equals("map");
        if (keys.filled() && !map) {
            String why = "must be map if x-kubernetes-list-map-keys is non-empty";
            if (listType.present()) {
                listType.invalid(why);
            } else {
                listType.required(why);
            }
        }
        if (map) {
            mapItems(schema.at("items"), keys);
        } else if (listType.text().equals("set")) {
            setItems(schema.at("items"));
        }
    }

    private static void setItems(Field items) {
        String type = items.text("type");
        boolean whole =
                (type.equals("object") && items.text("x-kubernetes-map-type").equals("atomic"))
                        || (type.equals("array")
                                && (!items.at("x-kubernetes-list-type").present()
                                        || items.text("x-kubernetes-list-type").equals("atomic")));
        if (items.present() && !type.isEmpty() && !SCALARS.contains(type) && !whole) {
            Field wrong =
                    items.at(
                            type.equals("object")
                                    ? "x-kubernetes-map-type"
                                    : "x-kubernetes-list-type");
            wrong.invalid("must be atomic as item of a list with x-kubernetes-list-type=set");
        }
        if (items.at("nullable").isTrue()) {
            items.at("nullable").forbidden("cannot be nullable when x-kubernetes-list-type is set");
        }
    }

    private static void mapItems(Field items, Field keys) {
        if (!keys.filled()) {
            keys.required("must not be empty if x-kubernetes-list-type is map");
        }
        if (!items.present()) {
            items.required("must have a schema if x-kubernetes-list-type is map");
            return;
        }
        if (!items.text("type").equals("object")) {
            items.at("type")
                    .invalid("must be object if parent array's x-kubernetes-list-type is map");
        }
        if (items.at("nullable").isTrue()) {
            items.at("nullable").forbidden("cannot be nullable when x-kubernetes-list-type is map");
        }
        Set<String> required = new HashSet<>();
        items.at("required").items().forEach(one -> required.add(one.text()));
        Set<String> seen = new HashSet<>();
        for (Field key : keys.items()) {
            if (!seen.add(key.text())) {
                key.duplicate();
            }
            Field property = items.at("properties").key(key.text());
            if (!property.present()) {
                key.invalid("entries must all be names of item properties");
                continue;
            }
            JsonNode node = property.node();
            if (!SCALARS.contains(property.text("type"))
                    && !node.path("x-kubernetes-int-or-string").asBoolean()) {
                property.at("type")
                        .invalid(
                                "must be a scalar type if parent array's x-kubernetes-list-type is"
                                        + " map");
            }
            if (!required.contains(key.text()) && !property.has("default")) {
                property.at("default")
                        .required(
                                "this property is in x-kubernetes-list-map-keys, so it must have a"
                                        + " default or be a required property");
            }
        }
    }
}
