package io.felucca.apiserver.cel;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import dev.cel.common.values.NullValue;
import io.felucca.machinery.schema.Schema;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The CEL values of a tree, of the types that {@link SchemaTypes} gives its schema. */
final class SchemaValues {
    private SchemaValues() {}

    static Object of(JsonNode value, Schema schema) {
        if (value.isNull()) {
            return NullValue.NULL_VALUE;
        }
        if (value.isObject()) {
            return object(value, schema);
        }
        if (value.isArray()) {
            List<Object> items = new ArrayList<>(value.size());
            Schema inner = schema.items() == null ? Schema.ANY : schema.items();
            value.forEach(one -> items.add(of(one, inner)));
            return items;
        }
        if (value.isTextual()) {
            return text(value.textValue(), schema.format());
        }
        if (value.isBoolean()) {
            return value.booleanValue();
        }
        return schema.type() == Schema.Type.NUMBER || !value.isIntegralNumber()
                ? schema.type() == Schema.Type.INTEGER
                        ? (Object) value.longValue()
                        : (Object) value.doubleValue()
                : (Object) value.longValue();
    }

    private static Map<String, Object> object(JsonNode value, Schema schema) {
        Map<String, Object> fields = new LinkedHashMap<>();
        boolean map = schema.additionalProperties() != null;
        boolean open = schema.type() == Schema.Type.ANY;
        for (Map.Entry<String, JsonNode> field : value.properties()) {
            String name = field.getKey();
            Schema property = schema.property(name);
            if (map && property == null) {
                fields.put(name, of(field.getValue(), schema.additionalProperties()));
            } else if (property == null || property.validation() == null) {
                // Metadata and what nobody described: as they are.
                if (open || property != null) {
                    fields.put(name, of(field.getValue(), Schema.ANY));
                }
            } else if (!field.getValue().isNull()) {
                String escaped = PropertyNames.escape(name);
                if (escaped != null) {
                    fields.put(escaped, of(field.getValue(), property));
                }
            }
        }
        return fields;
    }

    private static Object text(String text, String format) {
        try {
            return switch (format) {
                case "byte" -> ByteString.copyFrom(Base64.getDecoder().decode(text));
                case "date-time" -> OffsetDateTime.parse(text).toInstant();
                case "date" -> LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
                case "duration" -> Durations.parse(text);
                default -> text;
            };
        } catch (DateTimeParseException | IllegalArgumentException e) {
            // The schema's validation says what is wrong with it; here it is any value.
            return switch (format) {
                case "byte" -> ByteString.EMPTY;
                case "duration" -> Duration.ZERO;
                default -> Instant.EPOCH;
            };
        }
    }
}
