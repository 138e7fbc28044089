package io.felucca.client;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PartialObjectMetadata;
import io.felucca.client.api.Informer;
import io.felucca.client.api.Informers;
import io.felucca.machinery.GroupVersionResource;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** The {@link Informers} of one bundle; its views are closed with it. */
final class BundleInformers implements Informers {
    private final SharedInformers shared;
    private final Identity identity;
    private final Queue<InformerView<?>> views = new ConcurrentLinkedQueue<>();

    BundleInformers(SharedInformers shared, Identity identity) {
        this.shared = shared;
        this.identity = identity;
    }

    @Override
    public <T extends HasMetadata> Informer<T> of(Class<T> type) {
        return of(type, "");
    }

    @Override
    public <T extends HasMetadata> Informer<T> of(Class<T> type, String fieldSelector) {
        return kept(shared.typed(type, fieldSelector, identity.user()));
    }

    @Override
    public Informer<PartialObjectMetadata> metadata(GroupVersionResource resource) {
        return kept(shared.metadata(resource, identity.user()));
    }

    void close() {
        views.forEach(Informer::close);
    }

    private <T extends HasMetadata> Informer<T> kept(InformerView<T> view) {
        views.removeIf(InformerView::isClosed);
        views.add(view);
        return view;
    }
}
