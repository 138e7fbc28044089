package io.felucca.machinery.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.machinery.FieldError;
import io.felucca.machinery.Quantity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Checks what a schema alone can say of a tree: required fields, allowed values, types, ranges and
 * the syntax of quantities and times. Of {@code status}, which controllers fill step by step, only
 * the types are checked. Run it after the defaults. One use each.
 */
public final class SchemaValidator {
    private static final int MAX_ERRORS = 1000;

    private final List<FieldError> errors = new ArrayList<>(0);
    private final FieldPath path = new FieldPath();
    private boolean typesOnly;

    private SchemaValidator() {}

    /** Everything that is wrong, in the order of the fields; empty if nothing is. */
    public static List<FieldError> validate(ObjectNode object, Schema schema) {
        return validate(object, null, schema);
    }

    /**
     * The same for a change.
     *
     * @param old the object before, or null; what a custom resource had already is not held against
     *     it, valid or not (KEP-4008)
     */
    public static List<FieldError> validate(ObjectNode object, ObjectNode old, Schema schema) {
        SchemaValidator validator = new SchemaValidator();
        if (schema.isStructural()) {
            validator.structural(object, old, schema);
        } else {
            validator.objectFields(object, schema, true);
        }
        return validator.errors;
    }

    /** What is wrong with a value by itself, such as one alternative of several. */
    List<FieldError> alone(JsonNode value, Schema schema) {
        SchemaValidator validator = new SchemaValidator();
        validator.path.append(path);
        validator.structural(value, null, schema);
        return validator.errors;
    }

    /** The value of a custom resource. */
    private void structural(JsonNode value, JsonNode old, Schema schema) {
        if (errors.size() >= MAX_ERRORS || value.equals(old)) {
            return;
        }
        if (value.isNull() && (schema.nullable() || schema.type() == Schema.Type.ANY)) {
            return;
        }
        String wanted = ValueChecks.mismatch(value, schema);
        if (!wanted.isEmpty()) {
            wrongType(value, wanted);
            return;
        }
        new ValueChecks(this, path, errors).check(value, old, schema);
        if (value instanceof ObjectNode object) {
            structuralFields(object, old, schema);
        } else if (value.isArray() && schema.items() != null) {
            JsonNode[] before = ValueChecks.correlated(value, old, schema);
            for (int i = 0; i < value.size(); i++) {
                int mark = path.enterIndex(i);
                structural(value.get(i), before[i], schema.items());
                path.leave(mark);
            }
        }
    }

    private void structuralFields(ObjectNode object, JsonNode old, Schema schema) {
        if (!schema.required().isEmpty()) {
            for (String name : new TreeSet<>(schema.required())) {
                if (!object.has(name)) {
                    int mark = path.enterField(name);
                    errors.add(FieldError.required(path.fieldPath(), ""));
                    path.leave(mark);
                }
            }
        }
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            String name = field.getKey();
            Schema property = schema.property(name);
            Schema node = property == null ? schema.additionalProperties() : property;
            if (node == null) {
                continue;
            }
            // Upstream's validation names keys of maps as if they were fields.
            int mark = path.enterField(name);
            if (node.isStructural()) {
                structural(field.getValue(), old == null ? null : old.get(name), node);
            } else {
                value(field.getValue(), node);
            }
            path.leave(mark);
        }
    }

    private void value(JsonNode value, Schema schema) {
        if (errors.size() >= MAX_ERRORS || (value.isNull() && schema.nullable())) {
            return;
        }
        switch (schema.type()) {
            case OBJECT -> {
                if (value instanceof ObjectNode object) {
                    objectFields(object, schema, false);
                } else {
                    wrongType(value, "object");
                }
            }
            case ARRAY -> {
                if (value.isArray()) {
                    items(value, schema);
                } else {
                    wrongType(value, "array");
                }
            }
            case STRING -> string(value, schema);
            case INTEGER -> integer(value, schema);
            case NUMBER -> {
                if (!value.isNumber()) {
                    wrongType(value, "number");
                }
            }
            case BOOLEAN -> {
                if (!value.isBoolean()) {
                    wrongType(value, "boolean");
                }
            }
            case INT_OR_STRING -> {
                if (!value.isTextual() && !value.isIntegralNumber()) {
                    wrongType(value, "integer,string");
                }
            }
            case ANY -> {
                // Nothing is wrong with anything.
            }
        }
    }

    private void objectFields(ObjectNode object, Schema schema, boolean root) {
        Set<String> required = schema.required();
        if (!typesOnly && !required.isEmpty()) {
            requireAll(object, schema, required);
        }
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            Schema property = schema.property(field.getKey());
            Schema node = property == null ? schema.additionalProperties() : property;
            if (node != null) {
                boolean before = typesOnly;
                typesOnly |= root && field.getKey().equals("status");
                int mark =
                        property == null
                                ? path.enterKey(field.getKey())
                                : path.enterField(field.getKey());
                value(field.getValue(), node);
                path.leave(mark);
                typesOnly = before;
            }
        }
    }

    /** An empty string in a required field is as missing as none, as in upstream's structs. */
    private void requireAll(ObjectNode object, Schema schema, Set<String> required) {
        Set<String> missing = null;
        for (String name : required) {
            if (isMissing(object.get(name), schema.property(name))) {
                missing = missing == null ? new TreeSet<>() : missing;
                missing.add(name);
            }
        }
        if (missing != null) {
            for (String name : missing) {
                int mark = path.enterField(name);
                errors.add(FieldError.required(path.fieldPath(), ""));
                path.leave(mark);
            }
        }
    }

    private static boolean isMissing(JsonNode value, Schema schema) {
        if (value == null || schema == null) {
            return value == null;
        }
        boolean emptyEnum =
                value.isTextual() && value.textValue().isEmpty() && !schema.enumValues().isEmpty();
        return emptyEnum || (value.isNull() && !schema.nullable());
    }

    private void items(JsonNode array, Schema schema) {
        if (schema.items() == null) {
            return;
        }
        for (int i = 0; i < array.size(); i++) {
            int mark = path.enterIndex(i);
            value(array.get(i), schema.items());
            path.leave(mark);
        }
    }

    private void string(JsonNode value, Schema schema) {
        if (!value.isTextual() && !(schema.format().equals("quantity") && value.isNumber())) {
            wrongType(value, "string");
            return;
        }
        String text = value.asText();
        List<String> allowed = schema.enumValues();
        if (!typesOnly && !allowed.isEmpty() && !text.isEmpty() && !allowed.contains(text)) {
            errors.add(FieldError.notSupported(path.fieldPath(), text, allowed));
        }
        try {
            switch (schema.format()) {
                case "quantity" -> Quantity.parse(text);
                case "date-time", "micro-time" -> Times.parse(text);
                default -> {
                    // Other formats are words for people.
                }
            }
        } catch (IllegalArgumentException e) {
            errors.add(FieldError.invalid(path.fieldPath(), text, e.getMessage()));
        }
    }

    private void integer(JsonNode value, Schema schema) {
        if (!value.isIntegralNumber()) {
            wrongType(value, "integer");
        } else if (!value.canConvertToLong()
                || (schema.format().equals("int32") && !value.canConvertToInt())) {
            errors.add(
                    FieldError.invalid(
                            path.fieldPath(),
                            value,
                            path.fieldPath()
                                    + " in body must be of type "
                                    + Scalars.goType(schema)
                                    + ": \""
                                    + value.asText()
                                    + "\""));
        }
    }

    private void wrongType(JsonNode value, String wanted) {
        String found =
                switch (value.getNodeType()) {
                    case OBJECT, POJO -> "object";
                    case ARRAY -> "array";
                    case STRING, BINARY -> "string";
                    case BOOLEAN -> "boolean";
                    case NUMBER -> value.isIntegralNumber() ? "integer" : "number";
                    case NULL, MISSING -> "null";
                };
        errors.add(
                new FieldError(
                        FieldError.Type.TYPE_INVALID,
                        path.fieldPath(),
                        found,
                        path.fieldPath()
                                + " in body must be of type "
                                + wanted
                                + ": \""
                                + found
                                + "\""));
    }
}
