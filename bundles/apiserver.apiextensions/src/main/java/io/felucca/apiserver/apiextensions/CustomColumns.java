package io.felucca.apiserver.apiextensions;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.apiserver.api.Column;
import io.felucca.machinery.JsonPath;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code additionalPrinterColumns}. */
final class CustomColumns {
    private CustomColumns() {}

    /** The age alone, if the definition names none. */
    static Column[] of(JsonNode columns) {
        if (columns.isEmpty()) {
            return new Column[] {Column.AGE};
        }
        List<Column> all = new ArrayList<>();
        for (JsonNode column : columns) {
            all.add(one(column));
        }
        return all.toArray(Column[]::new);
    }

    private static Column one(JsonNode column) {
        String text = column.path("jsonPath").asText();
        String type = column.path("type").asText();
        String description = column.path("description").asText("");
        JsonPath path = JsonPath.parse(text);
        return new Column(
                column.path("name").asText(),
                type,
                column.path("format").asText(""),
                description.isEmpty()
                        ? "Custom resource definition column (in JSONPath format): " + text
                        : description,
                column.path("priority").asInt(),
                object -> cell(path.first(object), type));
    }

    private static Object cell(Optional<JsonNode> found, String type) {
        if (found.isEmpty() || found.get().isNull()) {
            return null;
        }
        JsonNode value = found.get();
        return switch (type) {
            case "integer" -> value.isNumber() ? Long.valueOf(value.asLong()) : null;
            case "number" -> value.isNumber() ? value.numberValue() : null;
            case "boolean" -> value.isBoolean() ? Boolean.valueOf(value.asBoolean()) : null;
            default -> value.isTextual() ? value.textValue() : value.toString();
        };
    }
}
