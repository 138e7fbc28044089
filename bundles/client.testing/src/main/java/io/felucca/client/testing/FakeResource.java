package io.felucca.client.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.client.api.Key;
import io.felucca.machinery.GroupVersionResource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/** The objects of one resource, as trees. */
final class FakeResource {
    private final FakeCluster cluster;
    private final GroupVersionResource name;
    private final Map<Key, ObjectNode> objects = new LinkedHashMap<>();
    private final List<BiConsumer<ObjectNode, ObjectNode>> listeners = new ArrayList<>();

    FakeResource(FakeCluster cluster, GroupVersionResource name) {
        this.cluster = cluster;
        this.name = name;
    }

    ObjectNode get(Key key) {
        ObjectNode object = objects.get(key);
        return object == null ? null : object.deepCopy();
    }

    List<ObjectNode> all() {
        return objects.values().stream().map(ObjectNode::deepCopy).toList();
    }

    /** Gives it a uid and a resourceVersion if it has none, and tells the informers. */
    ObjectNode put(ObjectNode object) {
        ObjectNode metadata = object.withObject("/metadata");
        Key key = key(metadata);
        long revision = cluster.nextRevision();
        metadata.put("resourceVersion", Long.toString(revision));
        if (!metadata.hasNonNull("uid")) {
            metadata.put("uid", "uid-" + name.resource() + "-" + key.name());
        }
        ObjectNode before = objects.put(key, object);
        listeners.forEach(listener -> listener.accept(before, object));
        return object.deepCopy();
    }

    boolean remove(Key key) {
        ObjectNode before = objects.remove(key);
        if (before == null) {
            return false;
        }
        cluster.nextRevision();
        listeners.forEach(listener -> listener.accept(before, null));
        return true;
    }

    /** Listens with the object before and after each change; null where there is none. */
    void listen(BiConsumer<ObjectNode, ObjectNode> listener) {
        listeners.add(listener);
    }

    static Key key(JsonNode metadata) {
        return new Key(metadata.path("namespace").asText(""), metadata.path("name").asText());
    }
}
