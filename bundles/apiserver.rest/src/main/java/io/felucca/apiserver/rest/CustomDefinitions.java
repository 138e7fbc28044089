package io.felucca.apiserver.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.machinery.GroupVersionKind;
import io.felucca.machinery.Json;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes custom resources into OpenAPI documents: the schema as its definition has it, with what
 * every object has. The old document can't say all of it; what it can't say it leaves open.
 */
final class CustomDefinitions {
    private static final String META = "io.k8s.apimachinery.pkg.apis.meta.v1.";
    static final List<String> NEEDED = List.of(META + "ObjectMeta", META + "ListMeta");
    private static final List<String> COMBINATIONS = List.of("allOf", "anyOf", "oneOf", "not");
    private static final String API_VERSION =
            "The version of this representation of an object, with its group.";
    private static final String KIND =
            "What the object is, as a name in CamelCase. It can't be changed.";

    private final ObjectNode definitions;
    private final boolean v3;

    CustomDefinitions(ObjectNode definitions, boolean v3) {
        this.definitions = definitions;
        this.v3 = v3;
    }

    /** Writes the kind and its list. */
    void define(ResourceDefinition definition, String name, String listName) {
        ObjectNode schema = definition.openApi().get();
        if (!v3) {
            simplify(schema);
        }
        if (!schema.path("x-kubernetes-preserve-unknown-fields").asBoolean() || v3) {
            ObjectNode properties = Json.object();
            about(properties);
            properties.set("metadata", reference("ObjectMeta"));
            for (Map.Entry<String, JsonNode> one : schema.path("properties").properties()) {
                properties.putIfAbsent(one.getKey(), one.getValue());
            }
            schema.set("properties", properties);
        }
        schema.put("type", "object");
        mark(schema, definition.kind());
        definitions.set(name, schema);

        ObjectNode list = definitions.putObject(listName);
        list.put("description", listName.substring(listName.lastIndexOf('.') + 1) + " is a list.");
        list.put("type", "object");
        list.putArray("required").add("items");
        ObjectNode properties = list.putObject("properties");
        about(properties);
        ObjectNode items = properties.putObject("items").put("type", "array");
        items.putObject("items").put("$ref", prefix() + name);
        properties.set("metadata", reference("ListMeta"));
        GroupVersionKind kind = definition.kind();
        mark(list, new GroupVersionKind(kind.group(), kind.version(), definition.listKind()));
    }

    private static void about(ObjectNode properties) {
        properties.putObject("apiVersion").put("type", "string").put("description", API_VERSION);
        properties.putObject("kind").put("type", "string").put("description", KIND);
    }

    private ObjectNode reference(String meta) {
        ObjectNode target = Json.object().put("$ref", prefix() + META + meta);
        if (!v3) {
            return target;
        }
        // Beside a reference nothing may stand, so what has a description wraps it.
        ObjectNode wrapped = Json.object();
        wrapped.putArray("allOf").add(target);
        return wrapped;
    }

    private String prefix() {
        return v3 ? "#/components/schemas/" : "#/definitions/";
    }

    private static void mark(ObjectNode schema, GroupVersionKind kind) {
        schema.putArray("x-kubernetes-group-version-kind")
                .addObject()
                .put("group", kind.group())
                .put("kind", kind.kind())
                .put("version", kind.version());
    }

    /** Takes out what OpenAPI v2 has no words for, as upstream does, so that nothing is refused. */
    private static void simplify(ObjectNode schema) {
        schema.remove(COMBINATIONS);
        Set<String> nullable = new HashSet<>();
        for (Map.Entry<String, JsonNode> one : schema.path("properties").properties()) {
            if (one.getValue().path("nullable").asBoolean()) {
                nullable.add(one.getKey());
            }
        }
        if (!nullable.isEmpty() && schema.get("required") instanceof ArrayNode required) {
            ArrayNode kept = Json.mapper().createArrayNode();
            required.forEach(name -> addUnless(nullable, name, kept));
            schema.set("required", kept);
        }
        if (schema.path("nullable").asBoolean()) {
            schema.remove(List.of("nullable", "type", "items", "properties"));
        }
        if (schema.path("x-kubernetes-preserve-unknown-fields").asBoolean()) {
            schema.remove(List.of("items", "properties"));
        }
        if (schema.path("x-kubernetes-int-or-string").asBoolean()) {
            schema.remove("type");
        }
        for (JsonNode property : schema.path("properties")) {
            simplify((ObjectNode) property);
        }
        for (String inner : List.of("items", "additionalProperties")) {
            if (schema.get(inner) instanceof ObjectNode node) {
                simplify(node);
            }
        }
    }

    private static void addUnless(Set<String> left, JsonNode name, ArrayNode kept) {
        if (!left.contains(name.asText())) {
            kept.add(name);
        }
    }
}
