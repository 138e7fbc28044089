package io.felucca.client;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.felucca.apiserver.api.ApiRequest;
import io.felucca.apiserver.api.ApiServer;
import io.felucca.apiserver.api.ApiServer.DeleteOptions;
import io.felucca.apiserver.api.ApiServer.ListOptions;
import io.felucca.apiserver.api.ApiServer.Patch;
import io.felucca.apiserver.api.StoredObject;
import io.felucca.client.api.Client;
import io.felucca.client.api.Key;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.machinery.Json;
import io.felucca.machinery.StatusReason;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A client that calls the server of this process, as the bundle that it was made for. */
final class InProcessClient<T extends HasMetadata> implements Client<T> {
    private final ServerGate gate;
    private final Codec codec;
    private final Identity identity;
    private final LastWrite lastWrite;
    private final Class<T> type;
    private final GroupVersionResource resource;
    private final ApiRequest.Options options;

    InProcessClient(
            ServerGate gate,
            Codec codec,
            Identity identity,
            LastWrite lastWrite,
            Class<T> type,
            GroupVersionResource resource) {
        this.gate = gate;
        this.codec = codec;
        this.identity = identity;
        this.lastWrite = lastWrite;
        this.type = type;
        this.resource = resource;
        this.options =
                new ApiRequest.Options(
                        false, ApiRequest.FieldValidation.Strict, identity.manager(), false);
    }

    @Override
    public Optional<T> get(Key key) {
        return unlessNotFound(
                        () ->
                                gate.join(
                                        server ->
                                                server.caughtUp()
                                                        .thenApply(
                                                                done ->
                                                                        server.get(
                                                                                request("get", key),
                                                                                Optional.empty()))))
                .map(this::typed);
    }

    @Override
    public List<T> list(String namespace, String labelSelector) {
        return stored(namespace, labelSelector).stream().map(this::typed).toList();
    }

    @Override
    public void each(String namespace, Consumer<T> action) {
        stored(namespace, "").forEach(one -> action.accept(typed(one)));
    }

    private List<StoredObject> stored(String namespace, String labelSelector) {
        ListOptions all = new ListOptions(labelSelector, "", "", "", 0, "", false, false, 0);
        return gate.join(
                        server ->
                                server.caughtUp()
                                        .thenApply(
                                                done ->
                                                        server.list(
                                                                request(
                                                                        "list",
                                                                        new Key(namespace, "")),
                                                                all)))
                .items();
    }

    @Override
    public T create(T object) {
        Key key = new Key(namespace(object), "");
        return written(gate.join(server -> server.create(request("create", key), tree(object))));
    }

    @Override
    public T update(T object) {
        return update(object, "");
    }

    @Override
    public T updateStatus(T object) {
        return update(object, "status");
    }

    @Override
    public T update(T object, String subresource) {
        ApiRequest request = request("update", Key.of(object)).withSubresource(subresource);
        return written(gate.join(server -> server.update(request, tree(object))));
    }

    @Override
    public T patch(Key key, ObjectNode mergePatch) {
        return patch(key, "", mergePatch);
    }

    @Override
    public T patch(Key key, String subresource, ObjectNode mergePatch) {
        ApiRequest request = request("patch", key).withSubresource(subresource);
        Patch patch = new Patch(Patch.Type.MERGE, Json.bytes(mergePatch));
        return written(gate.join(server -> server.patch(request, patch)));
    }

    @Override
    public ObjectNode act(Key key, String subresource, ObjectNode body) {
        ApiRequest request = request("create", key).withSubresource(subresource);
        return gate.join(server -> server.act(request, body));
    }

    @Override
    public boolean delete(Key key, Deletion options) {
        DeleteOptions delete =
                new DeleteOptions(
                        options.graceSeconds(),
                        options.uid(),
                        options.resourceVersion(),
                        options.propagation());
        Optional<ApiServer.DeleteResult> result =
                unlessNotFound(
                        () -> gate.join(server -> server.delete(request("delete", key), delete)));
        result.ifPresent(done -> lastWrite.wrote(done.object().revision()));
        return result.isPresent();
    }

    private ApiRequest request(String verb, Key key) {
        return ApiRequest.of(identity.user(), verb, resource, key.namespace(), key.name())
                .withOptions(options);
    }

    private T written(StoredObject stored) {
        lastWrite.wrote(stored.revision());
        return typed(stored);
    }

    private T typed(StoredObject stored) {
        return codec.typed(type, stored.json());
    }

    private ObjectNode tree(T object) {
        return codec.tree(object);
    }

    private static String namespace(HasMetadata object) {
        String namespace = object.getMetadata().getNamespace();
        return namespace == null ? "" : namespace;
    }

    private static <R> Optional<R> unlessNotFound(java.util.function.Supplier<R> call) {
        try {
            return Optional.of(call.get());
        } catch (ApiException e) {
            if (e.reason() == StatusReason.NotFound) {
                return Optional.empty();
            }
            throw e;
        }
    }
}
