package io.felucca.machinery.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** JSON merge patch, RFC 7386. */
public final class JsonMergePatch {
    private JsonMergePatch() {}

    /** The patched value; neither argument changes, and the result shares nothing with them. */
    public static JsonNode apply(JsonNode target, JsonNode patch) {
        if (!(patch instanceof ObjectNode changes)) {
            return patch.deepCopy();
        }
        ObjectNode result =
                target instanceof ObjectNode object
                        ? object.deepCopy()
                        : JsonNodeFactory.instance.objectNode();
        merge(result, changes);
        return result;
    }

    private static void merge(ObjectNode target, ObjectNode patch) {
        for (Map.Entry<String, JsonNode> change : patch.properties()) {
            String name = change.getKey();
            if (change.getValue().isNull()) {
                target.remove(name);
            } else if (change.getValue() instanceof ObjectNode inner) {
                ObjectNode place =
                        target.get(name) instanceof ObjectNode object
                                ? object
                                : target.putObject(name);
                merge(place, inner);
            } else {
                target.set(name, change.getValue().deepCopy());
            }
        }
    }
}
