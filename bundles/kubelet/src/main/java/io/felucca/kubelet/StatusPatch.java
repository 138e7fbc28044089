package io.felucca.kubelet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.machinery.Json;
import java.util.Map;
import java.util.Optional;

/** The merge patch from one JSON tree to another. */
final class StatusPatch {
    private StatusPatch() {}

    /** Empty if nothing differs; fields that are null count as absent. */
    static Optional<ObjectNode> between(ObjectNode before, ObjectNode after) {
        ObjectNode patch = Json.object();
        for (Map.Entry<String, JsonNode> field : after.properties()) {
            JsonNode old = before.get(field.getKey());
            JsonNode now = field.getValue();
            if (now.isNull() || (old != null && withoutNulls(old).equals(withoutNulls(now)))) {
                continue;
            }
            if (old instanceof ObjectNode oldObject && now instanceof ObjectNode nowObject) {
                between(oldObject, nowObject).ifPresent(inner -> patch.set(field.getKey(), inner));
            } else {
                patch.set(field.getKey(), now);
            }
        }
        for (Map.Entry<String, JsonNode> field : before.properties()) {
            if (!field.getValue().isNull() && !after.hasNonNull(field.getKey())) {
                patch.putNull(field.getKey());
            }
        }
        return patch.isEmpty() ? Optional.empty() : Optional.of(patch);
    }

    /** A copy in which empty objects and lists in lists stay, but nulls are gone. */
    static JsonNode withoutNulls(JsonNode node) {
        if (node instanceof ObjectNode object) {
            ObjectNode copy = Json.object();
            for (Map.Entry<String, JsonNode> field : object.properties()) {
                JsonNode inner = withoutNulls(field.getValue());
                // The typed model doesn't write empty objects, so they are no difference either.
                if (!inner.isNull() && !(inner instanceof ObjectNode one && one.isEmpty())) {
                    copy.set(field.getKey(), inner);
                }
            }
            return copy;
        }
        if (node instanceof ArrayNode array) {
            ArrayNode copy = Json.mapper().createArrayNode();
            array.forEach(one -> copy.add(withoutNulls(one)));
            return copy;
        }
        return node;
    }
}
