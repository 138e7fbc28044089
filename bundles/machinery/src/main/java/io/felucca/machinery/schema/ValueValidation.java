package io.felucca.machinery.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What a custom resource's schema demands of one value beyond its structure, in the words of
 * OpenAPI. Immutable. Nodes without demands share {@link #NONE}.
 *
 * @param minimum and the other numbers are null where there is no such bound
 * @param pattern null for none
 * @param enumeration the values allowed; empty for any
 * @param implied schemas that hold beside this one without being told of, such as those for an
 *     object's metadata
 * @param not null for none
 * @param rules in CEL
 */
public record ValueValidation(
        BigDecimal minimum,
        boolean exclusiveMinimum,
        BigDecimal maximum,
        boolean exclusiveMaximum,
        BigDecimal multipleOf,
        Long minLength,
        Long maxLength,
        TextPattern pattern,
        Long minItems,
        Long maxItems,
        boolean uniqueItems,
        Long minProperties,
        Long maxProperties,
        List<JsonNode> enumeration,
        List<Schema> allOf,
        List<Schema> anyOf,
        List<Schema> oneOf,
        Schema not,
        List<Schema> implied,
        List<ValidationRule> rules) {

    /** A regular expression in RE2's syntax, and whether a text has it anywhere. */
    public record TextPattern(String text, Predicate<String> isIn) {
        /**
         * @throws IllegalArgumentException if it can't be read
         */
        public static TextPattern parse(String text) {
            try {
                com.google.re2j.Pattern compiled = com.google.re2j.Pattern.compile(text);
                return new TextPattern(text, value -> compiled.matcher(value).find());
            } catch (com.google.re2j.PatternSyntaxException e) {
                throw new IllegalArgumentException(e.getMessage(), e);
            }
        }
    }

    public static final ValueValidation NONE =
            new ValueValidation(
                    null, false, null, false, null, null, null, null, null, null, false, null, null,
                    List.of(), List.of(), List.of(), List.of(), null, List.of(), List.of());

    private static final List<String> WORDS =
            List.of(
                    "minimum",
                    "maximum",
                    "multipleOf",
                    "minLength",
                    "maxLength",
                    "pattern",
                    "minItems",
                    "maxItems",
                    "uniqueItems",
                    "minProperties",
                    "maxProperties",
                    "enum",
                    "allOf",
                    "anyOf",
                    "oneOf",
                    "not",
                    "x-kubernetes-validations");

    /**
     * @param json the OpenAPI node
     * @param nested reads the schemas of {@code allOf} and its kin
     * @param implied see above
     */
    static ValueValidation read(
            JsonNode json, Function<JsonNode, Schema> nested, List<Schema> implied) {
        if (implied.isEmpty() && WORDS.stream().noneMatch(json::hasNonNull)) {
            return NONE;
        }
        List<JsonNode> values = new ArrayList<>();
        json.path("enum").forEach(values::add);
        return new ValueValidation(
                decimal(json.get("minimum")),
                json.path("exclusiveMinimum").asBoolean(),
                decimal(json.get("maximum")),
                json.path("exclusiveMaximum").asBoolean(),
                decimal(json.get("multipleOf")),
                whole(json.get("minLength")),
                whole(json.get("maxLength")),
                json.path("pattern").asText("").isEmpty()
                        ? null
                        : TextPattern.parse(json.path("pattern").asText()),
                whole(json.get("minItems")),
                whole(json.get("maxItems")),
                json.path("uniqueItems").asBoolean(),
                whole(json.get("minProperties")),
                whole(json.get("maxProperties")),
                List.copyOf(values),
                all(json.path("allOf"), nested),
                all(json.path("anyOf"), nested),
                all(json.path("oneOf"), nested),
                json.hasNonNull("not") ? nested.apply(json.get("not")) : null,
                List.copyOf(implied),
                ValidationRule.read(json.path("x-kubernetes-validations")));
    }

    private static BigDecimal decimal(JsonNode value) {
        return value == null || value.isNull() ? null : value.decimalValue();
    }

    private static Long whole(JsonNode value) {
        return value == null || value.isNull() ? null : Long.valueOf(value.asLong());
    }

    private static List<Schema> all(JsonNode list, Function<JsonNode, Schema> nested) {
        List<Schema> schemas = new ArrayList<>();
        list.forEach(one -> schemas.add(nested.apply(one)));
        return List.copyOf(schemas);
    }
}
