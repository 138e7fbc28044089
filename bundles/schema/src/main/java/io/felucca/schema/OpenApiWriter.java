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

    /** Scalars that have a name, as clients expect, by our format. */
    private static final Map<String, String> SCALARS =
            Map.of(
                    "quantity", "io.k8s.apimachinery.pkg.api.resource.Quantity",
                    "int-or-string", "io.k8s.apimachinery.pkg.util.intstr.IntOrString",
                    "date-time", "io.k8s.apimachinery.pkg.apis.meta.v1.Time",
                    "micro-time", "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime");

    /** Marks for ourselves, which no client should see. */
    private static final List<String> OWN =
            List.of(
                    "x-felucca-lenient",
                    "x-felucca-default-for-zero",
                    "x-kubernetes-preserve-unknown-fields");

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
            ObjectNode definition =
                    SCALARS.containsValue(name)
                            ? scalar(name)
                            : rewrite(Definitions.shared().json(name));
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

    private ObjectNode scalar(String name) {
        ObjectNode node = Json.object();
        boolean v3 = dialect == Dialect.V3;
        switch (name.substring(name.lastIndexOf('.') + 1)) {
            case "Quantity" -> {
                node.put(
                        "description",
                        "An amount of a resource: a number with an optional suffix, such as 500m,"
                                + " 2, 64Mi or 1e3.");
                if (v3) {
                    node.putArray("oneOf").addObject().put("type", "string");
                    node.withArray("oneOf").addObject().put("type", "number");
                } else {
                    node.put("type", "string");
                }
            }
            case "IntOrString" -> {
                node.put("description", "A whole number, or a string such as a name or 25%.");
                node.put("format", "int-or-string");
                if (v3) {
                    node.putArray("oneOf").addObject().put("type", "integer");
                    node.withArray("oneOf").addObject().put("type", "string");
                } else {
                    node.put("type", "string");
                }
            }
            case "MicroTime" ->
                    node.put("description", "A moment as in RFC 3339, with microseconds.")
                            .put("type", "string")
                            .put("format", "date-time");
            default ->
                    node.put("description", "A moment as in RFC 3339, to the second.")
                            .put("type", "string")
                            .put("format", "date-time");
        }
        return node;
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
        OWN.forEach(node::remove);
        if (dialect == Dialect.V2) {
            // As upstream: old clients can't read one beside a reference.
            node.remove("default");
        }
        String scalar = SCALARS.get(node.path("format").asText());
        if (scalar != null) {
            node.remove("type");
            node.remove("format");
            node.put("$ref", scalar);
        }
        if (node.has("$ref")) {
            return reference(node);
        }
        if (node.path("type").asText().equals("any")) {
            node.remove("type");
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
