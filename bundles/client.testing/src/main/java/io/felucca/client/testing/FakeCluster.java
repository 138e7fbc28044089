package io.felucca.client.testing;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PartialObjectMetadata;
import io.felucca.client.api.Client;
import io.felucca.client.api.Clients;
import io.felucca.client.api.EventRecorder;
import io.felucca.client.api.Informer;
import io.felucca.client.api.Informers;
import io.felucca.client.api.Key;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.GroupVersionResource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@link Clients}, and {@link #informers}, over maps. A write is in every informer when it returns.
 * Not thread-safe: a test drives it from its own thread.
 */
public final class FakeCluster implements Clients {
    private final ObjectMapper mapper =
            new ObjectMapper()
                    .registerModule(new JavaTimeModule())
                    .disable(
                            com.fasterxml.jackson.databind.DeserializationFeature
                                    .FAIL_ON_UNKNOWN_PROPERTIES)
                    .disable(
                            com.fasterxml.jackson.databind.SerializationFeature
                                    .WRITE_DATES_AS_TIMESTAMPS);
    private final Map<GroupVersionResource, FakeResource> resources = new LinkedHashMap<>();
    private final List<String> events = new ArrayList<>();
    private final List<String> actions = new ArrayList<>();
    private final List<Served> served = new ArrayList<>();
    private Aggregated aggregated = new Aggregated(List.of(), List.of());
    private ApiException nextFailure;
    private long revision;
    private long lastWrite;

    /** Puts objects as they are, without a trace among the {@link #actions}. */
    public FakeCluster with(HasMetadata... objects) {
        for (HasMetadata object : objects) {
            resource(resourceOf(object.getClass())).put(tree(object));
        }
        return this;
    }

    /** Makes {@link #discover} name a resource. */
    public FakeCluster serving(Served... more) {
        served.addAll(List.of(more));
        return this;
    }

    /** What {@link #discoverAggregated} gives from here on. */
    public void aggregating(Aggregated now) {
        aggregated = now;
    }

    /** Lets the next write fail, whatever it is, and do nothing. */
    public void failNextWrite(ApiException failure) {
        nextFailure = failure;
    }

    /** Every write in order, such as {@code create pods default/web-1}. */
    public List<String> actions() {
        return List.copyOf(actions);
    }

    public void forgetActions() {
        actions.clear();
    }

    /** Every event in order, such as {@code Normal Scheduled default/web: text}. */
    public List<String> recorded() {
        return List.copyOf(events);
    }

    /** All objects of a type. */
    public <T extends HasMetadata> List<T> all(Class<T> type) {
        return informer(type, "").list();
    }

    @Override
    public <T extends HasMetadata> Client<T> of(Class<T> type) {
        return new FakeClient<>(this, resourceOf(type), type);
    }

    @Override
    public Client<GenericKubernetesResource> of(GroupVersionResource resource) {
        return new FakeClient<>(this, resource, GenericKubernetesResource.class);
    }

    private <T extends HasMetadata> Informer<T> informer(Class<T> type, String fieldSelector) {
        return new FakeInformer<>(this, resourceOf(type), type, fieldSelector);
    }

    /** Informers that show each write at once. */
    public Informers informers() {
        return new Informers() {
            @Override
            public <T extends HasMetadata> Informer<T> of(Class<T> type) {
                return informer(type, "");
            }

            @Override
            public <T extends HasMetadata> Informer<T> of(Class<T> type, String fieldSelector) {
                return informer(type, fieldSelector);
            }

            @Override
            public Informer<PartialObjectMetadata> metadata(GroupVersionResource resource) {
                return new FakeInformer<>(
                        FakeCluster.this, resource, PartialObjectMetadata.class, "");
            }
        };
    }

    @Override
    public EventRecorder events() {
        return recorder("");
    }

    private EventRecorder recorder(String place) {
        return new EventRecorder() {
            @Override
            public void normal(HasMetadata about, String reason, String message) {
                events.add("Normal " + reason + " " + Key.of(about) + place + ": " + message);
            }

            @Override
            public void warning(HasMetadata about, String reason, String message) {
                events.add("Warning " + reason + " " + Key.of(about) + place + ": " + message);
            }

            @Override
            public EventRecorder at(String fieldPath) {
                return recorder(" " + fieldPath);
            }
        };
    }

    @Override
    public List<Served> discover() {
        return List.copyOf(served);
    }

    @Override
    public Aggregated discoverAggregated() {
        return aggregated;
    }

    @Override
    public long lastWrite() {
        return lastWrite;
    }

    @Override
    public void resetLastWrite() {
        lastWrite = 0;
    }

    FakeResource resource(GroupVersionResource resource) {
        return resources.computeIfAbsent(resource, name -> new FakeResource(this, name));
    }

    long nextRevision() {
        revision++;
        lastWrite = revision;
        return revision;
    }

    long revision() {
        return revision;
    }

    void acted(String verb, GroupVersionResource resource, Key key) {
        if (nextFailure != null) {
            ApiException failure = nextFailure;
            nextFailure = null;
            throw failure;
        }
        actions.add(verb + " " + resource.resource() + " " + key);
    }

    ObjectNode tree(Object object) {
        return mapper.valueToTree(object);
    }

    <T> T typed(Class<T> type, ObjectNode tree) {
        return mapper.convertValue(tree, type);
    }

    private static GroupVersionResource resourceOf(Class<? extends HasMetadata> type) {
        return new GroupVersionResource(
                HasMetadata.getGroup(type),
                HasMetadata.getVersion(type),
                HasMetadata.getPlural(type));
    }
}
