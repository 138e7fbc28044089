package io.felucca.client;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.PartialObjectMetadata;
import io.felucca.machinery.GroupVersionResource;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Between typed objects and what the server takes and gives. */
final class Codec {
    private final ObjectMapper mapper =
            new ObjectMapper()
                    .registerModule(new JavaTimeModule())
                    .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .addMixIn(ObjectMeta.class, WithoutManagedFields.class);

    /** Larger than all else in an object once decoded, and of use to the server only. */
    @JsonIgnoreProperties("managedFields")
    private interface WithoutManagedFields {}

    static GroupVersionResource resource(Class<? extends HasMetadata> type) {
        return new GroupVersionResource(
                HasMetadata.getGroup(type),
                HasMetadata.getVersion(type),
                HasMetadata.getPlural(type));
    }

    ObjectNode tree(Object object) {
        return mapper.valueToTree(object);
    }

    <T> T typed(Class<T> type, byte[] json) {
        try {
            return mapper.readValue(json, type);
        } catch (IOException e) {
            throw new UncheckedIOException("not a " + type.getSimpleName(), e);
        }
    }

    /** Reads the metadata only and leaves everything behind it unread. */
    PartialObjectMetadata metadata(byte[] json) {
        PartialObjectMetadata partial = new PartialObjectMetadata();
        try (JsonParser parser = mapper.createParser(json)) {
            parser.nextToken();
            // The server writes kind, apiVersion and metadata first.
            while (!isWhole(partial) && parser.nextToken() == JsonToken.FIELD_NAME) {
                String field = parser.currentName();
                parser.nextToken();
                switch (field) {
                    case "kind" -> partial.setKind(parser.getText());
                    case "apiVersion" -> partial.setApiVersion(parser.getText());
                    case "metadata" ->
                            partial.setMetadata(mapper.readValue(parser, ObjectMeta.class));
                    default -> parser.skipChildren();
                }
            }
            return partial;
        } catch (IOException e) {
            throw new UncheckedIOException("not an object", e);
        }
    }

    private static boolean isWhole(PartialObjectMetadata partial) {
        return partial.getKind() != null
                && partial.getApiVersion() != null
                && partial.getMetadata() != null;
    }
}
