package io.felucca.schema;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.machinery.GroupVersionKind;
import io.felucca.machinery.Json;
import io.felucca.machinery.schema.Schema;
import io.felucca.machinery.schema.StrictDecoder;
import java.nio.charset.StandardCharsets;

/** Short hands for the tests; JSON may be written with single quotes. */
final class BuiltIn {
    private BuiltIn() {}

    static Schema schema(String apiVersion, String kind) {
        return Schemas.of(GroupVersionKind.of(apiVersion, kind));
    }

    static StrictDecoder.Decoded decode(String apiVersion, String kind, String json) {
        GroupVersionKind type = GroupVersionKind.of(apiVersion, kind);
        return StrictDecoder.decode(bytes(json), Schemas.of(type), kind, type.version());
    }

    static ObjectNode json(String text) {
        return Json.parseObject(bytes(text));
    }

    static byte[] bytes(String text) {
        return text.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }
}
