package io.felucca.apiserver.rest;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.ApiRequest;
import io.felucca.apiserver.api.ApiServer.Patch;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.GroupVersionKind;
import io.felucca.machinery.Json;
import io.felucca.machinery.schema.Schema;
import io.felucca.machinery.schema.StrictDecoder;
import io.felucca.machinery.schema.Yaml;
import io.felucca.protobuf.ProtobufReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Reads request bodies, whichever of the served encodings they are in. */
final class BodyReader {
    /** Upstream's bound, which follows from etcd's. */
    static final int MAX_BYTES = 3 * 1024 * 1024;

    private static final List<String> ENCODINGS =
            List.of(Representation.JSON, Representation.YAML, ProtobufReader.MEDIA_TYPE);

    private static final ProtobufReader PROTOBUF = new ProtobufReader();

    private BodyReader() {}

    static Patch.Type patchType(Call call) {
        String given = contentType(call);
        List<String> accepted = new ArrayList<>();
        for (Patch.Type type : Patch.Type.values()) {
            if (type.mediaType().equals(given)) {
                return type;
            }
            accepted.add(type.mediaType());
        }
        throw Failures.unsupportedMediaType(accepted);
    }

    /**
     * Decodes an object by its schema, as strictly as the request asks for; what the schema doesn't
     * know becomes warnings or a refusal.
     *
     * @param kind what the body must be, or leave out
     */
    static ObjectNode object(
            Call call,
            byte[] body,
            GroupVersionKind kind,
            Schema schema,
            ApiRequest.FieldValidation validation) {
        byte[] json = json(call, body);
        StrictDecoder.Decoded decoded;
        try {
            decoded = StrictDecoder.decode(json, schema, kind.kind(), kind.version());
        } catch (ApiException e) {
            // Of another kind, nothing fits; what is really wrong is the kind.
            checkKind(peek(json), kind);
            throw e;
        }
        ObjectNode object = decoded.object();
        checkKind(new Kind(text(object, "apiVersion"), text(object, "kind")), kind);
        if (validation == ApiRequest.FieldValidation.Strict) {
            decoded.strict(kind.kind(), kind.version());
        } else if (validation == ApiRequest.FieldValidation.Warn) {
            call.warnings().addAll(decoded.problems());
        }
        object.put("kind", kind.kind());
        object.put("apiVersion", kind.apiVersion());
        return object;
    }

    /** A JSON object of no schema of ours. */
    static ObjectNode anyObject(Call call, byte[] body) {
        byte[] json = json(call, body);
        try {
            JsonNode tree = Json.mapper().readTree(json);
            if (tree instanceof ObjectNode object) {
                return object;
            }
        } catch (IOException e) {
            throw ApiException.badRequest(
                    "couldn't get version/kind; json parse error: " + e.getMessage());
        }
        throw ApiException.badRequest(
                "couldn't get version/kind; json parse error: json: cannot unmarshal into Go value"
                        + " of type struct");
    }

    private record Kind(String apiVersion, String kind) {}

    private static void checkKind(Kind given, GroupVersionKind expected) {
        if (!given.kind.isEmpty() && !given.kind.equals(expected.kind())) {
            GroupVersionKind found = GroupVersionKind.of(given.apiVersion, given.kind);
            throw ApiException.badRequest(
                    found.kind()
                            + " in version \""
                            + found.version()
                            + "\" cannot be handled as a "
                            + expected.kind()
                            + ": converting ("
                            + goName(found)
                            + ") to ("
                            + goName(expected)
                            + "): unknown conversion");
        }
        if (!given.apiVersion.isEmpty() && !given.apiVersion.equals(expected.apiVersion())) {
            throw ApiException.badRequest(
                    "the API version in the data ("
                            + given.apiVersion
                            + ") does not match the expected API version ("
                            + expected.apiVersion()
                            + ")");
        }
    }

    private static String goName(GroupVersionKind kind) {
        return kind.version() + "." + kind.kind();
    }

    /** What a body says it is, if it can be read that far. */
    private static Kind peek(byte[] json) {
        String apiVersion = "";
        String kind = "";
        try (JsonParser parser = Json.mapper().createParser(json)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                if (value == JsonToken.VALUE_STRING && name.equals("kind")) {
                    kind = parser.getText();
                } else if (value == JsonToken.VALUE_STRING && name.equals("apiVersion")) {
                    apiVersion = parser.getText();
                } else {
                    parser.skipChildren();
                }
            }
        } catch (IOException e) {
            // Broken JSON: the decoder's message says so better.
            return new Kind("", "");
        }
        return new Kind(apiVersion, kind);
    }

    private static byte[] json(Call call, byte[] body) {
        String type = contentType(call);
        return switch (type) {
            case Representation.JSON -> body;
            case Representation.YAML -> Yaml.toJson(body);
            case ProtobufReader.MEDIA_TYPE -> Json.bytes(PROTOBUF.read(body));
            default -> throw Failures.unsupportedMediaType(ENCODINGS);
        };
    }

    private static String contentType(Call call) {
        String header = call.exchange().header("content-type").orElse("");
        String type = MediaType.parse(header).type();
        return type.isEmpty() ? Representation.JSON : type;
    }

    private static String text(ObjectNode object, String field) {
        return object.path(field).asText("");
    }
}
