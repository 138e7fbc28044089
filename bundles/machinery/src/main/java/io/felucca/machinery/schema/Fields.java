package io.felucca.machinery.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Walks over objects that server-side apply needs: which fields, which changes, merge, removal. */
final class Fields {

    /** What one object has over another: new or other values, and values gone. */
    record Changes(FieldSet changed, FieldSet removed) {}

    private Fields() {}

    /** The fields that an object sets. */
    static FieldSet of(JsonNode object, Schema schema) {
        FieldSet set = new FieldSet();
        collect(object, schema, set);
        return set;
    }

    private static void collect(JsonNode value, Schema schema, FieldSet set) {
        if (!PathElements.isGranular(schema, value) || value.isEmpty()) {
            set.insert();
        } else if (value.isObject()) {
            for (Map.Entry<String, JsonNode> field : value.properties()) {
                FieldSet child = set.child(PathElements.field(field.getKey()));
                collect(field.getValue(), PathElements.of(schema, field.getKey()), child);
                if (schema.property(field.getKey()) == null) {
                    child.insert();
                }
            }
        } else {
            Schema items = PathElements.items(schema);
            PathElements.index(value, schema)
                    .forEach(
                            (element, item) -> {
                                FieldSet child = set.child(element);
                                child.insert();
                                collect(item, items, child);
                            });
        }
    }

    static Changes compare(JsonNode before, JsonNode after, Schema schema) {
        Changes changes = new Changes(new FieldSet(), new FieldSet());
        compare(before, after, schema, changes.changed, changes.removed);
        return changes;
    }

    private static void compare(
            JsonNode before, JsonNode after, Schema schema, FieldSet changed, FieldSet removed) {
        if (before == null) {
            add(after, schema, changed);
        } else if (after == null) {
            collect(before, schema, removed);
            removed.insert();
        } else if (!PathElements.isGranular(schema, before)
                || !PathElements.isGranular(schema, after)) {
            if (!before.equals(after)) {
                collect(before, schema, removed);
                collect(after, schema, changed);
            }
        } else if (after.isObject()) {
            for (Map.Entry<String, JsonNode> field : before.properties()) {
                compareOne(
                        field.getKey(),
                        field.getValue(),
                        after.get(field.getKey()),
                        schema,
                        changed,
                        removed);
            }
            for (Map.Entry<String, JsonNode> field : after.properties()) {
                if (!before.has(field.getKey())) {
                    compareOne(field.getKey(), null, field.getValue(), schema, changed, removed);
                }
            }
        } else {
            Map<String, JsonNode> old = PathElements.index(before, schema);
            Map<String, JsonNode> fresh = PathElements.index(after, schema);
            Set<String> elements = new HashSet<>(old.keySet());
            elements.addAll(fresh.keySet());
            for (String element : elements) {
                compareInto(
                        element,
                        old.get(element),
                        fresh.get(element),
                        PathElements.items(schema),
                        changed,
                        removed);
                if (!old.containsKey(element)) {
                    changed.child(element).insert();
                }
            }
        }
    }

    /** What is there now and was not before. */
    private static void add(JsonNode after, Schema schema, FieldSet changed) {
        if (!PathElements.isGranular(schema, after) || after.isEmpty()) {
            changed.insert();
            return;
        }
        if (schema.additionalProperties() != null) {
            changed.insert();
        }
        if (after.isObject()) {
            for (Map.Entry<String, JsonNode> field : after.properties()) {
                String name = field.getKey();
                add(
                        field.getValue(),
                        PathElements.of(schema, name),
                        changed.child(PathElements.field(name)));
            }
            return;
        }
        Schema items = PathElements.items(schema);
        PathElements.index(after, schema)
                .forEach(
                        (element, item) -> {
                            FieldSet child = changed.child(element);
                            add(item, items, child);
                            child.insert();
                        });
    }

    private static void compareOne(
            String name,
            JsonNode before,
            JsonNode after,
            Schema schema,
            FieldSet changed,
            FieldSet removed) {
        compareInto(
                PathElements.field(name),
                before,
                after,
                PathElements.of(schema, name),
                changed,
                removed);
    }

    private static void compareInto(
            String element,
            JsonNode before,
            JsonNode after,
            Schema schema,
            FieldSet changed,
            FieldSet removed) {
        if (before == null) {
            add(after, schema, changed.child(element));
            return;
        }
        if (before.equals(after)) {
            return;
        }
        compare(before, after, schema, changed.child(element), removed.child(element));
        changed.removeIfEmpty(element);
        removed.removeIfEmpty(element);
    }

    /** The live value with what is applied on top; shares nothing with either. */
    static JsonNode merge(JsonNode live, JsonNode applied, Schema schema) {
        if (live == null
                || !PathElements.isGranular(schema, live)
                || !PathElements.isGranular(schema, applied)) {
            return applied.deepCopy();
        }
        if (live instanceof ObjectNode object) {
            ObjectNode result = object.deepCopy();
            for (Map.Entry<String, JsonNode> field : applied.properties()) {
                Schema node = PathElements.of(schema, field.getKey());
                result.set(field.getKey(), merge(live.get(field.getKey()), field.getValue(), node));
            }
            return result;
        }
        return mergeLists(live, applied, schema);
    }

    /**
     * The applied elements in their order; elements that only the live list has keep their place
     * before the applied one that follows them there.
     */
    private static ArrayNode mergeLists(JsonNode live, JsonNode applied, Schema schema) {
        Map<String, JsonNode> old = PathElements.index(live, schema);
        Map<String, JsonNode> fresh = PathElements.index(applied, schema);
        ArrayNode result = JsonNodeFactory.instance.arrayNode();
        Set<String> done = new HashSet<>();
        Iterator<Map.Entry<String, JsonNode>> rest = fresh.entrySet().iterator();
        for (Map.Entry<String, JsonNode> element : old.entrySet()) {
            if (!fresh.containsKey(element.getKey())) {
                result.add(element.getValue().deepCopy());
                continue;
            }
            while (!done.contains(element.getKey()) && rest.hasNext()) {
                Map.Entry<String, JsonNode> next = rest.next();
                done.add(next.getKey());
                result.add(
                        merge(old.get(next.getKey()), next.getValue(), PathElements.items(schema)));
            }
        }
        rest.forEachRemaining(next -> result.add(next.getValue().deepCopy()));
        return result;
    }

    /** Removes from {@code value} what {@code gone} names, unless {@code kept} has it or more. */
    static void remove(JsonNode value, Schema schema, FieldSet gone, FieldSet kept) {
        if (!PathElements.isGranular(schema, value)) {
            return;
        }
        if (value instanceof ObjectNode object) {
            for (String name :
                    List.copyOf(object.propertyStream().map(Map.Entry::getKey).toList())) {
                String element = PathElements.field(name);
                if (removes(
                        object.get(name),
                        PathElements.of(schema, name),
                        gone.peek(element),
                        kept.peek(element))) {
                    object.remove(name);
                }
            }
        } else if (value instanceof ArrayNode array) {
            Schema items = PathElements.items(schema);
            Map<String, JsonNode> elements = PathElements.index(array, schema);
            boolean some =
                    elements.entrySet()
                            .removeIf(
                                    element ->
                                            removes(
                                                    element.getValue(),
                                                    items,
                                                    gone.peek(element.getKey()),
                                                    kept.peek(element.getKey())));
            if (!some) {
                return;
            }
            array.removeAll();
            elements.values().forEach(array::add);
        }
    }

    /** Whether the value goes as a whole; what goes of its parts is removed already. */
    private static boolean removes(JsonNode value, Schema schema, FieldSet gone, FieldSet kept) {
        if (gone == null) {
            return false;
        }
        if (kept == null && (gone.isMember() || !PathElements.isGranular(schema, value))) {
            return true;
        }
        boolean hadSome = !value.isEmpty();
        remove(value, schema, gone, kept == null ? new FieldSet() : kept);
        return kept == null && hadSome && value.isEmpty();
    }
}
