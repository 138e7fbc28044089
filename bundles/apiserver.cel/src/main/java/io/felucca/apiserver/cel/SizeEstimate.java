package io.felucca.apiserver.cel;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.machinery.schema.Schema;
import io.felucca.machinery.schema.ValueValidation;
import java.util.Map;

/**
 * How large values of a schema can be: by its bounds, or by how much of them one request can hold,
 * as upstream estimates it.
 */
final class SizeEstimate {
    /** What one request may hold, in bytes. */
    private static final double REQUEST = 3 * 1024 * 1024;

    private SizeEstimate() {}

    /** The characters of a text, or the elements of a list or map. */
    static double of(Schema schema) {
        return switch (schema.type()) {
            case STRING -> text(schema);
            case ARRAY, OBJECT -> elements(schema);
            case INT_OR_STRING, ANY -> REQUEST;
            case INTEGER, NUMBER, BOOLEAN -> 1;
        };
    }

    /** How many elements a list or map can have; 1 for an object with known fields. */
    static double elements(Schema schema) {
        ValueValidation bounds = schema.validation();
        if (schema.type() == Schema.Type.ARRAY) {
            Long most = bounds == null ? null : bounds.maxItems();
            return most != null ? most : REQUEST / (smallest(schema.items()) + 1);
        }
        if (schema.additionalProperties() != null) {
            Long most = bounds == null ? null : bounds.maxProperties();
            return most != null ? most : REQUEST / (smallest(schema.additionalProperties()) + 5);
        }
        return 1;
    }

    private static double text(Schema schema) {
        ValueValidation bounds = schema.validation();
        if (bounds != null && bounds.maxLength() != null) {
            return bounds.maxLength();
        }
        if (bounds != null && !bounds.enumeration().isEmpty()) {
            double longest = 0;
            for (JsonNode one : bounds.enumeration()) {
                longest = Math.max(longest, one.asText().length());
            }
            return longest;
        }
        return switch (schema.format()) {
            case "date", "date-time", "duration" -> 32;
            default -> REQUEST;
        };
    }

    /** The bytes of the shortest value. */
    private static double smallest(Schema schema) {
        if (schema == null) {
            return 1;
        }
        return switch (schema.type()) {
            case STRING, ARRAY -> 2;
            case BOOLEAN -> 4;
            case INTEGER, NUMBER, INT_OR_STRING, ANY -> 1;
            case OBJECT -> {
                double bytes = 2;
                for (Map.Entry<String, Schema> property : schema.properties().entrySet()) {
                    if (schema.required().contains(property.getKey())) {
                        bytes += property.getKey().length() + 4 + smallest(property.getValue());
                    }
                }
                yield bytes;
            }
        };
    }
}
