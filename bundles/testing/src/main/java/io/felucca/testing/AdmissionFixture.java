package io.felucca.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.AdmissionPlugin.Operation;
import io.felucca.apiserver.api.AdmissionPlugin.Reader;
import io.felucca.apiserver.api.AdmissionPlugin.Request;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.Resources;
import io.felucca.apiserver.api.StoredObject;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.GroupVersionKind;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.machinery.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What an admission plugin sees: requests by {@code jane} in namespace {@code shop}, and the
 * objects that are stored already. For one thread.
 */
public final class AdmissionFixture implements Reader {
    /** Where requests of a namespaced resource go. */
    public static final String NAMESPACE = "shop";

    private record Entry(GroupVersionResource resource, StoredObject object) {}

    private final List<Entry> stored = new ArrayList<>();
    private final List<ResourceDefinition> served = new ArrayList<>();
    private Object version = new Object();

    /** JSON with apostrophes for quotation marks, which makes literals readable. */
    public static ObjectNode json(String text) {
        return Json.parseObject(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    /** Asserts that {@code action} ends in a 403 with this message, as a plugin refuses. */
    public static void assertRefused(String message, Runnable action) {
        ApiException refused = assertThrows(ApiException.class, action::run);
        assertEquals(403, refused.status().code());
        assertEquals(message, refused.status().message());
    }

    /** Stores an object; it says itself in which namespace. */
    public AdmissionFixture with(GroupVersionResource resource, String object) {
        return with(resource, json(object));
    }

    public AdmissionFixture with(GroupVersionResource resource, ObjectNode object) {
        stored.add(new Entry(resource, new StoredJson(object)));
        version = new Object();
        return this;
    }

    /** Serves a resource, in a group and version of its own. */
    public AdmissionFixture serving(ResourceDefinition definition) {
        served.add(definition);
        return this;
    }

    public Request create(GroupVersionResource resource, ObjectNode object) {
        return request(Operation.CREATE, resource, "", object, null);
    }

    public Request update(GroupVersionResource resource, ObjectNode object, ObjectNode old) {
        return request(Operation.UPDATE, resource, "", object, old);
    }

    public Request delete(GroupVersionResource resource, ObjectNode old) {
        return request(Operation.DELETE, resource, "", null, old);
    }

    /** Any request; the object's own name and namespace, or {@code web} and {@code shop}. */
    public Request request(
            Operation operation,
            GroupVersionResource resource,
            String subresource,
            ObjectNode object,
            ObjectNode old) {
        ObjectNode known = object == null ? old : object;
        return new Request(
                operation,
                UserInfo.of("jane", UserInfo.AUTHENTICATED),
                resource,
                new GroupVersionKind(resource.group(), resource.version(), "Any"),
                subresource,
                known.at("/metadata/namespace").asText(NAMESPACE),
                known.at("/metadata/name").asText("web"),
                object,
                old,
                false,
                this);
    }

    @Override
    public Optional<StoredObject> get(
            GroupVersionResource resource, String namespace, String name) {
        return list(resource, namespace).stream()
                .filter(object -> object.name().equals(name))
                .findFirst();
    }

    @Override
    public Resources resources() {
        List<Resources.Group> groups = new ArrayList<>();
        for (ResourceDefinition one : served) {
            groups.add(
                    new Resources.Group(
                            one.kind().group(), List.of(one.kind().version()), List.of(one)));
        }
        return new Resources(served.size(), groups);
    }

    @Override
    public Object version(GroupVersionResource resource) {
        return version;
    }

    @Override
    public List<StoredObject> list(GroupVersionResource resource, String namespace) {
        return stored.stream()
                .filter(entry -> entry.resource().equals(resource))
                .map(Entry::object)
                .filter(object -> namespace.isEmpty() || object.namespace().equals(namespace))
                .toList();
    }
}
