package io.felucca.client.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.felucca.client.api.Client;
import io.felucca.client.api.Key;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.machinery.LabelSelector;
import io.felucca.machinery.schema.JsonMergePatch;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A client of a {@link FakeCluster}: the server's conflicts and statuses, none of its rules. */
final class FakeClient<T extends HasMetadata> implements Client<T> {
    private final FakeCluster cluster;
    private final GroupVersionResource resource;
    private final Class<T> type;

    FakeClient(FakeCluster cluster, GroupVersionResource resource, Class<T> type) {
        this.cluster = cluster;
        this.resource = resource;
        this.type = type;
    }

    @Override
    public Optional<T> get(Key key) {
        return Optional.ofNullable(objects().get(key)).map(this::typed);
    }

    @Override
    public List<T> list(String namespace, String labelSelector) {
        LabelSelector selector = LabelSelector.parse(labelSelector);
        return objects().all().stream()
                .filter(
                        one ->
                                namespace.isEmpty()
                                        || namespace.equals(one.at("/metadata/namespace").asText()))
                .filter(one -> selector.matches(labels(one)))
                .map(this::typed)
                .toList();
    }

    @Override
    public T create(T object) {
        ObjectNode tree = cluster.tree(object);
        ObjectNode metadata = tree.withObject("/metadata");
        if (!metadata.hasNonNull("name")) {
            metadata.put("name", metadata.path("generateName").asText() + (cluster.revision() + 1));
        }
        Key key = FakeResource.key(metadata);
        if (objects().get(key) != null) {
            throw ApiException.alreadyExists(resource.groupResource(), key.name());
        }
        cluster.acted("create", resource, key);
        return typed(objects().put(tree));
    }

    @Override
    public T update(T object) {
        ObjectNode tree = cluster.tree(object);
        ObjectNode present = current(Key.of(object), tree);
        keep(present, tree, "status");
        cluster.acted("update", resource, Key.of(object));
        return typed(objects().put(tree));
    }

    @Override
    public T updateStatus(T object) {
        ObjectNode tree = cluster.tree(object);
        ObjectNode present = current(Key.of(object), tree);
        if (tree.has("status")) {
            present.set("status", tree.get("status"));
        }
        cluster.acted("updateStatus", resource, Key.of(object));
        return typed(objects().put(present));
    }

    @Override
    public T update(T object, String subresource) {
        ObjectNode tree = cluster.tree(object);
        ObjectNode present = current(Key.of(object), tree);
        cluster.acted("update " + subresource, resource, Key.of(object));
        return typed(objects().put(present.setAll(tree)));
    }

    @Override
    public T patch(Key key, ObjectNode mergePatch) {
        return patch(key, "", mergePatch);
    }

    @Override
    public T patch(Key key, String subresource, ObjectNode mergePatch) {
        ObjectNode present = current(key, mergePatch);
        cluster.acted(subresource.isEmpty() ? "patch" : "patch " + subresource, resource, key);
        return typed(objects().put((ObjectNode) JsonMergePatch.apply(present, mergePatch)));
    }

    @Override
    public ObjectNode act(Key key, String subresource, ObjectNode body) {
        cluster.acted(subresource, resource, key);
        return body;
    }

    @Override
    public boolean delete(Key key, Deletion options) {
        ObjectNode present = objects().get(key);
        if (present == null) {
            return false;
        }
        if (options.uid() != null && !options.uid().equals(present.at("/metadata/uid").asText())) {
            throw ApiException.conflict(
                    resource.groupResource(), key.name(), "the UID in the precondition differs");
        }
        String version = present.at("/metadata/resourceVersion").asText();
        if (options.resourceVersion() != null && !options.resourceVersion().equals(version)) {
            throw ApiException.modified(resource.groupResource(), key.name());
        }
        String how = options.propagation() == null ? "" : " " + options.propagation();
        cluster.acted("delete" + how, resource, key);
        return objects().remove(key);
    }

    private ObjectNode current(Key key, JsonNode wanted) {
        ObjectNode present = objects().get(key);
        if (present == null) {
            throw ApiException.notFound(resource.groupResource(), key.name());
        }
        String version = wanted.at("/metadata/resourceVersion").asText("");
        if (!version.isEmpty()
                && !version.equals(present.at("/metadata/resourceVersion").asText())) {
            throw ApiException.modified(resource.groupResource(), key.name());
        }
        return present;
    }

    private static void keep(ObjectNode present, ObjectNode tree, String field) {
        if (present.has(field)) {
            tree.set(field, present.get(field));
        }
    }

    private static Map<String, String> labels(JsonNode object) {
        Map<String, String> labels = new HashMap<>();
        object.at("/metadata/labels")
                .properties()
                .forEach(one -> labels.put(one.getKey(), one.getValue().asText()));
        return labels;
    }

    private FakeResource objects() {
        return cluster.resource(resource);
    }

    private T typed(ObjectNode tree) {
        return cluster.typed(type, tree);
    }
}
