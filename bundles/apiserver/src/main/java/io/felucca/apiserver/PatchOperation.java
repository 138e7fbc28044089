package io.felucca.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.zjsonpatch.CompatibilityFlags;
import io.fabric8.zjsonpatch.JsonPatch;
import io.fabric8.zjsonpatch.JsonPatchException;
import io.felucca.apiserver.api.ApiServer.Patch;
import io.felucca.apiserver.api.StoredObject;
import io.felucca.apiserver.api.Subresource;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.Json;
import io.felucca.machinery.Status;
import io.felucca.machinery.StatusReason;
import io.felucca.machinery.schema.JsonMergePatch;
import io.felucca.machinery.schema.Schema;
import io.felucca.machinery.schema.StrategicMergePatch;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** PATCH, of an object or of a view of it. */
final class PatchOperation {
    private static final int MOST_JSON_PATCH_OPERATIONS = 10_000;

    private final Updates updates;
    private final ApplyOperation applies;

    PatchOperation(Updates updates, ApplyOperation applies) {
        this.updates = updates;
        this.applies = applies;
    }

    /** The request has been authorized. */
    CompletionStage<StoredObject> run(Target target, Subresource part, Patch patch) {
        if (patch.type() == Patch.Type.APPLY) {
            return applies.run(target, part, patch.body());
        }
        if (patch.type() == Patch.Type.STRATEGIC && target.definition().isCustom()) {
            throw ApiException.of(
                    StatusReason.UnsupportedMediaType,
                    "the body of the request was in an unknown format - accepted media types"
                            + " include: application/json-patch+json, application/merge-patch+json,"
                            + " application/apply-patch+yaml");
        }
        JsonNode document = parse(patch);
        Schema schema = part == null ? target.definition().schema() : part.schema();
        // Whoever names the version that the patch is meant for wants the conflict, not a retry.
        boolean retries = !document.path("metadata").hasNonNull("resourceVersion");
        Updates.Change change =
                (old, current) -> {
                    ObjectNode before =
                            part == null
                                    ? old
                                    : ((Subresource.View) part.behaviour()).show(old.deepCopy());
                    ObjectNode patched =
                            decoded(target, part, apply(patch.type(), before, document, schema));
                    ReplaceOperation.checkIdentity(target.request(), patched);
                    ReplaceOperation.checkVersion(target, patched, current);
                    return part == null
                            ? patched
                            : ((Subresource.View) part.behaviour()).apply(old.deepCopy(), patched);
                };
        return updates.run(target, ReplaceOperation.mode(part, retries), change);
    }

    private static ObjectNode decoded(Target target, Subresource part, ObjectNode patched) {
        return part == null
                ? Rules.decode(
                        target.request(),
                        target.definition().kind(),
                        target.definition().schema(),
                        patched)
                : Rules.decode(target.request(), part.kind(), part.schema(), patched);
    }

    private static JsonNode parse(Patch patch) {
        JsonNode document;
        try {
            document = Json.mapper().readTree(patch.body());
        } catch (IOException e) {
            throw ApiException.badRequest("error decoding patch: " + e.getMessage());
        }
        boolean list = patch.type() == Patch.Type.JSON;
        if (document == null || (list ? !document.isArray() : !document.isObject())) {
            throw ApiException.badRequest(
                    "error decoding patch: it must be a JSON " + (list ? "array" : "object"));
        }
        if (list && document.size() > MOST_JSON_PATCH_OPERATIONS) {
            throw ApiException.of(
                    StatusReason.RequestEntityTooLarge,
                    "The allowed maximum operations in a JSON patch is "
                            + MOST_JSON_PATCH_OPERATIONS
                            + ", got "
                            + document.size());
        }
        return document;
    }

    private static ObjectNode apply(
            Patch.Type type, ObjectNode before, JsonNode document, Schema schema) {
        JsonNode patched =
                switch (type) {
                    case JSON -> jsonPatch(before, document);
                    case MERGE -> JsonMergePatch.apply(before, document);
                    case STRATEGIC ->
                            StrategicMergePatch.apply(before, (ObjectNode) document, schema);
                    case APPLY -> throw new IllegalStateException("has a way of its own");
                };
        if (patched instanceof ObjectNode object) {
            return object;
        }
        throw rejected("the patch leaves no object");
    }

    private static JsonNode jsonPatch(ObjectNode before, JsonNode document) {
        try {
            // What isn't there can't be removed; upstream's library says so too.
            return JsonPatch.apply(
                    document, before, EnumSet.of(CompatibilityFlags.FORBID_REMOVE_MISSING_OBJECT));
        } catch (JsonPatchException e) {
            throw rejected(e.getMessage());
        } catch (RuntimeException e) {
            // The library lets its own pointer failures out as they are.
            throw rejected("the patch can't be applied: " + e.getMessage());
        }
    }

    private static ApiException rejected(String why) {
        return new ApiException(
                new Status(
                        StatusReason.Invalid.code(),
                        StatusReason.Invalid,
                        "the server rejected our request due to an error in our request: " + why,
                        new Status.Details("", "", "", "", List.of(), 0)));
    }
}
