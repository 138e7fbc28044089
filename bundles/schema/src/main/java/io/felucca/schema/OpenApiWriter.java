package io.felucca.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.machinery.GroupVersionKind;
import io.felucca.machinery.Json;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Turns generated definitions into one dialect of OpenAPI, following references. One use each. */
final class OpenApiWriter {

    /** The two documents differ in where definitions live and in how a reference is decorated. */
    enum Dialect {
        V2("#/definitions/"),
        V3("#/components/schemas/");

        private final String prefix;

        Dialect(String prefix) {
            this.prefix = prefix;
        }
    }

    private final Dialect dialect;
    private final Map<String, ObjectNode> written = new TreeMap<>();
    private final Set<String> seen = new TreeSet<>();
    private final Deque<String> pending = new ArrayDeque<>();

    OpenApiWriter(Dialect dialect) {
        this.dialect = dialect;
    }

    ObjectNode write(Collection<String> roots) {
        roots.forEach(this::want);
        while (!pending.isEmpty()) {
            String name = pending.remove();
            ObjectNode definition = rewrite(Definitions.shared().json(name));
            addKinds(definition, Definitions.shared().kinds(name));
            written.put(name, definition);
        }
        ObjectNode all = Json.object();
        written.forEach(all::set);
        return all;
    }

    private void want(String name) {
        if (seen.add(name)) {
            pending.add(name);
        }
    }

    private static void addKinds(ObjectNode definition, List<GroupVersionKind> kinds) {
        if (kinds.isEmpty()) {
            return;
        }
        ArrayNode array = definition.putArray("x-kubernetes-group-version-kind");
        for (GroupVersionKind kind : kinds) {
            array.addObject()
                    .put("group", kind.group())
                    .put("kind", kind.kind())
                    .put("version", kind.version());
        }
    }

    private ObjectNode rewrite(ObjectNode node) {
        if (node.has("$ref")) {
            return reference(node);
        }
        switch (node.path("type").asText()) {
            case "int-or-string" -> node.put("type", "string");
            case "any" -> node.remove("type");
            default -> {
                // The other types are called the same in both dialects.
            }
        }
        if (node.path("format").asText().equals("quantity")) {
            node.remove("format");
        }
        for (Map.Entry<String, JsonNode> property : node.path("properties").properties()) {
            property.setValue(rewrite((ObjectNode) property.getValue()));
        }
        for (String inner : List.of("items", "additionalProperties")) {
            if (node.has(inner)) {
                node.set(inner, rewrite((ObjectNode) node.get(inner)));
            }
        }
        return node;
    }

    /** In v3 nothing may stand beside a reference, so a decorated one is wrapped. */
    private ObjectNode reference(ObjectNode node) {
        String name = node.get("$ref").asText();
        want(name);
        node.put("$ref", dialect.prefix + name);
        if (dialect == Dialect.V2 || node.size() == 1) {
            return node;
        }
        ObjectNode wrapper = node.deepCopy();
        wrapper.remove("$ref");
        wrapper.putArray("allOf").addObject().put("$ref", dialect.prefix + name);
        return wrapper;
    }
}
