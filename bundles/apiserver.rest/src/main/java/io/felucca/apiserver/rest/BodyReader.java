package io.felucca.apiserver.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.ApiServer.Patch;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.Json;
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

    static final ProtobufReader PROTOBUF = new ProtobufReader();

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

    /** The body as JSON, which the server decodes by its schema. */
    static byte[] json(Call call, byte[] body) {
        String type = contentType(call);
        byte[] json =
                switch (type) {
                    case Representation.JSON -> body;
                    case Representation.YAML -> Yaml.toJson(body);
                    case ProtobufReader.MEDIA_TYPE -> Json.bytes(PROTOBUF.read(body));
                    default -> throw Failures.unsupportedMediaType(ENCODINGS);
                };
        call.sent(json);
        return json;
    }

    private static String contentType(Call call) {
        String header = call.exchange().header("content-type").orElse("");
        String type = MediaType.parse(header).type();
        return type.isEmpty() ? Representation.JSON : type;
    }
}
