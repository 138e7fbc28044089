package io.felucca.machinery.schema;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.machinery.FieldError;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Checks one value of a custom resource, without what is in it, and says what is wrong in
 * upstream's words. One use each.
 */
final class ValueChecks {
    private final SchemaValidator validator;
    private final FieldPath path;
    private final List<FieldError> errors;

    ValueChecks(SchemaValidator validator, FieldPath path, List<FieldError> errors) {
        this.validator = validator;
        this.path = path;
        this.errors = errors;
    }

    /** The type that the value should have and hasn't; empty if it fits. */
    static String mismatch(JsonNode value, Schema schema) {
        boolean fits =
                switch (schema.type()) {
                    case OBJECT -> value.isObject();
                    case ARRAY -> value.isArray();
                    case STRING -> value.isTextual();
                    case INTEGER -> isWhole(value);
                    case NUMBER -> value.isNumber();
                    case BOOLEAN -> value.isBoolean();
                    case INT_OR_STRING -> value.isTextual() || isWhole(value);
                    case ANY -> true;
                };
        if (fits) {
            return "";
        }
        return schema.type() == Schema.Type.INT_OR_STRING
                ? "integer,string"
                : schema.type().name().toLowerCase(java.util.Locale.ROOT);
    }

    private static boolean isWhole(JsonNode value) {
        return value.isIntegralNumber()
                || (value.isNumber() && value.doubleValue() == Math.rint(value.doubleValue()));
    }

    /**
     * What each element of a list was before, or null: known for maps by their keys, and for no
     * other lists.
     */
    static JsonNode[] correlated(JsonNode list, JsonNode old, Schema schema) {
        JsonNode[] before = new JsonNode[list.size()];
        if (old == null || !old.isArray() || schema.listType() != Schema.ListType.MAP) {
            return before;
        }
        Map<String, JsonNode> known = PathElements.index(old, schema);
        int at = 0;
        for (JsonNode element : list) {
            before[at] = known.get(PathElements.item(element, at, schema));
            at++;
        }
        return before;
    }

    void check(JsonNode value, JsonNode old, Schema schema) {
        ValueValidation rules = schema.validation();
        if (value.isArray()) {
            checkUnique(value, schema);
        }
        if (value.isTextual() && !schema.format().isEmpty()) {
            checkFormat(value.textValue(), schema.format());
        }
        if (value.isIntegralNumber() && schema.type() == Schema.Type.INTEGER) {
            checkWidth(value, schema);
        }
        if (schema.embeddedResource()) {
            checkEmbedded(value);
        }
        for (Schema one : rules.implied()) {
            errors.addAll(validator.alone(value, one));
        }
        checkCombinations(value, rules);
        if (value.isTextual()) {
            checkText(value.textValue(), rules);
        } else if (value.isNumber()) {
            checkNumber(value, rules);
        } else if (value.isArray()) {
            checkItems(value, rules);
        } else if (value.isObject()) {
            checkSize(value, rules);
        }
        if (!rules.enumeration().isEmpty() && !isOneOf(value, rules.enumeration())) {
            notSupported(value, rules.enumeration());
        }
    }

    private void checkCombinations(JsonNode value, ValueValidation rules) {
        boolean all = true;
        for (Schema one : rules.allOf()) {
            List<FieldError> wrong = validator.alone(value, one);
            errors.addAll(wrong);
            all &= wrong.isEmpty();
        }
        if (!all) {
            combined("must validate all the schemas (allOf)");
        }
        alternatives(value, rules.anyOf(), true);
        alternatives(value, rules.oneOf(), false);
        if (rules.not() != null && validator.alone(value, rules.not()).isEmpty()) {
            combined("must not validate the schema (not)");
        }
    }

    private void alternatives(JsonNode value, List<Schema> schemas, boolean any) {
        if (schemas.isEmpty()) {
            return;
        }
        int fitting = 0;
        List<FieldError> nearest = null;
        for (Schema one : schemas) {
            List<FieldError> wrong = validator.alone(value, one);
            if (wrong.isEmpty()) {
                fitting++;
            } else if (nearest == null || wrong.size() < nearest.size()) {
                nearest = wrong;
            }
        }
        if (fitting == 0) {
            combined(
                    any
                            ? "must validate at least one schema (anyOf)"
                            : "must validate one and only one schema (oneOf). Found none valid");
            errors.addAll(nearest);
        } else if (!any && fitting > 1) {
            combined(
                    "must validate one and only one schema (oneOf). Found "
                            + fitting
                            + " valid alternatives");
        }
    }

    /** Upstream gives these no field of their own. */
    private void combined(String what) {
        errors.add(FieldError.invalid("<nil>", "", "\"" + path.fieldPath() + "\" " + what));
    }

    private void checkText(String text, ValueValidation rules) {
        long length = text.codePointCount(0, text.length());
        if (rules.maxLength() != null && length > rules.maxLength()) {
            errors.add(FieldError.tooLong(path.fieldPath(), rules.maxLength().intValue()));
        }
        if (rules.minLength() != null && length < rules.minLength()) {
            invalid(text, "should be at least " + rules.minLength() + " chars long");
        }
        if (rules.pattern() != null && !rules.pattern().isIn().test(text)) {
            invalid(text, "should match '" + rules.pattern().text() + "'");
        }
    }

    private void checkNumber(JsonNode value, ValueValidation rules) {
        BigDecimal number = value.decimalValue();
        BigDecimal most = rules.maximum();
        if (most != null && number.compareTo(most) >= (rules.exclusiveMaximum() ? 0 : 1)) {
            invalid(
                    value,
                    "should be less than "
                            + (rules.exclusiveMaximum() ? "" : "or equal to ")
                            + plain(most));
        }
        BigDecimal least = rules.minimum();
        if (least != null && number.compareTo(least) <= (rules.exclusiveMinimum() ? 0 : -1)) {
            invalid(
                    value,
                    "should be greater than "
                            + (rules.exclusiveMinimum() ? "" : "or equal to ")
                            + plain(least));
        }
        BigDecimal step = rules.multipleOf();
        if (step != null && step.signum() > 0 && number.remainder(step).signum() != 0) {
            invalid(value, "should be a multiple of " + plain(step));
        }
    }

    private static String plain(BigDecimal number) {
        return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
    }

    private void checkItems(JsonNode list, ValueValidation rules) {
        if (rules.maxItems() != null && list.size() > rules.maxItems()) {
            tooMany(list, rules.maxItems());
        }
        if (rules.minItems() != null && list.size() < rules.minItems()) {
            invalid(list.size(), "should have at least " + rules.minItems() + " items");
        }
        if (rules.uniqueItems()) {
            Set<JsonNode> seen = new HashSet<>();
            for (JsonNode one : list) {
                if (!seen.add(one)) {
                    invalid("", "shouldn't contain duplicates");
                    return;
                }
            }
        }
    }

    private void checkSize(JsonNode object, ValueValidation rules) {
        if (rules.maxProperties() != null && object.size() > rules.maxProperties()) {
            tooMany(object, rules.maxProperties());
        }
        if (rules.minProperties() != null && object.size() < rules.minProperties()) {
            invalid(object.size(), "should have at least " + rules.minProperties() + " properties");
        }
    }

    private void tooMany(JsonNode value, long most) {
        errors.add(
                new FieldError(
                        FieldError.Type.TOO_MANY,
                        path.fieldPath(),
                        value.size(),
                        "must have at most " + most + " items"));
    }

    /** Sets hold no element twice, and maps no key. */
    private void checkUnique(JsonNode list, Schema schema) {
        if (schema.listType() == Schema.ListType.ATOMIC) {
            return;
        }
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < list.size(); i++) {
            String element = PathElements.item(list.get(i), i, schema);
            if (!seen.add(element)) {
                int mark = path.enterIndex(i);
                Object shown =
                        schema.listType() == Schema.ListType.MAP
                                ? element.substring(2)
                                : scalar(list.get(i));
                errors.add(
                        FieldError.duplicate(
                                path.fieldPath(),
                                schema.listType() == Schema.ListType.MAP
                                        ? (Object) new Verbatim(shown.toString())
                                        : shown));
                path.leave(mark);
            }
        }
    }

    /** Printed as it is. */
    private record Verbatim(String text) {
        @Override
        public String toString() {
            return text;
        }
    }

    private static Object scalar(JsonNode value) {
        return value.isTextual() ? value.textValue() : value;
    }

    private void checkFormat(String text, String format) {
        if (!StringFormats.fits(format, text)) {
            errors.add(
                    new FieldError(
                            FieldError.Type.TYPE_INVALID,
                            path.fieldPath(),
                            text,
                            path.fieldPath()
                                    + " in body must be of type "
                                    + format
                                    + ": \""
                                    + text
                                    + "\""));
        }
    }

    private void checkWidth(JsonNode value, Schema schema) {
        boolean fits =
                schema.format().equals("int32")
                        ? value.canConvertToInt()
                        : value.canConvertToLong();
        if (!fits) {
            invalid(
                    value,
                    "must be of type " + Scalars.goType(schema) + ": \"" + value.asText() + "\"");
        }
    }

    private void checkEmbedded(JsonNode object) {
        List<String> missing = new ArrayList<>();
        for (String name : List.of("apiVersion", "kind")) {
            if (object.path(name).asText("").isEmpty()) {
                missing.add(name);
            }
        }
        for (String name : missing) {
            int mark = path.enterField(name);
            errors.add(FieldError.required(path.fieldPath(), "must not be empty"));
            path.leave(mark);
        }
    }

    private static boolean isOneOf(JsonNode value, List<JsonNode> allowed) {
        for (JsonNode one : allowed) {
            if (one.equals(value)
                    || (one.isNumber()
                            && value.isNumber()
                            && one.decimalValue().compareTo(value.decimalValue()) == 0)) {
                return true;
            }
        }
        return false;
    }

    private void notSupported(JsonNode value, List<JsonNode> allowed) {
        List<String> texts = new ArrayList<>();
        allowed.forEach(one -> texts.add(one.isTextual() ? one.textValue() : one.toString()));
        errors.add(FieldError.notSupported(path.fieldPath(), scalar(value), texts));
    }

    private void invalid(Object value, String what) {
        errors.add(
                FieldError.invalid(path.fieldPath(), value, path.fieldPath() + " in body " + what));
    }
}
