package io.felucca.apiserver.admission.dynamic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.zjsonpatch.CompatibilityFlags;
import io.fabric8.zjsonpatch.JsonPatch;
import io.felucca.apiserver.admission.dynamic.RequestMatcher.Form;
import io.felucca.apiserver.api.AdmissionPlugin.Request;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.Subresource;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.Json;
import io.felucca.machinery.schema.Defaulter;
import io.felucca.machinery.schema.Schema;
import io.felucca.machinery.schema.StrictDecoder;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Optional;

/** Takes what webhooks and policies change into the object of a request. */
final class Patched {
    private Patched() {}

    /** Whether the object has changed. */
    static boolean apply(Request request, Form form, Review.Response response) {
        JsonNode patch = parse(response.patch());
        if (patch.isEmpty()) {
            return false;
        }
        if (request.object() == null) {
            throw CallException.internal(
                    "admission webhook \""
                            + response.webhook()
                            + "\" attempted to modify the object, which is not supported for this"
                            + " operation");
        }
        ObjectNode before = form.of(request.object());
        ObjectNode after;
        try {
            after = decoded(request, form, patch(patch, before));
        } catch (PatchException e) {
            throw CallException.internal("the webhook's patch can't be used: " + e.getMessage());
        }
        return take(request, form, before, after);
    }

    /** Makes the request's object what it became in some form; whether that is anything else. */
    static boolean take(Request request, Form form, ObjectNode before, ObjectNode after) {
        if (after.equals(before)) {
            return false;
        }
        ObjectNode own = form.back(after);
        request.object().removeAll();
        request.object().setAll(own);
        return true;
    }

    private static JsonNode parse(String patch) {
        try {
            JsonNode parsed = Json.mapper().readTree(patch);
            if (parsed == null || parsed.isMissingNode()) {
                return Json.mapper().createArrayNode();
            }
            if (parsed.isArray()) {
                return parsed;
            }
        } catch (IOException e) {
            throw CallException.internal("the webhook's patch is no JSON: " + e.getMessage());
        }
        throw CallException.internal("the webhook's patch must be a JSON array");
    }

    /** A JSON patch (RFC 6902) applied to a copy. */
    static ObjectNode patch(JsonNode patch, ObjectNode before) throws PatchException {
        JsonNode after;
        try {
            after =
                    JsonPatch.apply(
                            patch,
                            before,
                            EnumSet.of(CompatibilityFlags.FORBID_REMOVE_MISSING_OBJECT));
        } catch (RuntimeException e) {
            // The library lets its own pointer failures out as they are.
            throw new PatchException("it can't be applied: " + e.getMessage());
        }
        if (after instanceof ObjectNode object) {
            return object;
        }
        throw new PatchException("it leaves no object");
    }

    /** Of the objects in a form. */
    static Schema schema(Request request, Form form) {
        Optional<ResourceDefinition> definition = definition(request, form);
        if (definition.isEmpty()) {
            return Schema.ANY;
        }
        return definition.get().kind().equals(form.kind())
                ? definition.get().schema()
                : definition
                        .get()
                        .subresource(request.subresource())
                        .map(Subresource::schema)
                        .orElse(Schema.ANY);
    }

    private static Optional<ResourceDefinition> definition(Request request, Form form) {
        return request.server().resources().find(form.resource());
    }

    /**
     * As upstream: what the schema does not know is dropped in silence, and defaults come again.
     */
    static ObjectNode decoded(Request request, Form form, ObjectNode patched)
            throws PatchException {
        Optional<ResourceDefinition> definition = definition(request, form);
        patched.put("apiVersion", form.kind().apiVersion()).put("kind", form.kind().kind());
        if (definition.isEmpty()) {
            return patched;
        }
        Schema schema = schema(request, form);
        try {
            ObjectNode decoded =
                    StrictDecoder.decode(patched, schema, form.kind().kind(), form.kind().version())
                            .object();
            Defaulter.apply(decoded, schema);
            if (definition.get().kind().equals(form.kind())) {
                definition.get().strategy().defaults(decoded);
            }
            return decoded;
        } catch (ApiException e) {
            throw new PatchException(e.getMessage());
        }
    }
}
