package io.felucca.apiserver.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.ApiRequest;
import io.felucca.apiserver.api.ApiServer;
import io.felucca.apiserver.api.Column;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.ResourceDefinition.Verb;
import io.felucca.apiserver.api.Resources;
import io.felucca.apiserver.api.StatusView;
import io.felucca.apiserver.api.StoredObject;
import io.felucca.apiserver.api.Subresource;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.apiserver.api.WatchCursor;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.GroupResource;
import io.felucca.machinery.GroupVersionKind;
import io.felucca.machinery.Json;
import io.felucca.machinery.schema.Schema;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A server of pods and namespaces in a map. Remembers what it was asked. */
final class FakeServer implements ApiServer {
    private static final Schema META =
            Schema.builder(Schema.Type.OBJECT)
                    .definitionName("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta")
                    .preserveUnknownFields(true)
                    .build();
    static final Schema POD_SCHEMA = schema("Pod");
    static final GroupVersionKind POD = new GroupVersionKind("", "v1", "Pod");

    private static final Subresource.Action EVICT =
            (server, request, body) -> CompletableFuture.completedFuture(body);

    static final ResourceDefinition PODS =
            ResourceDefinition.builder(POD, "pods", POD_SCHEMA)
                    .shortNames("po")
                    .categories("all")
                    .subresource(
                            new Subresource(
                                    "status",
                                    POD,
                                    POD_SCHEMA,
                                    Set.of(Verb.GET, Verb.UPDATE, Verb.PATCH),
                                    new StatusView()))
                    .subresource(
                            new Subresource(
                                    "eviction",
                                    new GroupVersionKind("policy", "v1", "Eviction"),
                                    schema("Eviction"),
                                    Set.of(Verb.CREATE),
                                    EVICT))
                    .columns(
                            Column.string("Status", pod -> pod.at("/status/phase").asText()),
                            Column.integer("Restarts", pod -> 3L),
                            Column.AGE)
                    .build();
    static final ResourceDefinition NAMESPACES =
            ResourceDefinition.builder(
                            new GroupVersionKind("", "v1", "Namespace"),
                            "namespaces",
                            schema("Namespace"))
                    .clusterScoped()
                    .subresource(
                            new Subresource(
                                    "status",
                                    new GroupVersionKind("", "v1", "Namespace"),
                                    schema("Namespace"),
                                    Set.of(Verb.GET, Verb.UPDATE, Verb.PATCH),
                                    new StatusView()))
                    .build();

    final Map<String, StoredObject> objects = new ConcurrentSkipListMap<>();
    final List<ApiRequest> requests = new CopyOnWriteArrayList<>();
    final List<ListOptions> lists = new CopyOnWriteArrayList<>();
    final List<FakeCursor> cursors = new CopyOnWriteArrayList<>();
    volatile DeleteOptions deleteOptions;
    volatile Patch patch;
    volatile RuntimeException failure;
    volatile String forbiddenVerb = "";
    volatile CompletableFuture<StoredObject> pendingCreate;
    volatile String warning = "";

    /** The last that came. */
    volatile String body;

    private static Schema schema(String kind) {
        return Schema.builder(Schema.Type.OBJECT)
                .definitionName("io.k8s.api.core.v1." + kind)
                .property("kind", Schema.STRING)
                .property("apiVersion", Schema.STRING)
                .property("metadata", META)
                .property("spec", spec())
                .property("status", META)
                .build();
    }

    private static Schema spec() {
        return Schema.builder(Schema.Type.OBJECT)
                .definitionName("io.k8s.api.core.v1.PodSpec")
                .property("nodeName", Schema.STRING)
                .property("replicas", Schema.INT32)
                .build();
    }

    StoredObject put(String namespace, String name, long revision) {
        ObjectNode json = Json.object();
        json.put("kind", "Pod");
        json.put("apiVersion", "v1");
        ObjectNode metadata = json.putObject("metadata");
        metadata.put("name", name);
        metadata.put("namespace", namespace);
        metadata.put("uid", "uid-" + name);
        metadata.put("resourceVersion", Long.toString(revision));
        metadata.put("creationTimestamp", "2025-12-31T23:54:57Z");
        json.putObject("status").put("phase", "Running");
        StoredObject object = new Stored(namespace, name, revision, Json.bytes(json));
        objects.put(namespace + "/" + name, object);
        return object;
    }

    @SuppressWarnings("ArrayRecordComponent")
    record Stored(String namespace, String name, long revision, byte[] json)
            implements StoredObject {
        @Override
        public String uid() {
            return "uid-" + name;
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

    private void check(ApiRequest request) {
        requests.add(request);
        if (failure != null) {
            throw failure;
        }
        authorize(request);
    }

    @Override
    public Resources resources() {
        return new Resources(
                1, List.of(new Resources.Group("", List.of("v1"), List.of(PODS, NAMESPACES))));
    }

    @Override
    public void authorize(ApiRequest request) {
        if (request.verb().equals(forbiddenVerb)) {
            throw ApiException.forbidden(
                    request.resource().groupResource(), request.name(), "not for you");
        }
    }

    @Override
    public void authorizeNonResource(UserInfo user, String verb, String path) {
        if (path.equals("/metrics") && user.equals(UserInfo.ANONYMOUS)) {
            throw ApiException.forbidden(new GroupResource("", ""), "", "not for you");
        }
    }

    private ObjectNode read(byte[] json) {
        body = new String(json, StandardCharsets.UTF_8);
        return Json.parseObject(json);
    }

    @Override
    public CompletionStage<StoredObject> create(ApiRequest request, byte[] json) {
        if (!warning.isEmpty()) {
            request.warnings().add(warning);
        }
        return create(request, read(json));
    }

    @Override
    public CompletionStage<StoredObject> update(ApiRequest request, byte[] json) {
        return update(request, read(json));
    }

    @Override
    public CompletionStage<ObjectNode> act(ApiRequest request, byte[] json) {
        return act(request, read(json));
    }

    @Override
    public CompletionStage<StoredObject> create(ApiRequest request, ObjectNode object) {
        check(request);
        if (pendingCreate != null) {
            return pendingCreate;
        }
        String name = object.at("/metadata/name").asText();
        return CompletableFuture.completedFuture(put(request.namespace(), name, 7));
    }

    @Override
    public CompletionStage<ObjectNode> act(ApiRequest request, ObjectNode object) {
        check(request);
        return EVICT.run(this, request, object);
    }

    @Override
    public CompletionStage<StoredObject> update(ApiRequest request, ObjectNode object) {
        check(request);
        return CompletableFuture.completedFuture(put(request.namespace(), request.name(), 8));
    }

    @Override
    public CompletionStage<StoredObject> patch(ApiRequest request, Patch document) {
        check(request);
        patch = document;
        return CompletableFuture.completedFuture(put(request.namespace(), request.name(), 9));
    }

    @Override
    public CompletionStage<DeleteResult> delete(ApiRequest request, DeleteOptions options) {
        check(request);
        deleteOptions = options;
        StoredObject gone = objects.remove(request.namespace() + "/" + request.name());
        return CompletableFuture.completedFuture(new DeleteResult(gone, true));
    }

    @Override
    public CompletionStage<ObjectList> deleteCollection(
            ApiRequest request, ListOptions list, DeleteOptions options) {
        check(request);
        deleteOptions = options;
        ObjectList all = list(request, list);
        objects.clear();
        return CompletableFuture.completedFuture(all);
    }

    @Override
    public StoredObject get(ApiRequest request, Optional<String> resourceVersion) {
        check(request);
        StoredObject object = objects.get(request.namespace() + "/" + request.name());
        if (object == null) {
            throw ApiException.notFound(request.resource().groupResource(), request.name());
        }
        return object;
    }

    @Override
    public ObjectList list(ApiRequest request, ListOptions options) {
        check(request);
        lists.add(options);
        List<StoredObject> all = new ArrayList<>(objects.values());
        boolean cut = options.limit() > 0 && options.limit() < all.size();
        return new ObjectList(
                42,
                cut ? all.subList(0, options.limit()) : all,
                cut ? "more" : "",
                cut ? all.size() - options.limit() : 0);
    }

    @Override
    public WatchCursor watch(ApiRequest request, ListOptions options) {
        check(request);
        lists.add(options);
        FakeCursor cursor = new FakeCursor();
        cursors.add(cursor);
        return cursor;
    }
}
