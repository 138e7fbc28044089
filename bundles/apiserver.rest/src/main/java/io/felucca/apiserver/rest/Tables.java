package io.felucca.apiserver.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.Column;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.Json;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Makes the server-side tables of {@code kubectl get}. Thread-safe. */
final class Tables {
    private static final Column NAME =
            new Column(
                    "Name",
                    "string",
                    "name",
                    "Name must be unique within a namespace. Chosen at creation; it cannot be"
                            + " changed later.",
                    0,
                    object -> object.path("metadata").path("name").asText());

    /** What a row carries beside its cells. */
    enum IncludeObject {
        Metadata,
        Object,
        None;

        static IncludeObject of(String text) {
            if (text.isEmpty()) {
                return Metadata;
            }
            for (IncludeObject one : values()) {
                if (one.name().equals(text)) {
                    return one;
                }
            }
            throw ApiException.badRequest(
                    "unrecognized includeObject value: \""
                            + text
                            + "\", must be Metadata, Object or None");
        }
    }

    private final String version;
    private final IncludeObject include;
    private final Clock clock;
    private final List<Column> columns;

    Tables(ResourceDefinition definition, String version, IncludeObject include, Clock clock) {
        this.version = version;
        this.include = include;
        this.clock = clock;
        columns = columnsOf(definition);
    }

    /**
     * @param metadata the list's: revision, continue token, what remains
     * @param withColumns false for what follows the first event of a watch
     */
    ObjectNode table(List<? extends JsonNode> objects, ObjectNode metadata, boolean withColumns) {
        ObjectNode table = Json.object();
        table.put("kind", "Table");
        table.put("apiVersion", "meta.k8s.io/" + version);
        table.set("metadata", metadata);
        ArrayNode definitions = table.putArray("columnDefinitions");
        if (withColumns) {
            columns.forEach(column -> define(column, definitions.addObject()));
        }
        ArrayNode rows = table.putArray("rows");
        Instant now = clock.instant();
        for (JsonNode object : objects) {
            ObjectNode row = rows.addObject();
            ArrayNode cells = row.putArray("cells");
            columns.forEach(column -> cells.addPOJO(cell(column, object, now)));
            JsonNode included = included(object);
            row.set("object", included);
        }
        return table;
    }

    private JsonNode included(JsonNode object) {
        return switch (include) {
            case Metadata -> partial(object, version);
            case Object -> object;
            case None -> Json.mapper().nullNode();
        };
    }

    /** The object with nothing but its metadata. */
    static ObjectNode partial(JsonNode object, String version) {
        ObjectNode partial = Json.object();
        partial.put("kind", "PartialObjectMetadata");
        partial.put("apiVersion", "meta.k8s.io/" + version);
        partial.set("metadata", object.path("metadata"));
        return partial;
    }

    private static List<Column> columnsOf(ResourceDefinition definition) {
        List<Column> columns = new ArrayList<>(definition.columns());
        // Events show their name last, and say so themselves.
        if (columns.stream().noneMatch(column -> column.name().equals("Name"))) {
            columns.add(0, NAME);
        }
        return columns;
    }

    private static Object cell(Column column, JsonNode object, Instant now) {
        Object value = column.cell().apply(object);
        if (!column.isAge()) {
            return value;
        }
        if (value == null && column.type().equals("date")) {
            return null;
        }
        return HumanDuration.since(value == null ? "" : value.toString(), now);
    }

    private static void define(Column column, ObjectNode json) {
        json.put("name", column.name());
        json.put("type", column.type());
        // An age is marked by a format of ours that clients don't know.
        json.put("format", column.isAge() ? "" : column.format());
        json.put("description", column.description());
        json.put("priority", column.priority());
    }
}
