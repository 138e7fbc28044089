package io.felucca.apiserver.aggregation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.machinery.Json;
import java.util.HashMap;
import java.util.Map;

/** From an APIResourceList to what aggregated discovery has. Pure functions. */
final class LegacyDiscovery {
    private LegacyDiscovery() {}

    /** Subresources go below their resource, which is made up if the list lacks it. */
    static ArrayNode resources(JsonNode list, String group, String version) {
        ArrayNode all = Json.mapper().createArrayNode();
        Map<String, ObjectNode> byName = new HashMap<>();
        for (JsonNode one : list.path("resources")) {
            String name = one.path("name").asText();
            if (name.indexOf('/') < 0) {
                ObjectNode resource = resource(name, one, byName, all);
                responseKind(one, group, version, resource);
                resource.put("singularResource", one.path("singularName").asText());
                copy(one, resource, "verbs", "shortNames", "categories");
            }
        }
        for (JsonNode one : list.path("resources")) {
            String name = one.path("name").asText();
            int slash = name.indexOf('/');
            if (slash >= 0) {
                ObjectNode parent = resource(name.substring(0, slash), one, byName, all);
                ObjectNode part = parent.withArrayProperty("subresources").addObject();
                part.put("subresource", name.substring(slash + 1));
                responseKind(one, group, version, part);
                copy(one, part, "verbs");
            }
        }
        return all;
    }

    private static ObjectNode resource(
            String name, JsonNode one, Map<String, ObjectNode> byName, ArrayNode all) {
        return byName.computeIfAbsent(
                name,
                none -> {
                    ObjectNode resource = all.addObject().put("resource", name);
                    resource.putObject("responseKind");
                    return resource.put(
                            "scope", one.path("namespaced").asBoolean() ? "Namespaced" : "Cluster");
                });
    }

    private static void responseKind(
            JsonNode one, String group, String version, ObjectNode target) {
        boolean foreign = one.hasNonNull("version");
        target.putObject("responseKind")
                .put("group", foreign ? one.path("group").asText() : group)
                .put("version", foreign ? one.path("version").asText() : version)
                .put("kind", one.path("kind").asText());
    }

    private static void copy(JsonNode from, ObjectNode to, String... names) {
        for (String name : names) {
            if (from.path(name).isArray()) {
                to.set(name, from.get(name));
            }
        }
    }
}
