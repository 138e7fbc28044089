package io.felucca.apiserver.cel;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cel.common.values.NullValue;
import io.felucca.machinery.schema.Schema;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What expressions see of a namespace: what {@link RequestTypes} says, and no managed fields. */
final class NamespaceValue {
    private static final List<String> METADATA =
            List.of(
                    "name",
                    "generateName",
                    "namespace",
                    "uid",
                    "resourceVersion",
                    "labels",
                    "annotations",
                    "deletionGracePeriodSeconds",
                    "generation",
                    "finalizers");

    private NamespaceValue() {}

    static Object of(JsonNode namespace) {
        if (namespace == null) {
            return NullValue.NULL_VALUE;
        }
        JsonNode from = namespace.path("metadata");
        Map<String, Object> metadata = copied(from, METADATA);
        for (String time : List.of("creationTimestamp", "deletionTimestamp")) {
            if (from.hasNonNull(time)) {
                metadata.put(time, Instant.parse(from.path(time).asText()));
            }
        }
        Map<String, Object> value = new LinkedHashMap<>();
        value.put("metadata", metadata);
        value.put("spec", copied(namespace.path("spec"), List.of("finalizers")));
        value.put("status", copied(namespace.path("status"), List.of("phase")));
        return value;
    }

    private static Map<String, Object> copied(JsonNode from, List<String> names) {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (String name : names) {
            if (from.hasNonNull(name)) {
                fields.put(name, SchemaValues.of(from.get(name), Schema.ANY));
            }
        }
        return fields;
    }
}
