package io.felucca.apiserver.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.ApiServer.ObjectList;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.StoredObject;
import io.felucca.apiserver.api.WatchCursor;
import io.felucca.machinery.GroupVersionKind;
import io.felucca.machinery.Json;
import io.felucca.machinery.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;

/**
 * Brings objects into the shape that a client asked for, where that is not the stored bytes. For
 * one request; not thread-safe.
 */
final class Shaper {
    private final Representation representation;
    private final ResourceDefinition definition;
    private final Tables tables;
    private final boolean pretty;
    private boolean columnsSent;

    Shaper(
            Representation representation,
            ResourceDefinition definition,
            Query query,
            boolean pretty,
            Clock clock) {
        this.representation = representation;
        this.definition = definition;
        this.pretty = pretty;
        tables =
                new Tables(
                        definition,
                        representation.version(),
                        Tables.IncludeObject.of(query.text("includeObject")),
                        clock);
    }

    GroupVersionKind kind() {
        return definition.kind();
    }

    boolean isStored() {
        return representation.isStored() && !pretty;
    }

    String contentType() {
        return representation.encoding().mediaType();
    }

    /** Of a watch, whose events stand one behind the other. */
    String streamType() {
        return isProtobuf() ? Representation.PROTOBUF + ";stream=watch" : contentType();
    }

    boolean isProtobuf() {
        return representation.encoding() == Representation.Encoding.PROTOBUF;
    }

    private boolean isWhole() {
        return representation.shape() == Representation.Shape.WHOLE;
    }

    byte[] one(StoredObject object) {
        if (isStored()) {
            return object.json();
        }
        return isProtobuf() && isWhole()
                ? Encodings.PROTOBUF.object(object.json())
                : encode(shape(Json.parseObject(object.json())));
    }

    /** The answer of something that is not stored, such as a review or a scale. */
    byte[] tree(ObjectNode object) {
        return encode(object);
    }

    byte[] list(ObjectList list) {
        if (isProtobuf() && isWhole()) {
            return Encodings.PROTOBUF.list(
                    definition.kind().apiVersion(),
                    definition.listKind(),
                    Json.bytes(listMetadata(list)),
                    list.items().stream().map(StoredObject::json).toList());
        }
        List<ObjectNode> objects =
                list.items().stream().map(item -> Json.parseObject(item.json())).toList();
        ObjectNode metadata = listMetadata(list);
        if (representation.shape() == Representation.Shape.TABLE) {
            return encode(tables.table(objects, metadata, true));
        }
        boolean partial = representation.shape() == Representation.Shape.PARTIAL;
        ObjectNode all = Json.object();
        all.put("kind", partial ? "PartialObjectMetadataList" : definition.listKind());
        all.put(
                "apiVersion",
                partial
                        ? "meta.k8s.io/" + representation.version()
                        : definition.kind().apiVersion());
        all.set("metadata", metadata);
        ArrayNode items = all.putArray("items");
        for (ObjectNode object : objects) {
            items.add(partial ? Tables.partial(object, representation.version()) : object);
        }
        return encode(all);
    }

    /** An event as it stands in the stream. */
    byte[] event(WatchCursor.Event event) {
        if (isStored()) {
            return event.line();
        }
        if (isProtobuf() && isWhole() && event.object() != null) {
            return event.encoded(
                    one -> Encodings.PROTOBUF.event(one.type().name(), one.object().json()));
        }
        return shaped(event.line());
    }

    private byte[] shaped(byte[] line) {
        try {
            ObjectNode event = (ObjectNode) Json.mapper().readTree(line);
            if (!event.path("type").asText().equals("ERROR")) {
                event.set("object", shape((ObjectNode) event.get("object")));
            }
            columnsSent = true;
            if (isProtobuf()) {
                return Encodings.PROTOBUF.event(
                        event.path("type").asText(), Json.bytes(event.get("object")));
            }
            byte[] json = Json.bytes(event);
            byte[] withEnd = java.util.Arrays.copyOf(json, json.length + 1);
            withEnd[json.length] = '\n';
            return withEnd;
        } catch (IOException e) {
            throw new UncheckedIOException("a watch event could not be read", e);
        }
    }

    /** The event that ends a stream. */
    byte[] error(Status status) {
        if (isProtobuf()) {
            return Encodings.PROTOBUF.event("ERROR", Json.bytes(status.toJson()));
        }
        ObjectNode event = Json.object();
        event.put("type", "ERROR");
        event.set("object", status.toJson());
        return (event + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** On a stream that goes on after a swap, the columns were sent long ago. */
    void columnsWereSent() {
        columnsSent = true;
    }

    static ObjectNode listMetadata(ObjectList list) {
        ObjectNode metadata = Json.object();
        metadata.put("resourceVersion", Long.toString(list.resourceVersion()));
        if (!list.continueToken().isEmpty()) {
            metadata.put("continue", list.continueToken());
            if (list.remaining() >= 0) {
                metadata.put("remainingItemCount", list.remaining());
            }
        }
        return metadata;
    }

    private ObjectNode shape(ObjectNode object) {
        return switch (representation.shape()) {
            case WHOLE -> object;
            case PARTIAL -> Tables.partial(object, representation.version());
            case TABLE -> {
                ObjectNode metadata = Json.object();
                metadata.set("resourceVersion", object.path("metadata").get("resourceVersion"));
                yield tables.table(List.of(object), metadata, !columnsSent);
            }
        };
    }

    private byte[] encode(JsonNode tree) {
        if (!pretty || representation.encoding() != Representation.Encoding.JSON) {
            return Encodings.bytes(representation.encoding(), tree);
        }
        try {
            return Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsBytes(tree);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("a JSON tree could not be written", e);
        }
    }
}
