package io.felucca.api.core;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.ApiRequest;
import io.felucca.apiserver.api.StoredObject;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.testing.RefusingServer;
import io.felucca.testing.StoredJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;

/** A server with one pod and at most one disruption budget. */
final class FakeServer extends RefusingServer {
    ObjectNode pod;
    ObjectNode budget;
    final List<String> deleted = new ArrayList<>();

    @Override
    public StoredObject get(ApiRequest request, Optional<String> resourceVersion) {
        return new StoredJson(pod);
    }

    @Override
    public ObjectList list(ApiRequest request, ListOptions options) {
        return new ObjectList(1, List.of(new StoredJson(budget)), "", 0);
    }

    @Override
    public CompletionStage<StoredObject> modify(
            GroupVersionResource resource,
            String namespace,
            String name,
            UnaryOperator<ObjectNode> change) {
        ObjectNode changed = change.apply(resource.equals(Core.PODS) ? pod : budget);
        return CompletableFuture.completedFuture(new StoredJson(changed));
    }

    @Override
    public CompletionStage<DeleteResult> delete(ApiRequest request, DeleteOptions options) {
        if (!request.options().dryRun()) {
            deleted.add(request.name());
        }
        return CompletableFuture.completedFuture(new DeleteResult(new StoredJson(pod), false));
    }
}
