package io.felucca.apiserver;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializable;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.machinery.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/**
 * The stored form of an object: compact JSON that begins with kind, apiVersion and metadata, and
 * holds no resourceVersion, since that is known only after the write.
 */
final class Canonical {
    private Canonical() {}

    static byte[] bytes(ObjectNode object) {
        try (ByteArrayBuilder bytes = new ByteArrayBuilder(4_096);
                JsonGenerator out = Json.mapper().getFactory().createGenerator(bytes)) {
            // One for all fields: making it costs more than writing a small one.
            SerializerProvider provider = Json.mapper().getSerializerProviderInstance();
            out.writeStartObject();
            out.writeStringField("kind", object.path("kind").asText());
            out.writeStringField("apiVersion", object.path("apiVersion").asText());
            out.writeObjectFieldStart("metadata");
            write(object.path("metadata"), out, provider, "resourceVersion", "", "");
            out.writeEndObject();
            write(object, out, provider, "kind", "apiVersion", "metadata");
            out.writeEndObject();
            out.flush();
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException("an object could not be written as JSON", e);
        }
    }

    private static void write(
            JsonNode object,
            JsonGenerator out,
            SerializerProvider provider,
            String but,
            String butAlso,
            String andAlso)
            throws IOException {
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            String name = field.getKey();
            if (!name.equals(but) && !name.equals(butAlso) && !name.equals(andAlso)) {
                out.writeFieldName(name);
                ((JsonSerializable) field.getValue()).serialize(out, provider);
            }
        }
    }
}
