package io.felucca.machinery.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * A set of fields of an object, as a tree of path elements in upstream's FieldsV1 notation: {@code
 * f:name} a field, {@code k:{…}} an element by its keys, {@code v:…} an element by its value.
 * Mutable, not thread-safe. What {@link #union}, {@link #difference} and {@link #intersection} give
 * shares subtrees with what they were called on, so change neither afterwards.
 */
final class FieldSet {
    private static final String SELF = ".";

    private static final SortedMap<String, FieldSet> NO_CHILDREN =
            Collections.unmodifiableSortedMap(new TreeMap<>());

    /** What most elements have below them in JSON; refuses to be changed. */
    private static final ObjectNode NOTHING = new ObjectNode(JsonNodeFactory.instance, Map.of());

    /** Most sets are leaves, so a map is made for the first child. */
    private SortedMap<String, FieldSet> children = NO_CHILDREN;

    private boolean member;

    static FieldSet fromJson(JsonNode json) {
        FieldSet set = new FieldSet();
        if (json == null) {
            return set;
        }
        for (Map.Entry<String, JsonNode> field : json.properties()) {
            if (field.getKey().equals(SELF)) {
                set.member = true;
            } else {
                FieldSet child = fromJson(field.getValue());
                // An element with nothing below it is itself what is meant.
                child.member |= child.children.isEmpty();
                set.put(field.getKey(), child);
            }
        }
        return set;
    }

    /** Whether a client's JSON is a field set. */
    static boolean isReadable(JsonNode json) {
        if (!json.isObject()) {
            return false;
        }
        for (Map.Entry<String, JsonNode> field : json.properties()) {
            String element = field.getKey();
            boolean named =
                    element.equals(SELF)
                            || element.startsWith("f:")
                            || PathElements.isReadable(element);
            if (!named || !isReadable(field.getValue())) {
                return false;
            }
        }
        return true;
    }

    /** A tree whose leaves are shared and can't be changed. */
    ObjectNode toJson() {
        if (children.isEmpty()) {
            return NOTHING;
        }
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        if (member) {
            json.set(SELF, NOTHING);
        }
        children.forEach((element, child) -> json.set(element, child.toJson()));
        return json;
    }

    FieldSet child(String element) {
        FieldSet child = children.get(element);
        if (child == null) {
            child = new FieldSet();
            put(element, child);
        }
        return child;
    }

    private void put(String element, FieldSet child) {
        if (children == NO_CHILDREN) {
            children = new TreeMap<>();
        }
        children.put(element, child);
    }

    /** What is below an element, or null. */
    FieldSet peek(String element) {
        return children.get(element);
    }

    Iterable<Map.Entry<String, FieldSet>> elements() {
        return children.entrySet();
    }

    void insert() {
        member = true;
    }

    boolean isMember() {
        return member;
    }

    boolean isEmpty() {
        return !member && children.isEmpty();
    }

    FieldSet union(FieldSet other) {
        if (isEmpty()) {
            return other;
        }
        if (other.isEmpty()) {
            return this;
        }
        FieldSet result = new FieldSet();
        result.member = member || other.member;
        if (children.isEmpty() || other.children.isEmpty()) {
            result.children = children.isEmpty() ? other.children : children;
            return result;
        }
        result.children = new TreeMap<>(children);
        other.children.forEach(
                (element, child) -> result.children.merge(element, child, FieldSet::union));
        return result;
    }

    FieldSet difference(FieldSet other) {
        if (other.isEmpty()) {
            return this;
        }
        FieldSet result = new FieldSet();
        result.member = member && !other.member;
        children.forEach(
                (element, child) -> {
                    FieldSet minus = other.children.get(element);
                    result.putUnlessEmpty(element, minus == null ? child : child.difference(minus));
                });
        return result;
    }

    FieldSet intersection(FieldSet other) {
        FieldSet result = new FieldSet();
        result.member = member && other.member;
        children.forEach(
                (element, child) -> {
                    FieldSet same = other.children.get(element);
                    if (same != null) {
                        result.putUnlessEmpty(element, child.intersection(same));
                    }
                });
        return result;
    }

    void remove(String element) {
        if (children != NO_CHILDREN) {
            children.remove(element);
        }
    }

    /** Drops elements that became empty, so that equal sets look equal. */
    void removeIfEmpty(String element) {
        FieldSet child = children.get(element);
        if (child != null && child.isEmpty()) {
            children.remove(element);
        }
    }

    private void putUnlessEmpty(String element, FieldSet child) {
        if (!child.isEmpty()) {
            put(element, child);
        }
    }

    /** Gives each member as upstream prints paths: {@code .spec.containers[name="a"].image}. */
    void forEachPath(Consumer<String> consumer) {
        walk("", consumer);
    }

    private void walk(String path, Consumer<String> consumer) {
        if (member) {
            consumer.accept(path);
        }
        children.forEach(
                (element, child) -> child.walk(path + PathElements.print(element), consumer));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FieldSet that
                && member == that.member
                && children.equals(that.children);
    }

    @Override
    public int hashCode() {
        return children.hashCode() * 2 + (member ? 1 : 0);
    }

    @Override
    public String toString() {
        return toJson().toString();
    }
}
