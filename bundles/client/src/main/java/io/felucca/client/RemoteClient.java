package io.felucca.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.felucca.apiserver.api.Aggregation.Remote;
import io.felucca.apiserver.api.ApiRequest;
import io.felucca.client.api.Client;
import io.felucca.client.api.Key;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.machinery.Json;
import io.felucca.machinery.StatusReason;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;

/**
 * A client of what another server serves, as the bundle that it was made for; this server decides
 * first whether that may.
 */
final class RemoteClient implements Client<GenericKubernetesResource> {
    private static final String JSON = "application/json";
    private static final String MERGE_PATCH = "application/merge-patch+json";
    private static final byte[] NOTHING = {};

    private final ServerGate gate;
    private final Codec codec;
    private final Identity identity;
    private final Remote remote;
    private final GroupVersionResource resource;

    RemoteClient(
            ServerGate gate,
            Codec codec,
            Identity identity,
            Remote remote,
            GroupVersionResource resource) {
        this.gate = gate;
        this.codec = codec;
        this.identity = identity;
        this.remote = remote;
        this.resource = resource;
    }

    @Override
    public Optional<GenericKubernetesResource> get(Key key) {
        return unlessNotFound(() -> typed(send("get", "GET", key, "", "", NOTHING)));
    }

    @Override
    public List<GenericKubernetesResource> list(String namespace, String labelSelector) {
        String query = labelSelector.isEmpty() ? "" : "?labelSelector=" + encoded(labelSelector);
        JsonNode list =
                Json.parseObject(send("list", "GET", new Key(namespace, ""), "", query, NOTHING));
        String kind = list.path("kind").asText();
        List<GenericKubernetesResource> items = new ArrayList<>();
        for (JsonNode item : list.path("items")) {
            // Items may leave out what the list itself says.
            ObjectNode whole = item.deepCopy();
            if (!whole.has("kind")) {
                whole.put("apiVersion", list.path("apiVersion").asText());
                whole.put("kind", kind.replaceAll("List$", ""));
            }
            items.add(typed(Json.bytes(whole)));
        }
        return items;
    }

    @Override
    public GenericKubernetesResource create(GenericKubernetesResource object) {
        Key collection = new Key(Key.of(object).namespace(), "");
        return typed(send("create", "POST", collection, "", "", bytes(object)));
    }

    @Override
    public GenericKubernetesResource update(GenericKubernetesResource object) {
        return update(object, "");
    }

    @Override
    public GenericKubernetesResource updateStatus(GenericKubernetesResource object) {
        return update(object, "status");
    }

    @Override
    public GenericKubernetesResource update(GenericKubernetesResource object, String subresource) {
        return typed(send("update", "PUT", Key.of(object), subresource, "", bytes(object)));
    }

    @Override
    public GenericKubernetesResource patch(Key key, ObjectNode mergePatch) {
        return patch(key, "", mergePatch);
    }

    @Override
    public GenericKubernetesResource patch(Key key, String subresource, ObjectNode mergePatch) {
        return typed(send("patch", "PATCH", key, subresource, "", Json.bytes(mergePatch)));
    }

    @Override
    public ObjectNode act(Key key, String subresource, ObjectNode body) {
        return Json.parseObject(send("create", "POST", key, subresource, "", Json.bytes(body)));
    }

    @Override
    public boolean delete(Key key, Deletion options) {
        ObjectNode body = Json.object().put("kind", "DeleteOptions").put("apiVersion", "v1");
        options.graceSeconds().ifPresent(seconds -> body.put("gracePeriodSeconds", seconds));
        if (options.propagation() != null) {
            body.put("propagationPolicy", options.propagation());
        }
        if (options.uid() != null) {
            body.withObject("/preconditions").put("uid", options.uid());
        }
        if (options.resourceVersion() != null) {
            body.withObject("/preconditions").put("resourceVersion", options.resourceVersion());
        }
        return unlessNotFound(() -> send("delete", "DELETE", key, "", "", Json.bytes(body)))
                .isPresent();
    }

    private byte[] send(
            String verb, String method, Key key, String subresource, String query, byte[] body) {
        ApiRequest request =
                ApiRequest.of(identity.user(), verb, resource, key.namespace(), key.name())
                        .withSubresource(subresource);
        boolean unused =
                gate.call(
                        server -> {
                            server.authorize(request);
                            return true;
                        });
        String type = body.length == 0 ? "" : verb.equals("patch") ? MERGE_PATCH : JSON;
        try {
            return remote.send(identity.user(), method, path(key, subresource) + query, type, body)
                    .toCompletableFuture()
                    .join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof ApiException refused) {
                throw refused;
            }
            throw e;
        }
    }

    private String path(Key key, String subresource) {
        StringBuilder path = new StringBuilder("/apis/").append(resource.apiVersion());
        if (!key.namespace().isEmpty()) {
            path.append("/namespaces/").append(encoded(key.namespace()));
        }
        path.append('/').append(resource.resource());
        if (!key.name().isEmpty()) {
            path.append('/').append(encoded(key.name()));
        }
        return subresource.isEmpty()
                ? path.toString()
                : path.append('/').append(subresource).toString();
    }

    private byte[] bytes(GenericKubernetesResource object) {
        return Json.bytes(codec.tree(object));
    }

    private GenericKubernetesResource typed(byte[] json) {
        return codec.typed(GenericKubernetesResource.class, json);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
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
