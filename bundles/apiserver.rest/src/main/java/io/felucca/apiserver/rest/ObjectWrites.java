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
import io.felucca.machinery.ApiException;
import io.felucca.machinery.Json;
import io.felucca.machinery.StatusReason;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Writes of objects and of their parts. They take a raw path like the reads, see {@link
 * ObjectReads}: CXF would cost as much again as a small write. Thread-safe.
 */
final class ObjectWrites {
    private final ApiServer server;
    private final WorkerPool pool;
    private final Clock clock;

    ObjectWrites(ApiServer server, WorkerPool pool, Clock clock) {
        this.server = server;
        this.pool = pool;
        this.clock = clock;
    }

    /** Answers once the body is there. Does not block; the work is the pool's. */
    void handle(Call call, ResourceDefinition definition) {
        call.exchange()
                .body(BodyReader.MAX_BYTES)
                .whenComplete(
                        (body, failure) -> {
                            if (failure != null) {
                                call.fail(failure);
                                return;
                            }
                            call.guarded(
                                    () ->
                                            pool.submit(
                                                    () ->
                                                            call.guarded(
                                                                    () ->
                                                                            write(
                                                                                    call,
                                                                                    definition,
                                                                                    body))));
                        });
    }

    private void write(Call call, ResourceDefinition definition, byte[] body) {
        switch (call.exchange().method()) {
            case "POST" -> create(call, definition, body);
            case "PUT" -> update(call, definition, body);
            case "PATCH" -> patch(call, definition, body);
            case "DELETE" -> delete(call, definition, body);
            default -> throw Failures.methodNotAllowed();
        }
    }

    private void create(Call call, ResourceDefinition definition, byte[] body) {
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
        Shaper shaper = shaper(call, definition);
        if (onPart || definition.isVirtual()) {
            later(call, server.act(request, json), shaper, 201, shaper::tree);
        } else {
            object(call, server.create(request, json), shaper, 201);
        }
    }

    private void update(Call call, ResourceDefinition definition, byte[] body) {
        Optional<Subresource> part = part(call, definition);
        requireObject(call, definition, part, Verb.UPDATE);
        call.about(definition, "update");
        ApiRequest request =
                call.request(
                        "update",
                        call.query().writeOptions("UpdateOptions", call.userAgent(), false));
        byte[] json = BodyReader.json(call, body);
        Shaper shaper = shaper(call, definition);
        boolean mayCreate = part.isEmpty() && definition.strategy().createsOnUpdate();
        boolean existed = !mayCreate || exists(request);
        object(call, server.update(request, json), shaper, existed ? 200 : 201);
    }

    private void patch(Call call, ResourceDefinition definition, byte[] body) {
        Optional<Subresource> part = part(call, definition);
        requireObject(call, definition, part, Verb.PATCH);
        call.about(definition, "patch");
        Patch.Type type = BodyReader.patchType(call);
        call.sent(body);
        boolean apply = type == Patch.Type.APPLY;
        ApiRequest request =
                call.request(
                        "patch",
                        call.query().writeOptions("PatchOptions", call.userAgent(), apply));
        Shaper shaper = shaper(call, definition);
        boolean existed = !apply || part.isPresent() || exists(request);
        object(call, server.patch(request, new Patch(type, body)), shaper, existed ? 200 : 201);
    }

    private void delete(Call call, ResourceDefinition definition, byte[] body) {
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
        Shaper shaper = shaper(call, definition);
        if (collection) {
            CompletionStage<ObjectList> stage =
                    server.deleteCollection(request, call.query().listOptions(false, ""), options);
            later(call, stage, list -> deleted(call, definition, shaper, list));
        } else {
            later(
                    call,
                    server.delete(request, options),
                    shaper,
                    200,
                    result -> deleted(shaper, definition, result));
        }
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
        } catch (ApiException e) {
            // Whatever else is wrong, the write itself will tell.
            return e.reason() != StatusReason.NotFound;
        }
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
                call.representation(definition),
                definition,
                call.query(),
                call.wantsPretty(),
                clock);
    }

    /** Stored bytes need no work, so they are sent by whoever completes the stage. */
    private void object(Call call, CompletionStage<StoredObject> stage, Shaper shaper, int status) {
        if (!shaper.isStored() || call.acceptsGzip()) {
            later(call, stage, shaper, status, shaper::one);
            return;
        }
        stage.whenComplete(
                (object, failure) -> {
                    if (failure == null) {
                        call.respond(status, shaper.contentType(), object.json());
                    } else {
                        pool.finisher().execute(() -> call.fail(failure));
                    }
                });
    }

    /** Answers on the pool: what completes a stage may be the store's thread or hold locks. */
    private <T> void later(
            Call call,
            CompletionStage<T> stage,
            Shaper shaper,
            int status,
            Function<T, byte[]> body) {
        later(
                call,
                stage,
                result -> call.respondWhole(status, shaper.contentType(), body.apply(result)));
    }

    private <T> void later(Call call, CompletionStage<T> stage, Consumer<T> answer) {
        stage.whenComplete(
                (result, failure) ->
                        pool.finisher()
                                .execute(
                                        () -> {
                                            if (failure == null) {
                                                call.guarded(() -> answer.accept(result));
                                            } else {
                                                call.fail(failure);
                                            }
                                        }));
    }

    /** What was deleted may be thousands of objects, so their bytes are sent as they are. */
    private void deleted(Call call, ResourceDefinition definition, Shaper shaper, ObjectList list) {
        if (shaper.isStored()) {
            new ListAnswer(call, definition, list, pool.finisher()).send();
        } else {
            call.respondWhole(200, shaper.contentType(), shaper.list(list));
        }
    }

    /** The object while it is still there, otherwise that it is gone. */
    private static byte[] deleted(
            Shaper shaper, ResourceDefinition definition, DeleteResult result) {
        if (!result.gone()) {
            return shaper.one(result.object());
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
        return shaper.tree(status);
    }
}
