package io.felucca.machinery.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Puts fields on top of an object as server-side apply does, without recording who manages them:
 * what admission policies do (KEP-3962). Pure functions.
 */
public final class StructuralMerge {
    private StructuralMerge() {}

    /**
     * @param live stays as it is
     * @param applied the fields that shall be set, and nothing else
     * @return a new object
     */
    public static ObjectNode merge(ObjectNode live, ObjectNode applied, Schema schema) {
        return (ObjectNode) Fields.merge(live, applied, schema);
    }

    /**
     * Which parts of {@code applied} could only be replaced as a whole, which would drop what is
     * not repeated: their paths, such as {@code .spec.externalIPs}.
     */
    public static List<String> atomics(ObjectNode applied, Schema schema) {
        List<String> found = new ArrayList<>();
        find(applied, schema, "", found);
        return found;
    }

    private static void find(JsonNode value, Schema schema, String path, List<String> found) {
        if (!value.isContainerNode()) {
            return;
        }
        if (!PathElements.isGranular(schema, value)) {
            found.add(path);
        } else if (value.isObject()) {
            for (Map.Entry<String, JsonNode> field : value.properties()) {
                Schema node = PathElements.of(schema, field.getKey());
                find(field.getValue(), node, path + "." + field.getKey(), found);
            }
        } else {
            for (JsonNode item : value) {
                find(item, PathElements.items(schema), path + "[]", found);
            }
        }
    }
}
