package io.felucca.apiserver.rest;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.machinery.Json;
import io.felucca.protobuf.ProtobufWriter;

/** From trees to bytes, in any encoding. */
final class Encodings {
    static final ProtobufWriter PROTOBUF = new ProtobufWriter();

    private Encodings() {}

    static byte[] bytes(Representation.Encoding encoding, JsonNode tree) {
        return switch (encoding) {
            case JSON -> Json.bytes(tree);
            case YAML -> YamlText.bytes(tree);
            case PROTOBUF -> PROTOBUF.object(Json.bytes(tree));
        };
    }
}
