package io.felucca.client;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.Resources;
import io.felucca.client.api.Client;
import io.felucca.client.api.Clients;
import io.felucca.client.api.EventRecorder;
import io.felucca.machinery.GroupVersionResource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The {@link Clients} of one bundle. */
final class BundleClients implements Clients {
    private final ServerGate gate;
    private final Codec codec;
    private final OtherServers aggregated;
    private final Identity identity;
    private final LastWrite lastWrite;
    private final EventRecorder events;

    BundleClients(
            ServerGate gate,
            Codec codec,
            OtherServers aggregated,
            Identity identity,
            LastWrite lastWrite,
            EventRecorder events) {
        this.gate = gate;
        this.codec = codec;
        this.aggregated = aggregated;
        this.identity = identity;
        this.lastWrite = lastWrite;
        this.events = events;
    }

    @Override
    public <T extends HasMetadata> Client<T> of(Class<T> type) {
        return new InProcessClient<>(gate, codec, identity, lastWrite, type, Codec.resource(type));
    }

    @Override
    public Client<GenericKubernetesResource> of(GroupVersionResource resource) {
        return aggregated
                .of(resource)
                .<Client<GenericKubernetesResource>>map(
                        remote -> new RemoteClient(gate, codec, identity, remote, resource))
                .orElseGet(
                        () ->
                                new InProcessClient<>(
                                        gate,
                                        codec,
                                        identity,
                                        lastWrite,
                                        GenericKubernetesResource.class,
                                        resource));
    }

    @Override
    public Clients.Aggregated discoverAggregated() {
        return aggregated.discover();
    }

    @Override
    public EventRecorder events() {
        return events;
    }

    @Override
    public List<Served> discover() {
        List<Served> all = new ArrayList<>();
        for (Resources.Group group : gate.call(server -> server.resources()).groups()) {
            for (ResourceDefinition one : group.resources()) {
                all.add(served(one, group));
            }
        }
        return all;
    }

    private static Served served(ResourceDefinition one, Resources.Group group) {
        return new Served(
                one.resource(),
                one.kind(),
                one.namespaced(),
                one.kind().version().equals(group.versions().get(0)),
                one.verbs().stream()
                        .map(verb -> verb.name().toLowerCase(Locale.ROOT))
                        .collect(Collectors.toSet()));
    }

    @Override
    public long lastWrite() {
        return lastWrite.get();
    }

    @Override
    public void resetLastWrite() {
        lastWrite.reset();
    }
}
