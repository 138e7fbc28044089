package io.felucca.api.core;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.ApiRequest;
import io.felucca.apiserver.api.ApiServer;
import io.felucca.apiserver.api.Resources;
import io.felucca.apiserver.api.StoredObject;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.apiserver.api.WatchCursor;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.machinery.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;

/** A server with one pod and at most one disruption budget. */
final class FakeServer implements ApiServer {
    ObjectNode pod;
    ObjectNode budget;
    final List<String> deleted = new ArrayList<>();

    private record Stored(ObjectNode object) implements StoredObject {
        @Override
        public String namespace() {
            return "default";
        }

        @Override
        public String name() {
            return Core.name(object);
        }

        @Override
        public String uid() {
            return object.path("metadata").path("uid").asText();
        }

        @Override
        public long revision() {
            return 1;
        }

        @Override
        public byte[] json() {
            return Json.bytes(object);
        }

        @Override
        public Map<String, String> labels() {
            return Map.of();
        }

        @Override
        public List<String> ownerUids() {
            return List.of();
        }
    }

    @Override
    public StoredObject get(ApiRequest request, Optional<String> resourceVersion) {
        return new Stored(pod);
    }

    @Override
    public ObjectList list(ApiRequest request, ListOptions options) {
        return new ObjectList(1, List.of(new Stored(budget)), "", 0);
    }

    @Override
    public CompletionStage<StoredObject> modify(
            GroupVersionResource resource,
            String namespace,
            String name,
            UnaryOperator<ObjectNode> change) {
        ObjectNode changed = change.apply(resource.equals(Core.PODS) ? pod : budget);
        return CompletableFuture.completedFuture(new Stored(changed));
    }

    @Override
    public CompletionStage<DeleteResult> delete(ApiRequest request, DeleteOptions options) {
        if (!request.options().dryRun()) {
            deleted.add(request.name());
        }
        return CompletableFuture.completedFuture(new DeleteResult(new Stored(pod), false));
    }

    @Override
    public Resources resources() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void authorize(ApiRequest request) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void authorizeNonResource(UserInfo user, String verb, String path) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<StoredObject> create(ApiRequest request, ObjectNode body) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<ObjectNode> act(ApiRequest request, ObjectNode body) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<StoredObject> update(ApiRequest request, ObjectNode body) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<StoredObject> patch(ApiRequest request, Patch patch) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<ObjectList> deleteCollection(
            ApiRequest request, ListOptions list, DeleteOptions options) {
        throw new UnsupportedOperationException();
    }

    @Override
    public WatchCursor watch(ApiRequest request, ListOptions options) {
        throw new UnsupportedOperationException();
    }
}
