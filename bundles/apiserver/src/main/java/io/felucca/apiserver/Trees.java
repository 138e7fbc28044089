package io.felucca.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** Small walks over JSON trees. */
final class Trees {
    private Trees() {}

    /**
     * Brings whole numbers into the form that parsing gives them, so that trees that would be
     * stored as the same bytes are equal.
     */
    static void normalizeNumbers(JsonNode tree) {
        if (tree instanceof ObjectNode object) {
            for (Map.Entry<String, JsonNode> field : object.properties()) {
                JsonNode value = field.getValue();
                if (isSmallLong(value)) {
                    field.setValue(IntNode.valueOf(value.intValue()));
                } else {
                    normalizeNumbers(value);
                }
            }
        } else if (tree instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                JsonNode value = array.get(i);
                if (isSmallLong(value)) {
                    array.set(i, IntNode.valueOf(value.intValue()));
                } else {
                    normalizeNumbers(value);
                }
            }
        }
    }

    private static boolean isSmallLong(JsonNode value) {
        return value instanceof LongNode && value.canConvertToInt();
    }
}
