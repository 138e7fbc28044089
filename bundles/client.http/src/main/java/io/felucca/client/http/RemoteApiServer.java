package io.felucca.client.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.ApiRequest;
import io.felucca.apiserver.api.ApiServer;
import io.felucca.apiserver.api.Resources;
import io.felucca.apiserver.api.StoredObject;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.apiserver.api.WatchCursor;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.GroupVersionKind;
import io.felucca.machinery.Json;
import io.felucca.machinery.StatusReason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The API server of another process. Thread-safe.
 *
 * <p>Every call acts as the kubeconfig's identity, whatever {@code request.user()} says: the server
 * believes a certificate, not a name. So the {@code authorize} calls here allow everything, and the
 * server decides when the call itself comes.
 *
 * <p>A watch's revision moves with its events and bookmarks only, of which there is one a minute.
 * {@link #get}, {@link #list} and {@link #resources} wait for the answer; all others return at
 * once.
 */
final class RemoteApiServer implements ApiServer {
    private static final String JSON = "application/json";
    private static final String DISCOVERY =
            "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
    private static final byte[] NO_BODY = {};

    private final Transport transport;
    private final Set<RemoteCursor> watches = ConcurrentHashMap.newKeySet();
    private List<JsonNode> discovered = List.of();
    private long generation;

    RemoteApiServer(Transport transport) {
        this.transport = transport;
    }

    /** Asks the server; without schemas, strategies, subresources and columns, which it keeps. */
    @Override
    public Resources resources() {
        List<JsonNode> documents = new ArrayList<>();
        for (String path : List.of("/api", "/apis")) {
            documents.add(
                    tree(
                            await(
                                    transport.send(
                                            "GET",
                                            path,
                                            DISCOVERY,
                                            "",
                                            NO_BODY,
                                            new CopyOnWriteArrayList<>()))));
        }
        return RemoteResources.of(generation(documents), documents);
    }

    private synchronized long generation(List<JsonNode> documents) {
        if (!documents.equals(discovered)) {
            discovered = List.copyOf(documents);
            generation++;
        }
        return generation;
    }

    @Override
    public void authorize(ApiRequest request) {
        // The server decides, for an identity that is known to it alone.
    }

    @Override
    public void authorizeNonResource(UserInfo user, String verb, String path) {
        // As above.
    }

    @Override
    public CompletionStage<StoredObject> create(ApiRequest request, ObjectNode body) {
        return create(request, Json.bytes(body));
    }

    @Override
    public CompletionStage<StoredObject> create(ApiRequest request, byte[] json) {
        return send("POST", Urls.write(request, false), request, JSON, json)
                .thenApply(RemoteApiServer::object);
    }

    @Override
    public CompletionStage<ObjectNode> act(ApiRequest request, ObjectNode body) {
        return send("POST", Urls.write(request, false), request, JSON, Json.bytes(body))
                .thenApply(answer -> (ObjectNode) tree(answer));
    }

    @Override
    public CompletionStage<StoredObject> update(ApiRequest request, ObjectNode body) {
        return update(request, Json.bytes(body));
    }

    @Override
    public CompletionStage<StoredObject> update(ApiRequest request, byte[] json) {
        return send("PUT", Urls.write(request, false), request, JSON, json)
                .thenApply(RemoteApiServer::object);
    }

    @Override
    public CompletionStage<StoredObject> patch(ApiRequest request, Patch patch) {
        return send(
                        "PATCH",
                        Urls.write(request, patch.type() == Patch.Type.APPLY),
                        request,
                        patch.type().mediaType(),
                        patch.body())
                .thenApply(RemoteApiServer::object);
    }

    /** Of an object that is gone the server says only name and uid, and so does the result. */
    @Override
    public CompletionStage<DeleteResult> delete(ApiRequest request, DeleteOptions options) {
        return send("DELETE", Urls.write(request, false), request, JSON, body(options))
                .thenApply(answer -> deleted(request, tree(answer)));
    }

    private static DeleteResult deleted(ApiRequest request, JsonNode answer) {
        if (!answer.path("kind").asText().equals("Status")) {
            return new DeleteResult(RemoteObject.of(answer), false);
        }
        ObjectNode gone = Json.object();
        ObjectNode metadata = gone.putObject("metadata");
        metadata.put("name", request.name());
        if (!request.namespace().isEmpty()) {
            metadata.put("namespace", request.namespace());
        }
        metadata.set("uid", answer.path("details").path("uid"));
        return new DeleteResult(RemoteObject.of(gone), true);
    }

    @Override
    public CompletionStage<ObjectList> deleteCollection(
            ApiRequest request, ListOptions list, DeleteOptions options) {
        return send("DELETE", Urls.deleteCollection(request, list), request, JSON, body(options))
                .thenApply(answer -> objects(tree(answer)));
    }

    private static byte[] body(DeleteOptions options) {
        ObjectNode body = Json.object();
        body.put("kind", "DeleteOptions");
        body.put("apiVersion", "v1");
        options.gracePeriodSeconds().ifPresent(seconds -> body.put("gracePeriodSeconds", seconds));
        if (options.propagation() != null) {
            body.put("propagationPolicy", options.propagation());
        }
        ObjectNode preconditions = Json.object();
        if (options.preconditionUid() != null) {
            preconditions.put("uid", options.preconditionUid());
        }
        if (options.preconditionResourceVersion() != null) {
            preconditions.put("resourceVersion", options.preconditionResourceVersion());
        }
        if (!preconditions.isEmpty()) {
            body.set("preconditions", preconditions);
        }
        return Json.bytes(body);
    }

    @Override
    public StoredObject get(ApiRequest request, Optional<String> resourceVersion) {
        return object(
                await(
                        send(
                                "GET",
                                Urls.get(request, resourceVersion.orElse("")),
                                request,
                                "",
                                NO_BODY)));
    }

    @Override
    public ObjectList list(ApiRequest request, ListOptions options) {
        return objects(tree(await(send("GET", Urls.list(request, options), request, "", NO_BODY))));
    }

    /** A list's items may leave out what the list itself says: their version and kind. */
    private static ObjectList objects(JsonNode list) {
        GroupVersionKind kind = kindOfItems(list);
        List<StoredObject> items = new ArrayList<>();
        for (JsonNode item : list.path("items")) {
            if (!item.has("kind")) {
                ObjectNode whole = Json.object();
                whole.put("apiVersion", kind.apiVersion()).put("kind", kind.kind());
                whole.setAll((ObjectNode) item);
                items.add(RemoteObject.of(whole));
            } else {
                items.add(RemoteObject.of(item));
            }
        }
        JsonNode metadata = list.path("metadata");
        String next = metadata.path("continue").asText();
        long remaining = next.isEmpty() ? 0 : metadata.path("remainingItemCount").asLong(-1);
        return new ObjectList(RemoteObject.revision(metadata), items, next, remaining);
    }

    private static GroupVersionKind kindOfItems(JsonNode list) {
        String apiVersion = list.path("apiVersion").asText();
        int slash = apiVersion.indexOf('/');
        String kind = list.path("kind").asText();
        return new GroupVersionKind(
                slash < 0 ? "" : apiVersion.substring(0, slash),
                apiVersion.substring(slash + 1),
                kind.endsWith("List") ? kind.substring(0, kind.length() - 4) : kind);
    }

    @Override
    public WatchCursor watch(ApiRequest request, ListOptions options) {
        String from = options.resourceVersion();
        List<RemoteCursor> self = new ArrayList<>(1);
        RemoteCursor cursor =
                new RemoteCursor(
                        from.isEmpty() ? 0 : Long.parseLong(from),
                        options.sendInitialEvents(),
                        () -> watches.removeAll(self));
        self.add(cursor);
        watches.add(cursor);
        transport.open(Urls.watch(request, options), cursor);
        return cursor;
    }

    /** Ends the watches on which nothing has come since the last call. */
    void endSilentWatches() {
        watches.forEach(RemoteCursor::endIfSilent);
    }

    void close() {
        watches.forEach(RemoteCursor::close);
    }

    private CompletableFuture<byte[]> send(
            String method, String target, ApiRequest request, String type, byte[] body) {
        return transport.send(method, target, JSON, type, body, request.warnings());
    }

    private static byte[] await(CompletableFuture<byte[]> answer) {
        try {
            return answer.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof ApiException refused) {
                throw refused;
            }
            throw e;
        }
    }

    private static StoredObject object(byte[] json) {
        return RemoteObject.of(tree(json));
    }

    private static JsonNode tree(byte[] json) {
        try {
            return Json.mapper().readTree(json);
        } catch (IOException e) {
            throw ApiException.of(
                    StatusReason.InternalError,
                    "the server's answer could not be read: " + e.getMessage());
        }
    }
}
