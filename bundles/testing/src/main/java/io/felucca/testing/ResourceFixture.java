package io.felucca.testing;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.ApiGroup;
import io.felucca.apiserver.api.Column;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.Strategy;
import io.felucca.machinery.FieldError;
import io.felucca.machinery.Json;
import io.felucca.machinery.schema.Defaulter;
import io.felucca.machinery.schema.SchemaValidator;
import io.felucca.machinery.schema.StrictDecoder;
import io.felucca.machinery.schema.Yaml;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * One resource of an API group, and what the server does with its objects before it stores them:
 * strict decoding, defaults, preparation, rules. For tests of API groups.
 */
public final class ResourceFixture {
    public static final String UID = "c0ffee00-0000-4000-8000-000000000001";

    private final ResourceDefinition definition;

    private ResourceFixture(ResourceDefinition definition) {
        this.definition = definition;
    }

    /** The resource of this kind, in the group's preferred version. */
    public static ResourceFixture of(ApiGroup group, String kind) {
        return of(group, group.versions().get(0), kind);
    }

    public static ResourceFixture of(ApiGroup group, String version, String kind) {
        return new ResourceFixture(
                group.resources().stream()
                        .filter(one -> one.kind().kind().equals(kind))
                        .filter(one -> one.kind().version().equals(version))
                        .findFirst()
                        .orElseThrow());
    }

    public ResourceDefinition definition() {
        return definition;
    }

    public Strategy strategy() {
        return definition.strategy();
    }

    /** Decodes a manifest strictly: unknown fields fail. */
    public ObjectNode decode(String yaml) {
        byte[] json = Yaml.toJson(yaml.getBytes(StandardCharsets.UTF_8));
        String kind = definition.kind().kind();
        String version = definition.kind().version();
        return StrictDecoder.decode(json, definition.schema(), kind, version).strict(kind, version);
    }

    /** The object as it is after defaults and preparation, whether it is valid or not. */
    public ObjectNode prepared(ObjectNode decoded) {
        ObjectNode object = decoded.deepCopy();
        object.withObject("/metadata").put("uid", UID);
        if (definition.namespaced()) {
            object.withObject("/metadata").put("namespace", "default");
        }
        if (definition.subresource("status").isPresent()) {
            object.remove("status");
        }
        defaults(object);
        defaults(object);
        strategy().prepareForCreate(object);
        return object;
    }

    private void defaults(ObjectNode object) {
        Defaulter.apply(object, definition.schema());
        strategy().defaults(object);
    }

    /** The object as it would be stored. Fails with what is wrong, also by the schema. */
    public ObjectNode create(String yaml) {
        ObjectNode object = prepared(decode(yaml));
        List<FieldError> problems =
                new ArrayList<>(SchemaValidator.validate(object, definition.schema()));
        problems.addAll(strategy().validate(object));
        if (!problems.isEmpty()) {
            throw new AssertionError(problems.toString());
        }
        return object;
    }

    /** What the strategy finds wrong with a manifest after one change. */
    public List<String> problems(String yaml, String pointer, String value) {
        ObjectNode changed = decode(yaml);
        put(changed, pointer, value);
        return texts(strategy().validate(prepared(changed)));
    }

    /** What the strategy finds wrong with one change to a stored object. */
    public List<String> updateProblems(ObjectNode stored, String pointer, String value) {
        ObjectNode changed = stored.deepCopy();
        put(changed, pointer, value);
        defaults(changed);
        strategy().prepareForUpdate(changed, stored);
        List<String> problems = new ArrayList<>(texts(strategy().validate(changed)));
        problems.addAll(texts(strategy().validateUpdate(changed, stored)));
        return problems;
    }

    /** The cells of the columns that are always shown. */
    public List<Object> cells(JsonNode object) {
        return cells(object, 0);
    }

    /** All cells. */
    public List<Object> wideCells(JsonNode object) {
        return cells(object, 1);
    }

    private List<Object> cells(JsonNode object, int priority) {
        List<Object> cells = new ArrayList<>();
        for (Column column : definition.columns()) {
            if (column.priority() <= priority) {
                cells.add(column.equals(Column.AGE) ? "AGE" : column.cell().apply(object));
            }
        }
        return cells;
    }

    /**
     * Sets a value within a tree, or removes it.
     *
     * @param pointer a JSON pointer whose parent exists
     * @param value JSON; empty removes
     */
    public static void put(ObjectNode object, String pointer, String value) {
        JsonPointer path = JsonPointer.compile(pointer);
        JsonNode parent = object.at(path.head());
        String name = path.last().getMatchingProperty();
        if (parent instanceof ArrayNode array) {
            int index = path.last().getMatchingIndex();
            if (index < array.size()) {
                array.set(index, parse(value));
            } else {
                array.add(parse(value));
            }
        } else if (value == null || value.isEmpty()) {
            ((ObjectNode) parent).remove(name);
        } else {
            ((ObjectNode) parent).set(name, parse(value));
        }
    }

    private static JsonNode parse(String json) {
        try {
            return Json.mapper().readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(json, e);
        }
    }

    private static List<String> texts(List<FieldError> errors) {
        return errors.stream().map(FieldError::toString).toList();
    }
}
