package io.felucca.client.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.ResourceDefinition.Verb;
import io.felucca.apiserver.api.Resources;
import io.felucca.machinery.GroupVersionKind;
import io.felucca.machinery.schema.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Reads aggregated discovery documents. Schemas, strategies and columns stay with the server. */
final class RemoteResources {
    private RemoteResources() {}

    /**
     * @param documents APIGroupDiscoveryLists: that of the core group first, then that of all
     *     others
     */
    static Resources of(long generation, List<JsonNode> documents) {
        List<Resources.Group> groups = new ArrayList<>();
        for (JsonNode document : documents) {
            for (JsonNode item : document.path("items")) {
                groups.add(group(item));
            }
        }
        return new Resources(generation, groups);
    }

    private static Resources.Group group(JsonNode item) {
        String name = item.path("metadata").path("name").asText();
        List<String> versions = new ArrayList<>();
        List<ResourceDefinition> resources = new ArrayList<>();
        for (JsonNode version : item.path("versions")) {
            versions.add(version.path("version").asText());
            for (JsonNode one : version.path("resources")) {
                resources.add(definition(name, version.path("version").asText(), one));
            }
        }
        return new Resources.Group(name, versions, resources);
    }

    private static ResourceDefinition definition(String group, String version, JsonNode json) {
        GroupVersionKind kind =
                new GroupVersionKind(
                        group, version, json.path("responseKind").path("kind").asText());
        ResourceDefinition.Builder builder =
                ResourceDefinition.builder(kind, json.path("resource").asText(), Schema.ANY)
                        .verbs(verbs(json).toArray(new Verb[0]))
                        .shortNames(texts(json.path("shortNames")))
                        .categories(texts(json.path("categories")));
        String singular = json.path("singularResource").asText();
        if (!singular.isEmpty()) {
            builder.singular(singular);
        }
        if (json.path("scope").asText().equals("Cluster")) {
            builder.clusterScoped();
        }
        return builder.build();
    }

    /** Verbs that this build does not know are of no use to it. */
    private static List<Verb> verbs(JsonNode json) {
        List<Verb> known = new ArrayList<>();
        for (String text : texts(json.path("verbs"))) {
            for (Verb verb : Verb.values()) {
                if (verb.name().equals(text.toUpperCase(Locale.ROOT))) {
                    known.add(verb);
                }
            }
        }
        return known;
    }

    private static String[] texts(JsonNode array) {
        List<String> all = new ArrayList<>();
        array.forEach(one -> all.add(one.asText()));
        return all.toArray(new String[0]);
    }
}
