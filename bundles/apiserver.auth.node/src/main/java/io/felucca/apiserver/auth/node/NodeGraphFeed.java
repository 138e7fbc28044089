package io.felucca.apiserver.auth.node;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceSlice;
import io.fabric8.kubernetes.api.model.storage.VolumeAttachment;
import io.felucca.client.api.Informer;
import io.felucca.client.api.Informers;
import io.felucca.client.api.Key;
import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/**
 * Keeps the authorizer's graph at what this process's informers show. A part of its own: the
 * informers need the server, which needs an authorizer.
 */
@Component(
        service = {},
        immediate = true)
public final class NodeGraphFeed {
    private final List<Informer<? extends HasMetadata>> informers;
    private final NodeGraph graph;

    @Activate
    public NodeGraphFeed(@Reference NodeGraphHolder holder, @Reference Informers informers) {
        this.graph = holder.graph();
        Informer<Pod> pods = informers.of(Pod.class);
        Informer<PersistentVolume> volumes = informers.of(PersistentVolume.class);
        Informer<VolumeAttachment> attachments = informers.of(VolumeAttachment.class);
        Informer<ResourceSlice> slices = informers.of(ResourceSlice.class);
        this.informers = List.of(pods, volumes, attachments, slices);
        pods.onChange(graph::pod);
        volumes.onChange(graph::volume);
        attachments.onChange(
                change ->
                        graph.attachment(
                                Key.of(change.latest()),
                                change.now().map(one -> one.getSpec().getNodeName())));
        slices.onChange(
                change ->
                        graph.slice(
                                Key.of(change.latest()),
                                change.now()
                                        .flatMap(
                                                one ->
                                                        Optional.ofNullable(
                                                                one.getSpec().getNodeName()))));
    }

    @Deactivate
    void deactivate() {
        informers.forEach(Informer::close);
        graph.clear();
    }
}
