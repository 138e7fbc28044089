package io.felucca.machinery.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.schema.Schema.PatchStrategy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Strategic merge patch: a merge patch that merges lists element by element where the schema says
 * how, with the directives {@code $patch}, {@code $retainKeys}, {@code $setElementOrder/…} and
 * {@code $deleteFromPrimitiveList/…} (upstream's API conventions, "strategic merge patch").
 */
public final class StrategicMergePatch {
    static final String PATCH = "$patch";
    private static final String RETAIN_KEYS = "$retainKeys";
    private static final String DELETE_PRIMITIVES = "$deleteFromPrimitiveList/";
    private static final String ELEMENT_ORDER = "$setElementOrder/";

    private StrategicMergePatch() {}

    /**
     * The patched object; neither argument changes, and the result shares nothing with them. Fields
     * that the schema doesn't know merge as in a plain merge patch; decode the result afterwards.
     *
     * @throws ApiException a bad request, if a directive makes no sense
     */
    public static ObjectNode apply(ObjectNode original, ObjectNode patch, Schema schema) {
        return mergeObject(original.deepCopy(), patch.deepCopy(), schema);
    }

    /** Merges into {@code original} and consumes {@code patch}. */
    static ObjectNode mergeObject(ObjectNode original, ObjectNode patch, Schema schema) {
        if (patch.has(PATCH)) {
            return wholeObject(patch);
        }
        retainKeys(original, patch);
        orderLists(original, patch, schema);
        for (Map.Entry<String, JsonNode> change : patch.properties()) {
            mergeField(original, change.getKey(), change.getValue(), schema);
        }
        return original;
    }

    private static void mergeField(ObjectNode original, String key, JsonNode value, Schema schema) {
        if (key.startsWith(DELETE_PRIMITIVES)) {
            deletePrimitives(original, key, value);
            return;
        }
        if (value.isNull()) {
            original.remove(key);
            return;
        }
        JsonNode before = original.get(key);
        Schema node = child(schema, key);
        if (value instanceof ObjectNode change && before instanceof ObjectNode object) {
            original.set(
                    key,
                    has(node, PatchStrategy.REPLACE)
                            ? withoutDirectives(change)
                            : mergeObject(object, change, node));
        } else if (value instanceof ArrayNode change && before instanceof ArrayNode array) {
            original.set(
                    key,
                    has(node, PatchStrategy.MERGE)
                            ? mergeList(array, change, node)
                            : withoutDirectives(change));
        } else {
            JsonNode fresh = withoutDirectives(value);
            if (fresh != null) {
                original.set(key, fresh);
            }
        }
    }

    private static ObjectNode wholeObject(ObjectNode patch) {
        String directive = patch.remove(PATCH).asText();
        return switch (directive) {
            case "replace" -> (ObjectNode) withoutDirectives(patch);
            case "delete" -> JsonNodeFactory.instance.objectNode();
            default -> throw bad("Unknown patch type: " + directive);
        };
    }

    private static void retainKeys(ObjectNode original, ObjectNode patch) {
        JsonNode keep = patch.remove(RETAIN_KEYS);
        if (keep == null) {
            return;
        }
        List<String> names = new ArrayList<>();
        for (JsonNode name : array(keep, RETAIN_KEYS)) {
            names.add(name.asText());
        }
        for (Map.Entry<String, JsonNode> change : patch.properties()) {
            if (!change.getKey().startsWith("$")
                    && !change.getValue().isNull()
                    && !names.contains(change.getKey())) {
                throw bad(
                        "Invalid patch format of $retainKeys: "
                                + change.getKey()
                                + " is changed but not kept");
            }
        }
        original.retain(names);
    }

    /** Merges first those lists for which the patch gives the order, and arranges them. */
    private static void orderLists(ObjectNode original, ObjectNode patch, Schema schema) {
        List<String> directives = new ArrayList<>(0);
        patch.fieldNames()
                .forEachRemaining(
                        name -> {
                            if (name.startsWith(ELEMENT_ORDER)) {
                                directives.add(name);
                            }
                        });
        for (String directive : directives) {
            ArrayNode order = array(patch.remove(directive), directive);
            String key = directive.substring(ELEMENT_ORDER.length());
            JsonNode change = patch.get(key);
            JsonNode before = original.get(key);
            if (change != null && change.isNull()) {
                continue;
            }
            Schema node = child(schema, key);
            patch.remove(key);
            if (!(before instanceof ArrayNode) && change == null) {
                continue;
            }
            ArrayNode merged =
                    before instanceof ArrayNode list
                            ? change == null
                                    ? list
                                    : mergeList(list.deepCopy(), array(change, key), node)
                            : (ArrayNode) withoutDirectives(array(change, key));
            ArrayNode server = before instanceof ArrayNode list ? list : merged;
            original.set(key, ListOrder.arrange(merged, order, server, mergeKey(node)));
        }
    }

    private static ArrayNode mergeList(ArrayNode original, ArrayNode patch, Schema schema) {
        boolean objects = holdsObjects(original) || holdsObjects(patch);
        if (!objects) {
            ArrayNode both = JsonNodeFactory.instance.arrayNode();
            addMissing(both, original);
            addMissing(both, patch);
            return ListOrder.arrange(both, patch, original, "");
        }
        String key = mergeKey(schema);
        if (key.isEmpty()) {
            throw bad("cannot merge lists without merge key");
        }
        ArrayNode changes = JsonNodeFactory.instance.arrayNode();
        if (!special(original, patch, changes, key)) {
            return changes;
        }
        Schema items = schema.items();
        ArrayNode merged = original.deepCopy();
        for (JsonNode change : changes) {
            JsonNode value = keyOf(change, key);
            int index = ListOrder.indexOf(merged, value, key);
            if (index >= 0) {
                merged.set(
                        index,
                        mergeObject(
                                (ObjectNode) merged.get(index),
                                ((ObjectNode) change).deepCopy(),
                                items));
            } else {
                merged.add(withoutDirectives(change));
            }
        }
        return ListOrder.arrange(merged, changes, original, key);
    }

    /**
     * Sorts the elements with a directive out of the patch.
     *
     * @return false if the ordinary elements replace the list
     */
    private static boolean special(
            ArrayNode original, ArrayNode patch, ArrayNode ordinary, String key) {
        boolean replace = false;
        for (JsonNode change : patch) {
            JsonNode directive = change.get(PATCH);
            if (directive == null) {
                ordinary.add(change);
                continue;
            }
            switch (directive.asText()) {
                case "delete" -> {
                    JsonNode value = keyOf(change, key);
                    int index = ListOrder.indexOf(original, value, key);
                    while (index >= 0) {
                        original.remove(index);
                        index = ListOrder.indexOf(original, value, key);
                    }
                }
                case "replace" -> replace = true;
                case "merge" -> throw bad("merging lists cannot yet be specified in the patch");
                default -> throw bad("Unknown patch type: " + directive.asText());
            }
        }
        return !replace;
    }

    private static void deletePrimitives(ObjectNode original, String directive, JsonNode values) {
        JsonNode before = original.get(directive.substring(DELETE_PRIMITIVES.length()));
        if (before instanceof ArrayNode list) {
            for (JsonNode value : array(values, directive)) {
                for (int i = list.size() - 1; i >= 0; i--) {
                    if (list.get(i).equals(value)) {
                        list.remove(i);
                    }
                }
            }
        }
    }

    /**
     * What a patch amounts to where there is nothing to merge with: no nulls, no directives.
     *
     * @return null for an element that is only there to delete something
     */
    private static JsonNode withoutDirectives(JsonNode value) {
        if (value instanceof ArrayNode array) {
            ArrayNode clean = JsonNodeFactory.instance.arrayNode();
            for (JsonNode item : array) {
                JsonNode kept = item.isObject() ? withoutDirectives(item) : item;
                if (kept != null) {
                    clean.add(kept);
                }
            }
            return clean;
        }
        if (!(value instanceof ObjectNode object)) {
            return value;
        }
        if (object.path(PATCH).asText().equals("delete")
                || (object.size() == 1 && object.has(PATCH))) {
            return null;
        }
        ObjectNode clean = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            String name = field.getKey();
            boolean directive =
                    name.equals(PATCH)
                            || name.equals(RETAIN_KEYS)
                            || name.startsWith(DELETE_PRIMITIVES)
                            || name.startsWith(ELEMENT_ORDER);
            if (!directive && !field.getValue().isNull()) {
                JsonNode kept = withoutDirectives(field.getValue());
                if (kept != null) {
                    clean.set(name, kept);
                }
            }
        }
        return clean;
    }

    private static void addMissing(ArrayNode list, ArrayNode values) {
        for (JsonNode value : values) {
            if (ListOrder.indexOf(list, value, "") < 0) {
                list.add(value);
            }
        }
    }

    private static boolean holdsObjects(ArrayNode list) {
        return !list.isEmpty() && list.get(0).isObject();
    }

    private static Schema child(Schema schema, String key) {
        if (schema == null) {
            return null;
        }
        Schema property = schema.property(key);
        return property == null ? schema.additionalProperties() : property;
    }

    private static boolean has(Schema schema, PatchStrategy strategy) {
        return schema != null && schema.patchStrategies().contains(strategy);
    }

    private static String mergeKey(Schema schema) {
        return schema == null ? "" : schema.patchMergeKey();
    }

    private static JsonNode keyOf(JsonNode element, String key) {
        JsonNode value = element.get(key);
        if (value == null) {
            throw bad("map: " + element + " does not contain declared merge key: " + key);
        }
        return value;
    }

    private static ArrayNode array(JsonNode value, String what) {
        if (value instanceof ArrayNode array) {
            return array;
        }
        throw bad("Invalid patch format of " + what + ": it must be a list");
    }

    private static ApiException bad(String message) {
        return ApiException.badRequest(message);
    }
}
