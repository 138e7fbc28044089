package io.felucca.api.apiextensions;

import io.felucca.api.validation.Field;
import java.util.List;
import java.util.Set;

/**
 * Whether a schema is structural: a type at each place, and everything that {@code allOf} and its
 * kin talk about specified outside of them. In upstream's words.
 */
final class StructuralRules {
    private static final List<String> OUTSIDE =
            List.of(
                    "type",
                    "additionalProperties",
                    "default",
                    "description",
                    "nullable",
                    "title",
                    "x-kubernetes-preserve-unknown-fields",
                    "x-kubernetes-embedded-resource",
                    "x-kubernetes-int-or-string",
                    "x-kubernetes-list-type",
                    "x-kubernetes-list-map-keys",
                    "x-kubernetes-map-type",
                    "x-kubernetes-validations");

    private StructuralRules() {}

    private enum Place {
        ROOT("must not be empty at the root"),
        ITEM("must not be empty for specified array items"),
        FIELD("must not be empty for specified object fields");

        private final String untyped;

        Place(String untyped) {
            this.untyped = untyped;
        }
    }

    static void check(Field schema) {
        walk(schema, Place.ROOT);
    }

    private static void walk(Field schema, Place place) {
        type(schema, place);
        boolean embedded = schema.at("x-kubernetes-embedded-resource").isTrue();
        boolean keepsUnknown = schema.at("x-kubernetes-preserve-unknown-fields").isTrue();
        if (embedded && !keepsUnknown && !schema.at("properties").filled()) {
            schema.at("properties")
                    .required(
                            "must not be empty if x-kubernetes-embedded-resource is true without"
                                    + " x-kubernetes-preserve-unknown-fields");
        }
        if (place == Place.ROOT || embedded) {
            about(schema.at("properties"));
        }
        combinations(schema, schema);
        Field properties = schema.at("properties");
        properties.keys().forEach(name -> walk(properties.key(name), Place.FIELD));
        if (schema.at("additionalProperties").node().isObject()) {
            walk(schema.at("additionalProperties"), Place.FIELD);
        }
        if (schema.at("items").node().isObject()) {
            walk(schema.at("items"), Place.ITEM);
        } else if (schema.text("type").equals("array") && !schema.at("items").present()) {
            schema.at("items").required("must be specified");
        }
    }

    private static void type(Field schema, Place place) {
        Field type = schema.at("type");
        boolean intOrString = schema.at("x-kubernetes-int-or-string").isTrue();
        if (schema.at("x-kubernetes-embedded-resource").isTrue() && !type.text().equals("object")) {
            String why = "must be object if x-kubernetes-embedded-resource is true";
            if (type.filled()) {
                type.invalid(why);
            } else {
                type.required(why);
            }
        } else if (place == Place.ROOT && type.filled() && !type.text().equals("object")) {
            type.invalid("must be object at the root");
        } else if (!type.filled()
                && (place == Place.ROOT
                        || (!intOrString
                                && !schema.at("x-kubernetes-preserve-unknown-fields").isTrue()))) {
            type.required(place.untyped);
        }
        if (intOrString && type.filled()) {
            type.forbidden("must be empty if x-kubernetes-int-or-string is true");
        }
    }

    /** Every object has these, so a schema can say little of them. */
    private static void about(Field properties) {
        for (String name : List.of("apiVersion", "kind")) {
            Field one = properties.key(name);
            if (one.present() && !one.text("type").equals("string")) {
                one.at("type").invalid("must be string");
            }
        }
        Field metadata = properties.key("metadata");
        if (!metadata.present()) {
            return;
        }
        if (!metadata.text("type").equals("object")) {
            metadata.at("type").invalid("must be object");
        }
        Set<String> allowed = Set.of("name", "generateName");
        if (!allowed.containsAll(metadata.at("properties").keys())) {
            metadata.forbidden(
                    "must not specify anything other than name and generateName, but metadata is"
                            + " implicitly specified");
        }
    }

    /**
     * @param outer the same place outside, where all must be specified
     */
    private static void combinations(Field schema, Field outer) {
        boolean intOrString = outer.at("x-kubernetes-int-or-string").isTrue();
        for (String word : List.of("allOf", "anyOf", "oneOf")) {
            for (Field one : schema.at(word).items()) {
                nested(one, outer, intOrString);
            }
        }
        if (schema.at("not").present()) {
            nested(schema.at("not"), outer, false);
        }
    }

    private static void nested(Field nested, Field outer, boolean typeAllowed) {
        for (String word : OUTSIDE) {
            Field said = nested.at(word);
            // An integer or string may say so once more, for older tools.
            if (said.filled() && !(typeAllowed && word.equals("type")) && !isFalse(said)) {
                said.forbidden("must be empty to be structural");
            }
        }
        Field properties = nested.at("properties");
        for (String name : properties.keys()) {
            Field inside = properties.key(name);
            Field outside = outer.at("properties").key(name);
            if (!outside.present() && !outer.at("additionalProperties").node().isObject()) {
                outside.required("because it is defined in " + inside.path());
            } else {
                Field there = outside.present() ? outside : outer.at("additionalProperties");
                nested(inside, there, there.at("x-kubernetes-int-or-string").isTrue());
            }
        }
        if (nested.at("items").present()) {
            if (outer.at("items").present()) {
                nested(nested.at("items"), outer.at("items"), false);
            } else {
                outer.at("items").required("because it is defined in " + nested.at("items").path());
            }
        }
        combinations(nested, outer);
    }

    private static boolean isFalse(Field field) {
        return field.node().isBoolean() && !field.isTrue();
    }
}
