package io.felucca.itests.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A definition as large as those of operators that let their users write whole pod templates: the
 * server's own description of one, as a structural schema.
 */
final class LargeDefinition {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String CORE = "io.k8s.api.core.v1.";

    /** What a generator of definitions takes over. */
    private static final Set<String> KEPT =
            Set.of(
                    "type",
                    "format",
                    "description",
                    "required",
                    "x-kubernetes-list-type",
                    "x-kubernetes-list-map-keys",
                    "x-kubernetes-map-type");

    private final JsonNode schemas;

    private LargeDefinition(JsonNode document) {
        schemas = document.at("/components/schemas");
    }

    /**
     * @param document the server's OpenAPI v3 of the core group
     */
    static String of(JsonNode document, String group, String release) {
        ObjectNode definition = JSON.createObjectNode();
        definition.put("apiVersion", "apiextensions.k8s.io/v1");
        definition.put("kind", "CustomResourceDefinition");
        ObjectNode metadata = definition.putObject("metadata");
        metadata.put("name", "moorings." + group);
        metadata.putObject("labels").put("app.kubernetes.io/instance", release);
        ObjectNode spec = definition.putObject("spec").put("group", group);
        spec.put("scope", "Namespaced");
        spec.putObject("names")
                .put("plural", "moorings")
                .put("singular", "mooring")
                .put("kind", "Mooring")
                .put("listKind", "MooringList");
        ObjectNode version = spec.putArray("versions").addObject();
        version.put("name", "v1").put("served", true).put("storage", true);
        version.putObject("subresources").putObject("status");
        ObjectNode schema = version.putObject("schema").putObject("openAPIV3Schema");
        schema.put("type", "object").putArray("required").add("spec");
        ObjectNode properties = schema.putObject("properties");
        for (String name : List.of("apiVersion", "kind")) {
            properties.putObject(name).put("type", "string");
        }
        properties.putObject("metadata").put("type", "object");
        ObjectNode own = properties.putObject("spec").put("type", "object").putObject("properties");
        own.putObject("depth").put("type", "integer");
        own.set("template", new LargeDefinition(document).schema(CORE + "PodTemplateSpec"));
        properties
                .putObject("status")
                .put("type", "object")
                .put("x-kubernetes-preserve-unknown-fields", true);
        return definition.toString();
    }

    private ObjectNode schema(String name) {
        if (name.endsWith(".ObjectMeta")) {
            return JSON.createObjectNode()
                    .put("type", "object")
                    .put("x-kubernetes-preserve-unknown-fields", true);
        }
        if (name.endsWith(".IntOrString") || name.endsWith(".Quantity")) {
            ObjectNode either = JSON.createObjectNode();
            either.put("x-kubernetes-int-or-string", true);
            ArrayNode types = either.putArray("anyOf");
            types.addObject().put("type", "integer");
            types.addObject().put("type", "string");
            return either;
        }
        return converted(schemas.path(name));
    }

    private ObjectNode converted(JsonNode from) {
        JsonNode reference = from.has("allOf") ? from.at("/allOf/0/$ref") : from.path("$ref");
        if (!reference.isMissingNode()) {
            return schema(reference.asText().replaceAll(".*/", ""));
        }
        ObjectNode to = JSON.createObjectNode();
        for (Map.Entry<String, JsonNode> one : from.properties()) {
            if (KEPT.contains(one.getKey())) {
                to.set(one.getKey(), one.getValue());
            } else if (one.getKey().equals("properties")) {
                ObjectNode properties = to.putObject("properties");
                one.getValue()
                        .properties()
                        .forEach(each -> properties.set(each.getKey(), converted(each.getValue())));
            } else if (one.getValue().isObject()) {
                to.set(one.getKey(), converted(one.getValue()));
            }
        }
        completeKeys(to);
        return to;
    }

    /** A key of a list must be required or have a default. */
    private static void completeKeys(ObjectNode list) {
        for (JsonNode key : list.path("x-kubernetes-list-map-keys")) {
            ObjectNode items = (ObjectNode) list.get("items");
            if (key.asText().equals("protocol")) {
                ((ObjectNode) items.at("/properties/protocol")).put("default", "TCP");
            } else {
                items.withArrayProperty("required").add(key.asText());
            }
        }
    }
}
