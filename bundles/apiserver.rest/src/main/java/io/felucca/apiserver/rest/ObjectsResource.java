package io.felucca.apiserver.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.ApiRequest;
import io.felucca.apiserver.api.ApiServer;
import io.felucca.apiserver.api.ApiServer.DeleteOptions;
import io.felucca.apiserver.api.ApiServer.DeleteResult;
import io.felucca.apiserver.api.ApiServer.ObjectList;
import io.felucca.apiserver.api.ApiServer.Patch;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.ResourceDefinition.Verb;
import io.felucca.apiserver.api.StoredObject;
import io.felucca.apiserver.api.Subresource;
import io.felucca.machinery.Json;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** Writes of objects and of their parts. Reads take the raw path, see {@link ObjectReads}. */
@Path("/{path: (?:api/[^/]+|apis/[^/]+/[^/]+)/.+}")
public final class ObjectsResource {
    private final ApiServer server;
    private final Clock clock;

    ObjectsResource(ApiServer server, Clock clock) {
        this.server = server;
        this.clock = clock;
    }

    @POST
    public CompletionStage<Response> create(@Context Call call, byte[] body) {
        ResourceDefinition definition = definition(call);
        RequestPath path = call.path();
        Optional<Subresource> part = part(call, definition);
        boolean onCollection =
                part.isEmpty() && path.name().isEmpty() && isInScope(call, definition);
        boolean onPart = part.isPresent() && part.get().behaviour() instanceof Subresource.Action;
        require(verbs(definition, part), Verb.CREATE, onCollection || onPart);
        call.about(definition, "create");
        ApiRequest request =
                call.request(
                        "create",
                        call.query().writeOptions("CreateOptions", call.userAgent(), false));
        byte[] json = BodyReader.json(call, body);
        if (onPart || definition.isVirtual()) {
            return server.act(request, json)
                    .thenApply(answer -> tree(call, definition, 201, answer));
        }
        return server.create(request, json)
                .thenApply(stored -> object(call, definition, 201, stored));
    }

    @PUT
    public CompletionStage<Response> update(@Context Call call, byte[] body) {
        ResourceDefinition definition = definition(call);
        Optional<Subresource> part = part(call, definition);
        requireObject(call, definition, part, Verb.UPDATE);
        call.about(definition, "update");
        ApiRequest request =
                call.request(
                        "update",
                        call.query().writeOptions("UpdateOptions", call.userAgent(), false));
        byte[] json = BodyReader.json(call, body);
        boolean mayCreate = part.isEmpty() && definition.strategy().createsOnUpdate();
        boolean existed = !mayCreate || exists(request);
        return server.update(request, json)
                .thenApply(stored -> object(call, definition, existed ? 200 : 201, stored));
    }

    @PATCH
    public CompletionStage<Response> patch(@Context Call call, byte[] body) {
        ResourceDefinition definition = definition(call);
        Optional<Subresource> part = part(call, definition);
        requireObject(call, definition, part, Verb.PATCH);
        call.about(definition, "patch");
        Patch.Type type = BodyReader.patchType(call);
        boolean apply = type == Patch.Type.APPLY;
        ApiRequest request =
                call.request(
                        "patch",
                        call.query().writeOptions("PatchOptions", call.userAgent(), apply));
        boolean existed = !apply || part.isPresent() || exists(request);
        return server.patch(request, new Patch(type, body))
                .thenApply(stored -> object(call, definition, existed ? 200 : 201, stored));
    }

    @DELETE
    public CompletionStage<Response> delete(@Context Call call, byte[] body) {
        ResourceDefinition definition = definition(call);
        boolean collection = call.path().name().isEmpty();
        require(
                definition.verbs(),
                collection ? Verb.DELETECOLLECTION : Verb.DELETE,
                call.path().subresource().isEmpty() && isInScope(call, definition));
        String verb = collection ? "deletecollection" : "delete";
        call.about(definition, verb);
        DeleteRequest delete = DeleteRequest.read(call, body);
        ApiRequest request = call.request(verb, delete.requestOptions());
        DeleteOptions options = delete.options();
        if (collection) {
            return server.deleteCollection(request, call.query().listOptions(false, ""), options)
                    .thenApply(list -> list(call, definition, list));
        }
        return server.delete(request, options)
                .thenApply(result -> deleted(call, definition, result));
    }

    private boolean exists(ApiRequest request) {
        try {
            server.get(
                    new ApiRequest(
                            request.user(),
                            "get",
                            request.resource(),
                            "",
                            request.namespace(),
                            request.name(),
                            ApiRequest.Options.DEFAULT,
                            request.warnings()),
                    Optional.of("0"));
            return true;
        } catch (io.felucca.machinery.ApiException e) {
            // Whatever else is wrong, the write itself will tell.
            return e.reason() != io.felucca.machinery.StatusReason.NotFound;
        }
    }

    private ResourceDefinition definition(Call call) {
        return server.resources()
                .find(call.path().groupVersionResource())
                .filter(call.path()::fits)
                .orElseThrow(Failures::noSuchResource);
    }

    private static Optional<Subresource> part(Call call, ResourceDefinition definition) {
        String name = call.path().subresource();
        if (name.isEmpty()) {
            return Optional.empty();
        }
        Optional<Subresource> part = definition.subresource(name);
        if (part.isEmpty() || !call.path().rest().isEmpty()) {
            throw Failures.noSuchResource();
        }
        return part;
    }

    /** Only reads go across namespaces. */
    private static boolean isInScope(Call call, ResourceDefinition definition) {
        return !definition.namespaced() || !call.path().namespace().isEmpty();
    }

    private static Set<Verb> verbs(ResourceDefinition definition, Optional<Subresource> part) {
        return part.map(Subresource::verbs).orElse(definition.verbs());
    }

    private static void requireObject(
            Call call, ResourceDefinition definition, Optional<Subresource> part, Verb verb) {
        require(verbs(definition, part), verb, !call.path().name().isEmpty());
    }

    private static void require(Set<Verb> served, Verb verb, boolean fits) {
        if (!fits || !served.contains(verb)) {
            throw Failures.methodNotAllowed();
        }
    }

    private Shaper shaper(Call call, ResourceDefinition definition) {
        return new Shaper(
                call.representation(), definition, call.query(), call.wantsPretty(), clock);
    }

    private Response object(
            Call call, ResourceDefinition definition, int status, StoredObject object) {
        Shaper shaper = shaper(call, definition);
        return answer(status, shaper, shaper.one(object));
    }

    private Response tree(Call call, ResourceDefinition definition, int status, ObjectNode tree) {
        Shaper shaper = shaper(call, definition);
        return answer(status, shaper, shaper.tree(tree));
    }

    private Response list(Call call, ResourceDefinition definition, ObjectList list) {
        Shaper shaper = shaper(call, definition);
        return answer(200, shaper, shaper.list(list));
    }

    /** The object while it is still there, otherwise that it is gone. */
    private Response deleted(Call call, ResourceDefinition definition, DeleteResult result) {
        if (!result.gone()) {
            return object(call, definition, 200, result.object());
        }
        ObjectNode status = Json.object();
        status.put("kind", "Status");
        status.put("apiVersion", "v1");
        status.putObject("metadata");
        status.put("status", "Success");
        ObjectNode details = status.putObject("details");
        details.put("name", result.object().name());
        if (!definition.kind().group().isEmpty()) {
            details.put("group", definition.kind().group());
        }
        details.put("kind", definition.plural());
        details.put("uid", result.object().uid());
        return tree(call, definition, 200, status);
    }

    private static Response answer(int status, Shaper shaper, byte[] body) {
        return Response.status(status).type(shaper.contentType()).entity(body).build();
    }
}
