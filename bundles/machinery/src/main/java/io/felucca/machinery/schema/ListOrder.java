package io.felucca.machinery.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** How the elements of a merged list are arranged. */
final class ListOrder {
    private ListOrder() {}

    /**
     * Elements that {@code wanted} names come in its order, the others in the order of {@code
     * server}; between the two kinds the server's order holds where it knows both.
     *
     * @param key by which objects are told apart; empty for values
     */
    static ArrayNode arrange(ArrayNode merged, ArrayNode wanted, ArrayNode server, String key) {
        List<JsonNode> patched = new ArrayList<>();
        List<JsonNode> others = new ArrayList<>();
        for (JsonNode element : merged) {
            (indexOf(wanted, idOf(element, key), key) >= 0 ? patched : others).add(element);
        }
        patched.sort(Comparator.comparingInt(e -> indexOf(wanted, idOf(e, key), key)));
        others.sort(Comparator.comparingInt(e -> indexOf(server, idOf(e, key), key)));
        ArrayNode result = JsonNodeFactory.instance.arrayNode();
        int left = 0;
        int right = 0;
        while (left < others.size() || right < patched.size()) {
            boolean takeLeft =
                    right >= patched.size()
                            || (left < others.size()
                                    && before(others.get(left), patched.get(right), server, key));
            result.add(takeLeft ? others.get(left++) : patched.get(right++));
        }
        return result;
    }

    private static boolean before(JsonNode left, JsonNode right, ArrayNode server, String key) {
        int leftAt = indexOf(server, idOf(left, key), key);
        int rightAt = indexOf(server, idOf(right, key), key);
        return leftAt >= 0 && rightAt >= 0 && leftAt < rightAt;
    }

    /** Where the element with this key (or, without a key, this value) stands, or -1. */
    static int indexOf(ArrayNode list, JsonNode id, String key) {
        if (id == null) {
            return -1;
        }
        for (int i = 0; i < list.size(); i++) {
            if (id.equals(idOf(list.get(i), key))) {
                return i;
            }
        }
        return -1;
    }

    private static JsonNode idOf(JsonNode element, String key) {
        return key.isEmpty() ? element : element.get(key);
    }
}
