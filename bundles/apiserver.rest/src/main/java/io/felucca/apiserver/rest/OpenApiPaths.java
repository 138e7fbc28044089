package io.felucca.apiserver.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.ApiServer.Patch;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.ResourceDefinition.Verb;
import io.felucca.apiserver.api.Subresource;
import io.felucca.machinery.GroupVersionKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;

/** Writes the paths of resources and their operations, in either dialect. One use each. */
final class OpenApiPaths {
    private final ObjectNode paths;
    private final boolean v3;
    private final Function<GroupVersionKind, String> definitionNames;

    /**
     * @param definitionNames the definition that describes a kind, or empty if none does
     */
    OpenApiPaths(ObjectNode paths, boolean v3, Function<GroupVersionKind, String> definitionNames) {
        this.paths = paths;
        this.v3 = v3;
        this.definitionNames = definitionNames;
    }

    void add(ResourceDefinition definition) {
        String base =
                definition.kind().group().isEmpty()
                        ? "/api/" + definition.kind().version()
                        : "/apis/" + definition.kind().apiVersion();
        String scope = definition.namespaced() ? "/namespaces/{namespace}" : "";
        String collection = base + scope + "/" + definition.plural();
        collection(definition, collection);
        if (definition.namespaced() && definition.verbs().contains(Verb.LIST)) {
            ObjectNode path = path(base + "/" + definition.plural());
            list(definition, path, "ForAllNamespaces");
        }
        item(definition, collection + "/{name}");
        for (Subresource part : definition.subresources()) {
            subresource(definition, part, collection + "/{name}/" + part.name());
        }
    }

    private void collection(ResourceDefinition definition, String template) {
        Set<Verb> verbs = definition.verbs();
        boolean empty =
                !verbs.contains(Verb.LIST)
                        && !verbs.contains(Verb.CREATE)
                        && !verbs.contains(Verb.DELETECOLLECTION);
        if (empty) {
            return;
        }
        ObjectNode path = path(template);
        if (verbs.contains(Verb.LIST)) {
            list(definition, path, "");
        }
        if (verbs.contains(Verb.CREATE)) {
            ObjectNode post = operation(definition, definition.kind(), path, "post", "post");
            post.put("operationId", id("create", definition, ""));
            body(post, definition.kind(), OpenApiParameters.OF_WRITES);
            answers(post, definition.kind(), "200", "201", "202");
        }
        if (verbs.contains(Verb.DELETECOLLECTION)) {
            ObjectNode delete =
                    operation(definition, definition.kind(), path, "delete", "deletecollection");
            delete.put("operationId", id("deleteCollection", definition, ""));
            ArrayNode parameters = delete.withArray("parameters");
            OpenApiParameters.into(parameters, OpenApiParameters.OF_LISTS, v3);
            OpenApiParameters.into(parameters, OpenApiParameters.OF_DELETES, v3);
            answers(delete, new GroupVersionKind("", "v1", "Status"), "200");
        }
    }

    private void list(ResourceDefinition definition, ObjectNode path, String suffix) {
        ObjectNode get = operation(definition, definition.kind(), path, "get", "list");
        get.put("operationId", id("list", definition, suffix));
        OpenApiParameters.into(get.withArray("parameters"), OpenApiParameters.OF_LISTS, v3);
        GroupVersionKind kind = definition.kind();
        answers(
                get,
                new GroupVersionKind(kind.group(), kind.version(), definition.listKind()),
                "200");
    }

    private void item(ResourceDefinition definition, String template) {
        Set<Verb> verbs = definition.verbs();
        boolean some =
                verbs.contains(Verb.GET)
                        || verbs.contains(Verb.UPDATE)
                        || verbs.contains(Verb.PATCH)
                        || verbs.contains(Verb.DELETE);
        if (some) {
            ObjectNode path = path(template);
            operations(definition, definition.kind(), verbs, path, "");
            if (verbs.contains(Verb.DELETE)) {
                ObjectNode delete =
                        operation(definition, definition.kind(), path, "delete", "delete");
                delete.put("operationId", id("delete", definition, ""));
                body(
                        delete,
                        new GroupVersionKind("", "v1", "DeleteOptions"),
                        OpenApiParameters.OF_DELETES);
                answers(delete, new GroupVersionKind("", "v1", "Status"), "200", "202");
            }
        }
    }

    private void subresource(ResourceDefinition definition, Subresource part, String template) {
        ObjectNode path = path(template);
        String suffix = capital(part.name());
        if (part.behaviour() instanceof Subresource.Connect) {
            for (Verb verb : part.verbs()) {
                String method = method(verb);
                ObjectNode operation = operation(definition, part.kind(), path, method, "connect");
                operation.put("operationId", id("connect" + capital(method), definition, suffix));
                answers(operation, null, "200");
            }
            return;
        }
        operations(definition, part.kind(), part.verbs(), path, suffix);
        if (part.verbs().contains(Verb.CREATE)) {
            ObjectNode post = operation(definition, part.kind(), path, "post", "post");
            post.put("operationId", id("create", definition, suffix));
            body(post, part.kind(), OpenApiParameters.OF_WRITES);
            answers(post, part.kind(), "200", "201", "202");
        }
    }

    private void operations(
            ResourceDefinition definition,
            GroupVersionKind kind,
            Set<Verb> verbs,
            ObjectNode path,
            String suffix) {
        if (verbs.contains(Verb.GET)) {
            ObjectNode get = operation(definition, kind, path, "get", "get");
            get.put("operationId", id("read", definition, suffix));
            answers(get, kind, "200");
        }
        if (verbs.contains(Verb.UPDATE)) {
            ObjectNode put = operation(definition, kind, path, "put", "put");
            put.put("operationId", id("replace", definition, suffix));
            body(put, kind, OpenApiParameters.OF_WRITES);
            answers(put, kind, "200", "201");
        }
        if (verbs.contains(Verb.PATCH)) {
            ObjectNode patch = operation(definition, kind, path, "patch", "patch");
            patch.put("operationId", id("patch", definition, suffix));
            patchBody(patch, definition);
            answers(patch, kind, "200", "201");
        }
    }

    private ObjectNode path(String template) {
        ObjectNode path = paths.putObject(template);
        OpenApiParameters.ofPath(path.putArray("parameters"), template, v3);
        return path;
    }

    private ObjectNode operation(
            ResourceDefinition definition,
            GroupVersionKind kind,
            ObjectNode path,
            String method,
            String action) {
        ObjectNode operation = path.putObject(method);
        operation.putArray("tags").add(tag(definition.kind()));
        operation.put("description", action + " " + definition.kind().kind());
        if (!v3) {
            operation.putArray("consumes").add("*/*");
            operation.putArray("produces").add(Representation.JSON);
            operation.putArray("schemes").add("https");
        }
        operation.put("x-kubernetes-action", action);
        operation
                .putObject("x-kubernetes-group-version-kind")
                .put("group", kind.group())
                .put("kind", kind.kind())
                .put("version", kind.version());
        return operation;
    }

    private void body(
            ObjectNode operation, GroupVersionKind kind, List<OpenApiParameters> parameters) {
        ArrayNode array = operation.withArray("parameters");
        if (v3) {
            ObjectNode content = operation.putObject("requestBody").putObject("content");
            reference(content.putObject("*/*").putObject("schema"), kind);
        } else {
            ObjectNode body = array.addObject();
            body.put("name", "body");
            body.put("in", "body");
            reference(body.putObject("schema"), kind);
        }
        OpenApiParameters.into(array, parameters, v3);
    }

    /** What it names, kubectl sends: custom resources know no strategic merge. */
    private static List<Patch.Type> patchTypes(ResourceDefinition definition) {
        List<Patch.Type> types = new ArrayList<>(List.of(Patch.Type.values()));
        if (definition.isCustom()) {
            types.remove(Patch.Type.STRATEGIC);
        }
        return types;
    }

    private void patchBody(ObjectNode operation, ResourceDefinition definition) {
        ArrayNode array = operation.withArray("parameters");
        String patch = "io.k8s.apimachinery.pkg.apis.meta.v1.Patch";
        if (v3) {
            ObjectNode content = operation.putObject("requestBody").putObject("content");
            for (Patch.Type type : patchTypes(definition)) {
                content.putObject(type.mediaType())
                        .putObject("schema")
                        .put("$ref", "#/components/schemas/" + patch);
            }
        } else {
            ArrayNode consumes = operation.putArray("consumes");
            for (Patch.Type type : patchTypes(definition)) {
                consumes.add(type.mediaType());
            }
            ObjectNode body = array.addObject();
            body.put("name", "body");
            body.put("in", "body");
            body.put("required", true);
            body.putObject("schema").put("$ref", "#/definitions/" + patch);
        }
        OpenApiParameters.into(array, OpenApiParameters.OF_PATCHES, v3);
    }

    private void answers(ObjectNode operation, GroupVersionKind kind, String... codes) {
        ObjectNode responses = operation.putObject("responses");
        for (String code : codes) {
            ObjectNode response = responses.putObject(code);
            response.put(
                    "description",
                    switch (code) {
                        case "201" -> "Created";
                        case "202" -> "Accepted";
                        default -> "OK";
                    });
            if (kind == null) {
                continue;
            }
            if (v3) {
                ObjectNode content = response.putObject("content");
                reference(content.putObject(Representation.JSON).putObject("schema"), kind);
            } else {
                reference(response.putObject("schema"), kind);
            }
        }
    }

    private void reference(ObjectNode schema, GroupVersionKind kind) {
        String name = definitionNames.apply(kind);
        if (name.isEmpty()) {
            schema.put("type", "object");
        } else {
            schema.put("$ref", (v3 ? "#/components/schemas/" : "#/definitions/") + name);
        }
    }

    private static String id(String verb, ResourceDefinition definition, String suffix) {
        GroupVersionKind kind = definition.kind();
        boolean all = suffix.equals("ForAllNamespaces");
        String scope = definition.namespaced() && !all ? "Namespaced" : "";
        return verb
                + groupWords(kind.group())
                + capital(kind.version())
                + scope
                + kind.kind()
                + suffix;
    }

    private static String groupWords(String group) {
        if (group.isEmpty()) {
            return "Core";
        }
        String own = group.endsWith(".k8s.io") ? group.substring(0, group.length() - 7) : group;
        StringBuilder words = new StringBuilder();
        for (String part : own.split("[.-]", -1)) {
            words.append(capital(part));
        }
        return words.toString();
    }

    private static String tag(GroupVersionKind kind) {
        String words = groupWords(kind.group());
        return Character.toLowerCase(words.charAt(0)) + words.substring(1) + "_" + kind.version();
    }

    private static String method(Verb verb) {
        return switch (verb) {
            case CREATE -> "post";
            case UPDATE -> "put";
            case PATCH -> "patch";
            case DELETE, DELETECOLLECTION -> "delete";
            case GET, LIST, WATCH -> "get";
        };
    }

    private static String capital(String word) {
        return word.isEmpty()
                ? word
                : word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
    }
}
