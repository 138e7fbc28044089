package io.felucca.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.ApiRequest;
import io.felucca.apiserver.api.StoredObject;
import io.felucca.apiserver.api.Subresource;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.FieldError;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** PUT, of an object or of a view of it. */
final class ReplaceOperation {
    private final Core core;
    private final Updates updates;
    private final CreateOperation creates;

    ReplaceOperation(Core core, Updates updates, CreateOperation creates) {
        this.core = core;
        this.updates = updates;
        this.creates = creates;
    }

    /** The request has been authorized and the body decoded. */
    CompletionStage<StoredObject> run(Target target, Subresource part, ObjectNode body) {
        checkIdentity(target.request(), body);
        if (part == null && isMissing(target)) {
            if (!target.definition().strategy().createsOnUpdate()) {
                throw ApiException.notFound(target.named(), target.request().name());
            }
            core.authorization().check(target.request(), "create");
            Meta.of(body).remove("resourceVersion");
            return creates.run(target, body);
        }
        String version = Meta.text(body, "resourceVersion");
        if (version.isEmpty() && !target.definition().strategy().updatesUnconditionally()) {
            throw target.invalid(
                    target.request().name(),
                    List.of(
                            FieldError.invalid(
                                    "metadata.resourceVersion",
                                    0,
                                    "must be specified for an update")));
        }
        boolean repeats = version.isEmpty() || Claiming.is(target.definition().strategy());
        // Each attempt changes the tree, so all but a single one need their own.
        ObjectNode pristine = repeats ? body.deepCopy() : body;
        Updates.Change change =
                (old, current) -> {
                    ObjectNode wanted = repeats ? pristine.deepCopy() : body;
                    checkVersion(target, wanted, current);
                    return part == null ? wanted : merged(part, old, wanted);
                };
        return updates.run(target, mode(part, version.isEmpty()), change);
    }

    private static ObjectNode merged(Subresource part, ObjectNode old, ObjectNode body) {
        return ((Subresource.View) part.behaviour()).apply(old.deepCopy(), body);
    }

    static Updates.Mode mode(Subresource part, boolean retries) {
        return part == null
                ? Updates.Mode.whole(retries)
                : new Updates.Mode(
                        part, (Subresource.View) part.behaviour(), false, retries, false);
    }

    private static boolean isMissing(Target target) {
        return target.cache().get(target.request().namespace(), target.request().name()) == null;
    }

    /** Name and namespace of the body must be the path's; those left out are filled in. */
    static void checkIdentity(ApiRequest request, ObjectNode body) {
        ObjectNode metadata = Meta.of(body);
        String name = metadata.path("name").asText("");
        if (!name.isEmpty() && !name.equals(request.name())) {
            throw ApiException.badRequest(
                    "the name of the object ("
                            + name
                            + ") does not match the name on the URL ("
                            + request.name()
                            + ")");
        }
        String namespace = metadata.path("namespace").asText("");
        if (!namespace.isEmpty() && !namespace.equals(request.namespace())) {
            throw ApiException.badRequest(
                    "the namespace of the provided object does not match the namespace sent on the"
                            + " request");
        }
        metadata.put("name", request.name());
        if (request.namespace().isEmpty()) {
            metadata.remove("namespace");
        } else {
            metadata.put("namespace", request.namespace());
        }
    }

    /** What the client last saw must be what is there. */
    static void checkVersion(Target target, ObjectNode wanted, CachedObject current) {
        String name = target.request().name();
        String uid = Meta.text(wanted, "uid");
        if (!uid.isEmpty() && !uid.equals(current.uid())) {
            throw ApiException.conflict(
                    target.named(),
                    name,
                    "Precondition failed: UID in precondition: "
                            + uid
                            + ", UID in object meta: "
                            + current.uid());
        }
        String version = Meta.text(wanted, "resourceVersion");
        if (!version.isEmpty() && !version.equals(Long.toString(current.revision()))) {
            throw ApiException.modified(target.named(), name);
        }
    }
}
