package io.felucca.apiserver.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Objects;
import java.util.function.Function;

/**
 * A field that {@code --field-selector} may name, beside the name and the namespace.
 *
 * @param path such as {@code spec.nodeName}
 * @param value the field's value as text, empty when unset
 */
public record SelectableField(String path, Function<JsonNode, String> value) {
    public SelectableField {
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(value, "value");
    }

    /** The plain text at the path itself. */
    public static SelectableField at(String path) {
        String pointer = "/" + path.replace('.', '/');
        return new SelectableField(path, object -> object.at(pointer).asText(""));
    }
}
