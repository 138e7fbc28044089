package io.felucca.apiserver.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.Resources;
import io.felucca.apiserver.api.Resources.Group;
import io.felucca.apiserver.api.Subresource;
import io.felucca.machinery.GroupVersionKind;
import io.felucca.machinery.Json;
import io.felucca.machinery.schema.Schema;
import io.felucca.schema.OpenApi;
import io.felucca.schema.Schemas;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** Makes the OpenAPI documents of what is served. Pure functions; large results. */
final class OpenApiDocuments {
    private static final List<GroupVersionKind> META =
            List.of(
                    new GroupVersionKind("", "v1", "Status"),
                    new GroupVersionKind("", "v1", "DeleteOptions"));

    private static final String PATCH = "io.k8s.apimachinery.pkg.apis.meta.v1.Patch";

    private OpenApiDocuments() {}

    /**
     * {@code /openapi/v3}.
     *
     * @param hash of a group's version, by which clients know whether theirs is still good
     */
    static ObjectNode index(Catalog catalog, java.util.function.UnaryOperator<String> hash) {
        ObjectNode index = Json.object();
        ObjectNode paths = index.putObject("paths");
        for (Catalog.Group group : catalog.groups()) {
            for (Catalog.Version version : group.versions()) {
                String path =
                        (group.name().isEmpty() ? "api/" : "apis/") + group.groupVersion(version);
                if (version.remote() == null) {
                    paths.putObject(path)
                            .put(
                                    "serverRelativeURL",
                                    "/openapi/v3/" + path + "?hash=" + hash.apply(path));
                } else if (!version.remote().openApiV3().isEmpty()) {
                    paths.putObject(path).put("serverRelativeURL", version.remote().openApiV3());
                }
            }
        }
        return index;
    }

    /** The document of one group's version; empty if it is not served. */
    static Optional<ObjectNode> v3(Resources resources, String groupName, String version) {
        Optional<Group> group =
                resources.groups().stream()
                        .filter(one -> one.name().equals(groupName))
                        .filter(one -> one.versions().contains(version))
                        .findFirst();
        if (group.isEmpty()) {
            return Optional.empty();
        }
        List<ResourceDefinition> served = Discovery.of(group.get(), version);
        ObjectNode document = Json.object();
        document.put("openapi", "3.0.0");
        info(document);
        ObjectNode paths = document.putObject("paths");
        ObjectNode components = document.putObject("components");
        Names names = new Names(served);
        TreeSet<String> roots = new TreeSet<>(OpenApi.definitions(groupName, version));
        roots.addAll(names.builtIn());
        ObjectNode schemas = OpenApi.v3(roots);
        components.set("schemas", schemas);
        names.writeOthers(schemas, true);
        OpenApiPaths writer = new OpenApiPaths(paths, true, names::of);
        served.forEach(writer::add);
        return Optional.of(document);
    }

    /** The one document of all, as old clients read it. */
    static ObjectNode v2(Catalog catalog) {
        Resources resources = catalog.resources();
        ObjectNode document = Json.object();
        document.put("swagger", "2.0");
        info(document);
        ObjectNode paths = document.putObject("paths");
        List<ResourceDefinition> served =
                resources.groups().stream().flatMap(group -> group.resources().stream()).toList();
        Names names = new Names(served);
        ObjectNode definitions = OpenApi.v2();
        document.set("definitions", definitions);
        names.writeOthers(definitions, false);
        OpenApiPaths writer = new OpenApiPaths(paths, false, names::of);
        served.forEach(writer::add);
        OpenApiMerge merge = new OpenApiMerge(paths, definitions);
        for (Catalog.Group group : catalog.groups()) {
            for (Catalog.Version version : group.versions()) {
                if (version.remote() != null && version.remote().openApiV2() != null) {
                    merge.add(version.remote().openApiV2());
                }
            }
        }
        return document;
    }

    private static void info(ObjectNode document) {
        document.putObject("info").put("title", "Kubernetes").put("version", "v1.36.0");
    }

    /** What the kinds of some resources, their lists and subresources are called. */
    private static final class Names {
        private final Map<GroupVersionKind, String> names = new LinkedHashMap<>();
        private final Map<GroupVersionKind, Schema> others = new LinkedHashMap<>();
        private final List<ResourceDefinition> custom = new java.util.ArrayList<>();

        Names(List<ResourceDefinition> served) {
            META.forEach(kind -> add(kind, null));
            for (ResourceDefinition definition : served) {
                GroupVersionKind kind = definition.kind();
                if (definition.openApi() == null) {
                    add(kind, definition.schema());
                    add(listOf(definition), null);
                } else {
                    custom.add(definition);
                    names.put(kind, nameOf(kind, definition.schema()));
                    names.put(listOf(definition), nameOf(listOf(definition), definition.schema()));
                }
                for (Subresource part : definition.subresources()) {
                    add(part.kind(), part.schema());
                }
            }
        }

        private static GroupVersionKind listOf(ResourceDefinition definition) {
            GroupVersionKind kind = definition.kind();
            return new GroupVersionKind(kind.group(), kind.version(), definition.listKind());
        }

        private void add(GroupVersionKind kind, Schema schema) {
            if (names.containsKey(kind)) {
                return;
            }
            Optional<String> builtIn = builtIn(kind);
            if (builtIn.isPresent()) {
                names.put(kind, builtIn.get());
            } else if (schema != null) {
                names.put(kind, nameOf(kind, schema));
                others.put(kind, schema);
            }
        }

        private static Optional<String> builtIn(GroupVersionKind kind) {
            try {
                return Optional.of(Schemas.definitionName(kind));
            } catch (IllegalArgumentException e) {
                // Not a built-in type: its own schema describes it, or nothing does.
                return Optional.empty();
            }
        }

        /** In the way that custom resources are called: the group's parts backwards. */
        private static String nameOf(GroupVersionKind kind, Schema schema) {
            if (!schema.definitionName().isEmpty()) {
                return schema.definitionName();
            }
            StringBuilder name = new StringBuilder();
            String[] parts = kind.group().split("\\.", -1);
            for (int i = parts.length - 1; i >= 0; i--) {
                name.append(parts[i]).append('.');
            }
            return name.append(kind.version()).append('.').append(kind.kind()).toString();
        }

        String of(GroupVersionKind kind) {
            return names.getOrDefault(kind, "");
        }

        List<String> builtIn() {
            TreeSet<String> known = new TreeSet<>(OpenApi.definitions());
            List<String> all = new java.util.ArrayList<>(names.values());
            if (!custom.isEmpty()) {
                all.addAll(CustomDefinitions.NEEDED);
            }
            all.retainAll(known);
            return all;
        }

        void writeOthers(ObjectNode definitions, boolean v3) {
            if (!definitions.has(PATCH)) {
                // A patch has the form that its media type says, so there is nothing to describe.
                definitions
                        .putObject(PATCH)
                        .put("description", "A change of an object, in one of the patch formats.")
                        .put("type", "object");
            }
            CustomDefinitions customWriter = new CustomDefinitions(definitions, v3);
            custom.forEach(one -> customWriter.define(one, of(one.kind()), of(listOf(one))));
            SchemaDefinitions writer = new SchemaDefinitions(definitions, v3);
            others.forEach(
                    (kind, schema) ->
                            writer.define(names.get(kind), schema)
                                    .putArray("x-kubernetes-group-version-kind")
                                    .addObject()
                                    .put("group", kind.group())
                                    .put("kind", kind.kind())
                                    .put("version", kind.version()));
        }
    }
}
