package io.felucca.apiserver.rest;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.machinery.Json;

/** From trees to bytes, in either encoding. */
final class Encodings {
    private Encodings() {}

    static byte[] bytes(Representation.Encoding encoding, JsonNode tree) {
        return switch (encoding) {
            case JSON -> Json.bytes(tree);
            case YAML -> YamlText.bytes(tree);
        };
    }
}
