package io.felucca.api.validation;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.machinery.FieldError;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;

/**
 * A place in an object: the value there, its path, and the list that all places of one validation
 * share for what is wrong. A field that is null counts as absent. For one thread.
 *
 * <p>Nearly all places are right, and only a problem asks for the path, so it is put together then.
 */
public final class Field {
    private static final int NAMED = -1;
    private static final int KEY = -2;

    private final JsonNode node;
    private final List<FieldError> problems;

    /** The place that this one is below, or null for one whose path is its name. */
    private final Field parent;

    /** What comes behind the parent's path; of an element of a list null. */
    private final String name;

    /** The place in a list, or how the name is written. */
    private final int index;

    private Field(JsonNode node, Field parent, String name, int index, List<FieldError> problems) {
        this.node = node;
        this.parent = parent;
        this.name = name;
        this.index = index;
        this.problems = problems;
    }

    /** The root of an object, with an empty list of problems. */
    public static Field root(JsonNode object) {
        return new Field(object, null, "", NAMED, new ArrayList<>());
    }

    /** What was found so far, below any place of this validation. */
    public List<FieldError> problems() {
        return problems;
    }

    public JsonNode node() {
        return node;
    }

    public String path() {
        return write(new StringBuilder()).toString();
    }

    private StringBuilder write(StringBuilder path) {
        if (parent == null) {
            return path.append(name);
        }
        parent.write(path);
        if (index != NAMED) {
            path.append('[');
            return (index == KEY ? path.append(name) : path.append(index)).append(']');
        }
        return (path.length() == 0 ? path : path.append('.')).append(name);
    }

    /** The field of this name below, which may be absent. */
    public Field at(String below) {
        return new Field(node.path(below), this, below, NAMED, problems);
    }

    /** The field below several names. */
    public Field at(String first, String... rest) {
        Field field = at(first);
        for (String below : rest) {
            field = field.at(below);
        }
        return field;
    }

    public Field at(int position) {
        return new Field(node.path(position), this, null, position, problems);
    }

    /** The value of a key of a map. */
    public Field key(String key) {
        return new Field(node.path(key), this, key, KEY, problems);
    }

    /** The same value under another path: for errors that upstream reports elsewhere. */
    public Field named(String otherPath) {
        return new Field(node, null, otherPath, NAMED, problems);
    }

    /** The same place over another value, such as a completed copy of it. */
    public Field over(JsonNode otherNode) {
        return new Field(otherNode, parent, name, index, problems);
    }

    /** The elements of a list; none if it is absent. */
    public List<Field> items() {
        List<Field> items = new ArrayList<>(node.size());
        if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                items.add(at(i));
            }
        }
        return items;
    }

    /** The keys of a map; none if it is absent. */
    public List<String> keys() {
        List<String> keys = new ArrayList<>();
        node.fieldNames().forEachRemaining(keys::add);
        return keys;
    }

    public boolean present() {
        return !node.isMissingNode() && !node.isNull();
    }

    public boolean has(String below) {
        return at(below).present();
    }

    /** Present, and not an empty text, list or map. */
    public boolean filled() {
        return present() && (node.isTextual() ? !node.asText().isEmpty() : !emptyContainer());
    }

    private boolean emptyContainer() {
        return node.isContainerNode() && node.isEmpty();
    }

    /** The text, empty if absent. */
    public String text() {
        return present() ? node.asText() : "";
    }

    public String text(String below) {
        return at(below).text();
    }

    /** The number, 0 if absent. */
    public long number() {
        return node.asLong();
    }

    public boolean isTrue() {
        return node.asBoolean();
    }

    public void add(FieldError error) {
        problems.add(error);
    }

    /** The value as errors show it: absent as an empty text. */
    private Object shown() {
        return node.isTextual() || !present() ? text() : node;
    }

    public void required(String detail) {
        add(FieldError.required(path(), detail));
    }

    public void invalid(String detail) {
        add(FieldError.invalid(path(), shown(), detail));
    }

    public void invalid(Object badValue, String detail) {
        add(FieldError.invalid(path(), badValue, detail));
    }

    public void forbidden(String detail) {
        add(FieldError.forbidden(path(), detail));
    }

    public void duplicate() {
        add(FieldError.duplicate(path(), shown()));
    }

    public void duplicate(Object badValue) {
        add(FieldError.duplicate(path(), badValue));
    }

    public void notFound() {
        add(FieldError.notFound(path(), shown()));
    }

    public void notSupported(Collection<String> supported) {
        add(FieldError.notSupported(path(), shown(), supported));
    }

    public void tooLong(int maxLength) {
        add(FieldError.tooLong(path(), maxLength));
    }

    /** A problem unless filled; says whether it is. */
    public boolean require() {
        return require("");
    }

    public boolean require(String detail) {
        if (!filled()) {
            required(detail);
        }
        return filled();
    }

    /** A problem if the text is set to something else; says whether it is one of them. */
    public boolean oneOf(Collection<String> supported) {
        if (!filled()) {
            return false;
        }
        if (!supported.contains(text())) {
            notSupported(supported);
            return false;
        }
        return true;
    }

    /** A problem if absent or something else. */
    public boolean requireOneOf(Collection<String> supported) {
        return require() && oneOf(supported);
    }

    /** Each message that the rule gives for the text is a problem. */
    public boolean follow(Function<String, List<String>> rule) {
        List<String> messages = rule.apply(text());
        messages.forEach(this::invalid);
        return messages.isEmpty();
    }

    /** The same if there is a text. */
    public boolean followIfSet(Function<String, List<String>> rule) {
        return !filled() || follow(rule);
    }

    public void notNegative() {
        if (present() && number() < 0) {
            invalid("must be greater than or equal to 0");
        }
    }

    public void between(long least, long most) {
        if (present() && (number() < least || number() > most)) {
            invalid("must be between " + least + " and " + most + ", inclusive");
        }
    }

    /** A problem if it differs from what it was. */
    public void immutable(JsonNode old) {
        immutable(old, "field is immutable");
    }

    public void immutable(JsonNode old, String detail) {
        boolean was = !old.isMissingNode() && !old.isNull();
        if (present() != was || (was && !node.equals(old))) {
            add(FieldError.invalid(path(), present() ? shown() : null, detail));
        }
    }
}
