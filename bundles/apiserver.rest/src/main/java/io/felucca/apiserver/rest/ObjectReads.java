package io.felucca.apiserver.rest;

import io.felucca.apiserver.api.ApiRequest;
import io.felucca.apiserver.api.ApiServer;
import io.felucca.apiserver.api.ApiServer.ListOptions;
import io.felucca.apiserver.api.ApiServer.ObjectList;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.ResourceDefinition.Verb;
import io.felucca.apiserver.api.StoredObject;
import io.felucca.apiserver.api.WatchCursor;
import io.felucca.http.api.ResponseStream;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * GET, LIST and WATCH of objects, from the cache's bytes to the client without JAX-RS between. A
 * GET is answered on the event loop, the others on the pool. Thread-safe.
 */
final class ObjectReads {
    private final ApiServer server;
    private final WorkerPool pool;
    private final WatchStreams watches;
    private final FlowGate gate;
    private final Clock clock;

    ObjectReads(
            ApiServer server, WorkerPool pool, WatchStreams watches, FlowGate gate, Clock clock) {
        this.gate = gate;
        this.server = server;
        this.pool = pool;
        this.watches = watches;
        this.clock = clock;
    }

    /** Answers a GET of an object, a view of one, or a collection. */
    void handle(Call call, ResourceDefinition definition) {
        CompletableFuture<Void> caughtUp =
                call.query().resourceVersion().orElse("").equals("0")
                        ? CompletableFuture.completedFuture(null)
                        : server.caughtUp().toCompletableFuture();
        if (caughtUp.isDone() && !caughtUp.isCompletedExceptionally()) {
            answer(call, definition);
        } else {
            CompletableFuture<Void> unused =
                    caughtUp.whenCompleteAsync(
                            (done, failure) -> {
                                if (failure == null) {
                                    call.guarded(() -> answer(call, definition));
                                } else {
                                    call.fail(failure);
                                }
                            },
                            pool.finisher());
        }
    }

    private void answer(Call call, ResourceDefinition definition) {
        boolean watch = call.path().watch() || call.query().flag("watch");
        if (watch && call.path().subresource().isEmpty()) {
            require(definition, Verb.WATCH);
            call.about(definition, "watch");
            pool.submit(() -> call.guarded(() -> watch(call, definition)));
        } else if (!call.path().name().isEmpty()) {
            require(definition, Verb.GET);
            call.about(definition, "get");
            if (definition.converter() == null) {
                get(call, definition);
            } else {
                // A conversion may take time, and the thread here has other calls to read.
                pool.submit(() -> call.guarded(() -> get(call, definition)));
            }
        } else {
            require(definition, Verb.LIST);
            call.about(definition, "list");
            pool.submit(() -> call.guarded(() -> list(call, definition)));
        }
    }

    private void get(Call call, ResourceDefinition definition) {
        Shaper shaper = shaper(call, definition);
        StoredObject object =
                server.get(
                        call.request("get", ApiRequest.Options.DEFAULT),
                        call.query().resourceVersion());
        byte[] json = object.json();
        if (shaper.isStored() && (json.length < Gzip.MIN_BYTES || !call.acceptsGzip())) {
            call.respond(200, Representation.JSON, json);
        } else {
            pool.submit(
                    () ->
                            call.guarded(
                                    () ->
                                            call.respondWhole(
                                                    200,
                                                    shaper.contentType(),
                                                    shaper.one(object))));
        }
    }

    private void list(Call call, ResourceDefinition definition) {
        Shaper shaper = shaper(call, definition);
        ListOptions options = call.query().listOptions(false, call.path().name());
        ObjectList list = server.list(call.request("list", ApiRequest.Options.DEFAULT), options);
        noteSize(call, options, list);
        if (shaper.isStored()) {
            new ListAnswer(call, definition, list, pool.finisher()).send();
        } else {
            call.respondWhole(200, shaper.contentType(), shaper.list(list));
        }
    }

    private void noteSize(Call call, ListOptions options, ObjectList list) {
        boolean isWhole =
                call.path().namespace().isEmpty()
                        && options.labelSelector().isEmpty()
                        && options.fieldSelector().isEmpty()
                        && options.continueToken().isEmpty()
                        && list.remaining() >= 0;
        if (isWhole) {
            gate.listed(call.path().groupVersionResource(), list.items().size() + list.remaining());
        }
    }

    private void watch(Call call, ResourceDefinition definition) {
        Shaper shaper = shaper(call, definition);
        if (shaper.contentType().equals(Representation.YAML)) {
            throw Representation.notAcceptable(
                    Representation.JSON + ";stream=watch",
                    Representation.PROTOBUF + ";stream=watch");
        }
        boolean socket = WatchSocket.isAskedFor(call.exchange());
        ListOptions options = call.query().listOptions(true, call.path().name());
        WatchPlace place = watches.place(call, options);
        ApiRequest request = call.request("watch", ApiRequest.Options.DEFAULT);
        if (place.isResumed()) {
            shaper.columnsWereSent();
            resume(call, shaper, request, options, place);
            return;
        }
        WatchCursor cursor = server.watch(request, options);
        WatchStream.Opener opener = opener(request, options);
        call.inFlight().longRunning();
        ResponseStream stream =
                socket
                        ? WatchSocket.open(call, shaper.isProtobuf())
                        : call.stream(shaper.streamType(), Map.of());
        if (stream == null) {
            cursor.close();
            call.inFlight().done();
        } else {
            watches.run(call, stream, cursor, opener, shaper, place);
            call.givesItsPlaceBack();
        }
    }

    /** The head is sent already, so a failure can only be told by an event. */
    private void resume(
            Call call, Shaper shaper, ApiRequest request, ListOptions options, WatchPlace place) {
        call.inFlight().longRunning();
        ResponseStream stream = call.stream(shaper.streamType(), Map.of());
        if (stream == null) {
            call.inFlight().done();
            return;
        }
        WatchStream.Opener opener = opener(request, options);
        try {
            watches.run(call, stream, opener.open(place), opener, shaper, place);
            call.givesItsPlaceBack();
        } catch (RuntimeException e) {
            stream.write(shaper.error(Failures.toStatus(e, call)));
            stream.close();
            call.inFlight().done();
        }
    }

    private WatchStream.Opener opener(ApiRequest request, ListOptions first) {
        return place -> server.watch(request, place.optionsFrom(first));
    }

    private Shaper shaper(Call call, ResourceDefinition definition) {
        return new Shaper(
                call.representation(definition),
                definition,
                call.query(),
                call.wantsPretty(),
                clock);
    }

    private static void require(ResourceDefinition definition, Verb verb) {
        if (!definition.verbs().contains(verb)) {
            throw Failures.methodNotAllowed();
        }
    }
}
