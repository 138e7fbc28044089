package io.felucca.kubelet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PartialObjectMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.felucca.client.api.Client;
import io.felucca.client.api.Clients;
import io.felucca.client.api.EventRecorder;
import io.felucca.client.api.Informer;
import io.felucca.client.api.Informers;
import io.felucca.client.api.Key;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.GroupResource;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.machinery.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;

/** An API in memory: enough of it for the node agent. Thread-safe. */
final class FakeCluster implements Clients {
    private final Map<Class<?>, Store<?>> stores = new LinkedHashMap<>();
    private final Store<GenericKubernetesResource> generic =
            new Store<>(GenericKubernetesResource.class);
    private ApiException nextFailure;
    private final List<String> events = new CopyOnWriteArrayList<>();
    private long revision;
    private int tokens;

    /** {@code Reason: message} of each event, in order. */
    List<String> recorded() {
        return events;
    }

    <T extends HasMetadata> Store<T> store(Class<T> type) {
        synchronized (this) {
            @SuppressWarnings("unchecked") // The map is only filled here.
            Store<T> store = (Store<T>) stores.computeIfAbsent(type, key -> new Store<>(type));
            return store;
        }
    }

    @Override
    public <T extends HasMetadata> Client<T> of(Class<T> type) {
        return store(type);
    }

    @Override
    public Client<GenericKubernetesResource> of(GroupVersionResource resource) {
        return generic;
    }

    @Override
    public EventRecorder events() {
        return recorder("");
    }

    private EventRecorder recorder(String place) {
        return new EventRecorder() {
            @Override
            public void normal(HasMetadata about, String reason, String message) {
                events.add(reason + ": " + message + place);
            }

            @Override
            public void warning(HasMetadata about, String reason, String message) {
                events.add(reason + ": " + message + place);
            }

            @Override
            public EventRecorder at(String fieldPath) {
                return recorder(" @" + fieldPath);
            }
        };
    }

    @Override
    public List<Served> discover() {
        return List.of();
    }

    @Override
    public long lastWrite() {
        return 0;
    }

    @Override
    public void resetLastWrite() {
        // No cache lags behind here.
    }

    Informers informers() {
        return new Informers() {
            @Override
            public <T extends HasMetadata> Informer<T> of(Class<T> type) {
                return store(type).informer();
            }

            @Override
            public <T extends HasMetadata> Informer<T> of(Class<T> type, String fieldSelector) {
                return store(type).informer();
            }

            @Override
            public Informer<PartialObjectMetadata> metadata(GroupVersionResource resource) {
                throw new UnsupportedOperationException();
            }
        };
    }

    /** Lets the next write fail, and do nothing. */
    synchronized void failNextWrite(ApiException failure) {
        nextFailure = failure;
    }

    private void failIfAsked() {
        ApiException failure = nextFailure;
        nextFailure = null;
        if (failure != null) {
            throw failure;
        }
    }

    /** As a user's delete: sets the deletion time, or removes at once without grace. */
    void deletePod(Key key, long graceSeconds) {
        Store<Pod> pods = store(Pod.class);
        if (graceSeconds == 0) {
            pods.delete(key, Client.Deletion.PLAIN.now());
            return;
        }
        ObjectNode patch = Json.object();
        patch.putObject("metadata")
                .put("deletionTimestamp", Instant.EPOCH.toString())
                .put("deletionGracePeriodSeconds", graceSeconds);
        pods.patch(key, patch);
    }

    /** The objects of one type. */
    final class Store<T extends HasMetadata> implements Client<T> {
        private final Class<T> type;
        private final Map<Key, T> objects = new LinkedHashMap<>();
        private final List<Consumer<Informer.Change<T>>> handlers = new ArrayList<>();

        Store(Class<T> type) {
            this.type = type;
        }

        Informer<T> informer() {
            return new FakeInformer<>(this);
        }

        @Override
        public Optional<T> get(Key key) {
            synchronized (FakeCluster.this) {
                return Optional.ofNullable(objects.get(key));
            }
        }

        @Override
        public List<T> list(String namespace, String labelSelector) {
            synchronized (FakeCluster.this) {
                return objects.values().stream()
                        .filter(
                                one ->
                                        namespace.isEmpty()
                                                || namespace.equals(
                                                        one.getMetadata().getNamespace()))
                        .toList();
            }
        }

        @Override
        public T create(T object) {
            synchronized (FakeCluster.this) {
                failIfAsked();
                ObjectNode json = Json.mapper().valueToTree(object);
                ObjectNode metadata = (ObjectNode) json.get("metadata");
                metadata.put("uid", UUID.randomUUID().toString());
                return put(json, Optional.empty());
            }
        }

        @Override
        public T update(T object) {
            synchronized (FakeCluster.this) {
                ObjectNode json = Json.mapper().valueToTree(object);
                return put(json, get(Key.of(object)));
            }
        }

        @Override
        public T updateStatus(T object) {
            return update(object);
        }

        @Override
        public T update(T object, String subresource) {
            return update(object);
        }

        @Override
        public T patch(Key key, ObjectNode mergePatch) {
            synchronized (FakeCluster.this) {
                failIfAsked();
                T before = get(key).orElseThrow(() -> missing(key));
                ObjectNode json = Json.mapper().valueToTree(before);
                merge(json, mergePatch);
                return put(json, Optional.of(before));
            }
        }

        @Override
        public T patch(Key key, String subresource, ObjectNode mergePatch) {
            return patch(key, mergePatch);
        }

        @Override
        public ObjectNode act(Key key, String subresource, ObjectNode body) {
            ObjectNode answer = body.deepCopy();
            answer.putObject("status")
                    .put("token", "token-" + ++tokens + "-of-" + key)
                    .put("expirationTimestamp", "2126-01-01T00:00:00Z");
            return answer;
        }

        @Override
        public boolean delete(Key key, Deletion options) {
            synchronized (FakeCluster.this) {
                T before = objects.remove(key);
                if (before == null) {
                    return false;
                }
                tell(new Informer.Change<>(Optional.of(before), Optional.empty()));
                return true;
            }
        }

        private T put(ObjectNode json, Optional<T> before) {
            ((ObjectNode) json.get("metadata")).put("resourceVersion", "" + ++revision);
            T now = Json.mapper().convertValue(json, type);
            objects.put(Key.of(now), now);
            tell(new Informer.Change<>(before, Optional.of(now)));
            return now;
        }

        private void tell(Informer.Change<T> change) {
            handlers.forEach(handler -> handler.accept(change));
        }

        private ApiException missing(Key key) {
            return ApiException.notFound(new GroupResource("", type.getSimpleName()), key.name());
        }

        private void merge(ObjectNode into, ObjectNode patch) {
            for (Map.Entry<String, JsonNode> field : patch.properties()) {
                if (field.getValue().isNull()) {
                    into.remove(field.getKey());
                } else if (field.getValue() instanceof ObjectNode inner) {
                    if (!(into.get(field.getKey()) instanceof ObjectNode)) {
                        into.putObject(field.getKey());
                    }
                    merge((ObjectNode) into.get(field.getKey()), inner);
                } else {
                    into.set(field.getKey(), field.getValue());
                }
            }
        }
    }

    private final class FakeInformer<T extends HasMetadata> implements Informer<T> {
        private final Store<T> store;
        private final List<Consumer<Change<T>>> own = new ArrayList<>();

        FakeInformer(Store<T> store) {
            this.store = store;
        }

        @Override
        public Optional<T> get(Key key) {
            return store.get(key);
        }

        @Override
        public List<T> list() {
            return store.list("", "");
        }

        @Override
        public List<T> list(String namespace) {
            return store.list(namespace, "");
        }

        @Override
        public List<T> ownedBy(String uid) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<T> byIndex(String index, String value) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean synced() {
            return true;
        }

        @Override
        public long revision() {
            return revision;
        }

        @Override
        public void whenReached(long wanted, Runnable action) {
            action.run();
        }

        @Override
        public Informer<T> index(String name, Function<T, Collection<String>> values) {
            return this;
        }

        @Override
        public void onChange(Consumer<Change<T>> handler) {
            synchronized (FakeCluster.this) {
                own.add(handler);
                store.handlers.add(handler);
                list().forEach(
                                one ->
                                        handler.accept(
                                                new Change<>(Optional.empty(), Optional.of(one))));
            }
        }

        @Override
        public void close() {
            synchronized (FakeCluster.this) {
                store.handlers.removeAll(own);
            }
        }
    }
}
