package io.felucca.apiserver.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Objects;
import java.util.function.Function;

/**
 * A column of {@code kubectl get}.
 *
 * @param type {@code string}, {@code integer}, {@code boolean}
 * @param format such as {@code name}, or empty
 * @param priority 0 shown always, 1 with {@code -o wide}
 * @param cell the cell's value from the object: a String, Long, Boolean or null
 */
public record Column(
        String name,
        String type,
        String format,
        String description,
        int priority,
        Function<JsonNode, Object> cell) {

    /** A format between groups and server only; on the wire such a column has none. */
    private static final String AGE_FORMAT = "age";

    /** Says to the server: the age, made when the table is. */
    public static final Column AGE =
            new Column(
                    "Age",
                    "string",
                    "",
                    "CreationTimestamp is a timestamp representing the server time when this object"
                            + " was created.",
                    0,
                    object -> object.path("metadata").path("creationTimestamp").asText());

    public Column {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(format, "format");
        Objects.requireNonNull(description, "description");
        Objects.requireNonNull(cell, "cell");
    }

    /**
     * A column that shows how long ago something was, such as an Event's Last Seen.
     *
     * @param cell gives a timestamp in RFC 3339, or null
     */
    public static Column age(String name, Function<JsonNode, Object> cell) {
        return new Column(name, "string", AGE_FORMAT, name, 0, cell);
    }

    /** Whether the cell gives a timestamp and the table shows how long ago that was. */
    public boolean isAge() {
        return equals(AGE) || format.equals(AGE_FORMAT) || type.equals("date");
    }

    public static Column string(String name, Function<JsonNode, Object> cell) {
        return new Column(name, "string", "", name, 0, cell);
    }

    public static Column integer(String name, Function<JsonNode, Object> cell) {
        return new Column(name, "integer", "", name, 0, cell);
    }

    /** The same column, shown only with {@code -o wide}. */
    public Column wide() {
        return new Column(name, type, format, description, 1, cell);
    }
}
