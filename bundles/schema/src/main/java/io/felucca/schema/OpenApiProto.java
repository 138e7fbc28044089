package io.felucca.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/**
 * Writes an OpenAPI v2 document as the protobuf message {@code openapi.v2.Document} of gnostic,
 * which Go clients ask for ({@code application/com.github.proto-openapi.spec.v2@v1.0+protobuf}).
 * Covers what documents of an API server hold; thread-safe.
 */
public final class OpenApiProto {
    private static final String EXTENSION = "x-";
    private static final List<String> METHODS =
            List.of("get", "put", "post", "delete", "options", "head", "patch");

    private OpenApiProto() {}

    /** The message's bytes, without any envelope. */
    public static byte[] encode(ObjectNode document) {
        JsonNode info = document.path("info");
        ProtoMessage message =
                new ProtoMessage()
                        .text(1, document.path("swagger").asText())
                        .message(
                                2,
                                new ProtoMessage()
                                        .text(1, info.path("title").asText())
                                        .text(2, info.path("version").asText())
                                        .text(3, info.path("description").asText()));
        message.message(8, paths(document.path("paths")));
        message.message(9, namedSchemas(document.path("definitions")));
        extensions(message, 16, document);
        return message.toBytes();
    }

    private static ProtoMessage paths(JsonNode paths) {
        ProtoMessage message = new ProtoMessage();
        for (Map.Entry<String, JsonNode> path : paths.properties()) {
            if (!path.getKey().startsWith(EXTENSION)) {
                message.message(
                        2,
                        new ProtoMessage()
                                .text(1, path.getKey())
                                .message(2, pathItem(path.getValue())));
            }
        }
        return message;
    }

    private static ProtoMessage pathItem(JsonNode item) {
        ProtoMessage message = new ProtoMessage();
        for (int i = 0; i < METHODS.size(); i++) {
            JsonNode operation = item.get(METHODS.get(i));
            if (operation != null) {
                message.message(i + 2, operation(operation));
            }
        }
        parameters(message, 9, item);
        extensions(message, 10, item);
        return message;
    }

    private static ProtoMessage operation(JsonNode operation) {
        ProtoMessage message = new ProtoMessage();
        texts(message, 1, operation.path("tags"));
        message.text(2, operation.path("summary").asText());
        message.text(3, operation.path("description").asText());
        message.text(5, operation.path("operationId").asText());
        texts(message, 6, operation.path("produces"));
        texts(message, 7, operation.path("consumes"));
        parameters(message, 8, operation);
        message.message(9, responses(operation.path("responses")));
        texts(message, 10, operation.path("schemes"));
        message.flag(11, operation.path("deprecated").asBoolean());
        extensions(message, 13, operation);
        return message;
    }

    private static ProtoMessage responses(JsonNode responses) {
        ProtoMessage message = new ProtoMessage();
        for (Map.Entry<String, JsonNode> code : responses.properties()) {
            JsonNode response = code.getValue();
            ProtoMessage body = new ProtoMessage().text(1, response.path("description").asText());
            if (response.has("schema")) {
                body.message(2, new ProtoMessage().message(1, schema(response.get("schema"))));
            }
            message.message(
                    1,
                    new ProtoMessage()
                            .text(1, code.getKey())
                            .message(2, new ProtoMessage().message(1, body)));
        }
        return message;
    }

    private static void parameters(ProtoMessage message, int field, JsonNode owner) {
        for (JsonNode parameter : owner.path("parameters")) {
            ProtoMessage item = new ProtoMessage();
            if (parameter.has("$ref")) {
                item.message(2, new ProtoMessage().text(1, parameter.get("$ref").asText()));
            } else if (parameter.path("in").asText().equals("body")) {
                item.message(1, new ProtoMessage().message(1, bodyParameter(parameter)));
            } else {
                item.message(1, new ProtoMessage().message(2, plainParameter(parameter)));
            }
            message.message(field, item);
        }
    }

    private static ProtoMessage bodyParameter(JsonNode parameter) {
        return new ProtoMessage()
                .text(1, parameter.path("description").asText())
                .text(2, parameter.path("name").asText())
                .text(3, "body")
                .flag(4, parameter.path("required").asBoolean())
                .message(5, schema(parameter.path("schema")));
    }

    /** Query and form parameters have one more field than those of headers and paths. */
    private static ProtoMessage plainParameter(JsonNode parameter) {
        String place = parameter.path("in").asText();
        int kind = List.of("header", "formData", "query", "path").indexOf(place) + 1;
        if (kind == 0) {
            throw new IllegalArgumentException("a parameter in " + place + " is not known");
        }
        int type = place.equals("query") || place.equals("formData") ? 6 : 5;
        ProtoMessage body =
                new ProtoMessage()
                        .flag(1, parameter.path("required").asBoolean())
                        .text(2, place)
                        .text(3, parameter.path("description").asText())
                        .text(4, parameter.path("name").asText())
                        .text(type, parameter.path("type").asText())
                        .text(type + 1, parameter.path("format").asText());
        return new ProtoMessage().message(kind, body);
    }

    private static ProtoMessage namedSchemas(JsonNode schemas) {
        ProtoMessage message = new ProtoMessage();
        for (Map.Entry<String, JsonNode> schema : schemas.properties()) {
            message.message(
                    1,
                    new ProtoMessage()
                            .text(1, schema.getKey())
                            .message(2, schema(schema.getValue())));
        }
        return message;
    }

    private static ProtoMessage schema(JsonNode schema) {
        ProtoMessage message =
                new ProtoMessage()
                        .text(1, schema.path("$ref").asText())
                        .text(2, schema.path("format").asText())
                        .text(3, schema.path("title").asText())
                        .text(4, schema.path("description").asText());
        if (schema.has("default")) {
            message.message(5, any(schema.get("default")));
        }
        message.text(13, schema.path("pattern").asText());
        texts(message, 19, schema.path("required"));
        for (JsonNode value : schema.path("enum")) {
            message.message(20, any(value));
        }
        JsonNode values = schema.path("additionalProperties");
        if (values.isBoolean()) {
            message.message(21, new ProtoMessage().choice(2, values.booleanValue()));
        } else if (values.isObject()) {
            message.message(21, new ProtoMessage().message(1, schema(values)));
        }
        if (schema.has("type")) {
            message.message(22, new ProtoMessage().text(1, schema.get("type").asText()));
        }
        if (schema.has("items")) {
            message.message(23, new ProtoMessage().message(1, schema(schema.get("items"))));
        }
        for (JsonNode part : schema.path("allOf")) {
            message.message(24, schema(part));
        }
        if (schema.has("properties")) {
            message.message(25, namedSchemas(schema.get("properties")));
        }
        extensions(message, 31, schema);
        return message;
    }

    /** Values go as YAML, of which JSON is a part. */
    private static ProtoMessage any(JsonNode value) {
        return new ProtoMessage().text(2, value.toString() + "\n");
    }

    private static void extensions(ProtoMessage message, int field, JsonNode owner) {
        for (Map.Entry<String, JsonNode> extension : owner.properties()) {
            if (extension.getKey().startsWith(EXTENSION)) {
                message.message(
                        field,
                        new ProtoMessage()
                                .text(1, extension.getKey())
                                .message(2, any(extension.getValue())));
            }
        }
    }

    private static void texts(ProtoMessage message, int field, JsonNode values) {
        for (JsonNode value : values) {
            message.text(field, value.asText());
        }
    }
}
