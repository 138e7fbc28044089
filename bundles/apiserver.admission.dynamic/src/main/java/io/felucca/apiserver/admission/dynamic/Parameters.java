package io.felucca.apiserver.admission.dynamic;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.apiserver.api.AdmissionPlugin.Request;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.StoredObject;
import io.felucca.machinery.GroupVersionKind;
import io.felucca.machinery.Json;
import io.felucca.machinery.LabelSelector;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds the objects that parametrize a policy for one request. */
final class Parameters {
    private Parameters() {}

    /** Why there are none, in upstream's words. */
    static final class NotFoundException extends Exception {
        private static final long serialVersionUID = 1L;

        NotFoundException(String message) {
            super(message);
        }
    }

    /**
     * The parameters with each of which the policy is to be evaluated once.
     *
     * @param kind the policy's paramKind; missing if it has none
     * @return a single null for a policy that has none
     */
    static List<JsonNode> of(JsonNode kind, JsonNode ref, Request request)
            throws NotFoundException {
        List<JsonNode> found = new ArrayList<>();
        if (!kind.isObject() || !ref.isObject()) {
            found.add(null);
            return found;
        }
        GroupVersionKind wanted =
                GroupVersionKind.of(kind.path("apiVersion").asText(), kind.path("kind").asText());
        Optional<ResourceDefinition> definition = request.server().resources().find(wanted);
        if (definition.isEmpty()) {
            throw new NotFoundException(
                    "paramKind kind `"
                            + wanted.apiVersion()
                            + ", Kind="
                            + wanted.kind()
                            + "` not known");
        }
        String namespace = namespace(definition.get(), ref, request);
        for (StoredObject object : objects(definition.get(), namespace, ref, request)) {
            found.add(Json.parseObject(object.json()));
        }
        if (found.isEmpty() && ref.path("parameterNotFoundAction").asText("").equals("Deny")) {
            throw new NotFoundException(
                    "no params found for policy binding with `Deny` parameterNotFoundAction");
        }
        return found;
    }

    private static String namespace(ResourceDefinition definition, JsonNode ref, Request request)
            throws NotFoundException {
        String given = ref.path("namespace").asText("");
        if (!definition.namespaced()) {
            if (!given.isEmpty()) {
                throw new NotFoundException(
                        "paramRef.namespace must not be provided for a cluster-scoped `paramKind`");
            }
            return "";
        }
        String namespace = given.isEmpty() ? RequestMatcher.namespaceOf(request) : given;
        if (namespace.isEmpty()) {
            throw new NotFoundException(
                    "cannot use namespaced paramRef in policy binding that matches cluster-scoped"
                            + " resources");
        }
        return namespace;
    }

    private static List<StoredObject> objects(
            ResourceDefinition definition, String namespace, JsonNode ref, Request request) {
        String name = ref.path("name").asText("");
        if (!name.isEmpty()) {
            return request.server().get(definition.resource(), namespace, name).stream().toList();
        }
        LabelSelector selector = LabelSelector.fromJson(ref.path("selector"));
        return request.server().list(definition.resource(), namespace).stream()
                .filter(object -> selector.matches(object.labels()))
                .toList();
    }
}
