package io.felucca.apiserver.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.ResourceDefinition.Verb;
import io.felucca.apiserver.api.Resources;
import io.felucca.apiserver.api.Subresource;
import io.felucca.apiserver.rest.Catalog.Group;
import io.felucca.apiserver.rest.Catalog.Version;
import io.felucca.machinery.GroupVersionKind;
import io.felucca.machinery.Json;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Makes the discovery documents, old and aggregated, from what is served. Pure functions. */
final class Discovery {
    private Discovery() {}

    /** {@code /api}. */
    static ObjectNode coreVersions(Catalog catalog, String serverAddress) {
        ObjectNode versions = Json.object();
        versions.put("kind", "APIVersions");
        ArrayNode names = versions.putArray("versions");
        catalog.group("").ifPresent(core -> core.versions().forEach(one -> names.add(one.name())));
        versions.putArray("serverAddressByClientCIDRs")
                .addObject()
                .put("clientCIDR", "0.0.0.0/0")
                .put("serverAddress", serverAddress);
        return versions;
    }

    /** {@code /apis}. */
    static ObjectNode groupList(Catalog catalog) {
        ObjectNode list = Json.object();
        list.put("kind", "APIGroupList");
        list.put("apiVersion", "v1");
        ArrayNode groups = list.putArray("groups");
        for (Group group : catalog.groups()) {
            if (!group.name().isEmpty()) {
                describe(group, groups.addObject());
            }
        }
        return list;
    }

    /** {@code /apis/<group>}. */
    static Optional<ObjectNode> group(Catalog catalog, String name, String kind) {
        return catalog.group(name)
                .filter(group -> !name.isEmpty())
                .map(
                        group -> {
                            ObjectNode json = Json.object();
                            json.put("kind", kind);
                            json.put("apiVersion", "v1");
                            describe(group, json);
                            return json;
                        });
    }

    /** {@code /api/v1} and {@code /apis/<group>/<version>}, of what this server serves. */
    static Optional<ObjectNode> resourceList(Catalog catalog, String name, String version) {
        return catalog.group(name)
                .flatMap(group -> group.version(version))
                .filter(one -> one.own() != null)
                .map(one -> resourceList(one.own(), version));
    }

    /** The core group alone, for {@code /api}, or all others, for {@code /apis}. */
    static ObjectNode aggregated(Catalog catalog, boolean core, String apiVersion) {
        ObjectNode list = Json.object();
        list.put("kind", "APIGroupDiscoveryList");
        list.put("apiVersion", "apidiscovery.k8s.io/" + apiVersion);
        list.putObject("metadata");
        ArrayNode items = list.putArray("items");
        for (Group group : catalog.groups()) {
            if (group.name().isEmpty() == core) {
                ObjectNode item = items.addObject();
                item.putObject("metadata").put("name", group.name()).putNull("creationTimestamp");
                ArrayNode versions = item.putArray("versions");
                for (Version version : group.versions()) {
                    aggregate(version, versions.addObject());
                }
            }
        }
        return list;
    }

    private static void aggregate(Version version, ObjectNode json) {
        json.put("version", version.name());
        if (version.remote() != null) {
            json.set("resources", version.remote().resources());
            json.put("freshness", version.remote().current() ? "Current" : "Stale");
            return;
        }
        ArrayNode resources = json.putArray("resources");
        for (ResourceDefinition one : of(version.own(), version.name())) {
            ObjectNode resource = resources.addObject();
            resource.put("resource", one.plural());
            responseKind(one.kind(), resource);
            resource.put("scope", one.namespaced() ? "Namespaced" : "Cluster");
            resource.put("singularResource", one.singular());
            verbs(one.verbs(), resource);
            strings("shortNames", one.shortNames(), resource);
            strings("categories", one.categories(), resource);
            if (!one.subresources().isEmpty()) {
                ArrayNode parts = resource.putArray("subresources");
                for (Subresource part : one.subresources()) {
                    ObjectNode subresource = parts.addObject();
                    subresource.put("subresource", part.name());
                    responseKind(part.kind(), subresource);
                    verbs(part.verbs(), subresource);
                }
            }
        }
        json.put("freshness", "Current");
    }

    private static ObjectNode resourceList(Resources.Group group, String version) {
        ObjectNode list = Json.object();
        list.put("kind", "APIResourceList");
        if (!group.name().isEmpty()) {
            list.put("apiVersion", "v1");
        }
        list.put("groupVersion", group.name().isEmpty() ? version : group.name() + "/" + version);
        ArrayNode resources = list.putArray("resources");
        for (ResourceDefinition one : of(group, version)) {
            ObjectNode resource = resources.addObject();
            resource.put("name", one.plural());
            resource.put("singularName", one.singular());
            resource.put("namespaced", one.namespaced());
            resource.put("kind", one.kind().kind());
            verbs(one.verbs(), resource);
            strings("shortNames", one.shortNames(), resource);
            strings("categories", one.categories(), resource);
            for (Subresource part : one.subresources()) {
                subresource(one, part, resources.addObject());
            }
        }
        return list;
    }

    private static void subresource(ResourceDefinition parent, Subresource part, ObjectNode json) {
        json.put("name", parent.plural() + "/" + part.name());
        json.put("singularName", "");
        json.put("namespaced", parent.namespaced());
        boolean foreign =
                !part.kind().group().equals(parent.kind().group())
                        || !part.kind().version().equals(parent.kind().version());
        if (foreign) {
            json.put("group", part.kind().group());
            json.put("version", part.kind().version());
        }
        json.put("kind", part.kind().kind());
        verbs(part.verbs(), json);
    }

    private static void describe(Group group, ObjectNode json) {
        json.put("name", group.name());
        ArrayNode versions = json.putArray("versions");
        for (Version version : group.versions()) {
            version(group, version, versions.addObject());
        }
        version(group, group.versions().get(0), json.putObject("preferredVersion"));
    }

    private static void version(Group group, Version version, ObjectNode json) {
        json.put("groupVersion", group.groupVersion(version));
        json.put("version", version.name());
    }

    /** A group's resources of one version, by name. */
    static List<ResourceDefinition> of(Resources.Group group, String version) {
        return group.resources().stream()
                .filter(one -> one.kind().version().equals(version))
                .sorted(java.util.Comparator.comparing(ResourceDefinition::plural))
                .toList();
    }

    private static void responseKind(GroupVersionKind kind, ObjectNode json) {
        json.putObject("responseKind")
                .put("group", kind.group())
                .put("version", kind.version())
                .put("kind", kind.kind());
    }

    private static void verbs(Collection<Verb> verbs, ObjectNode json) {
        ArrayNode array = json.putArray("verbs");
        verbs.stream()
                .map(verb -> verb.name().toLowerCase(Locale.ROOT))
                .sorted()
                .forEach(array::add);
    }

    private static void strings(String name, List<String> values, ObjectNode json) {
        if (!values.isEmpty()) {
            ArrayNode array = json.putArray(name);
            values.forEach(array::add);
        }
    }
}
