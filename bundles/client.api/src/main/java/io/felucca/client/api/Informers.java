package io.felucca.client.api;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PartialObjectMetadata;
import io.felucca.machinery.GroupVersionResource;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Informers, shared by all bundles of this process: one watch and at most one decoded object per
 * change, however many listen. A bundle sees only what its identity may list and watch; until it
 * may, its view is not synced and says why in the log.
 */
@ProviderType
public interface Informers {

    /** All objects of a type. */
    <T extends HasMetadata> Informer<T> of(Class<T> type);

    /** Only those that a field selector picks, such as {@code spec.nodeName=a}. */
    <T extends HasMetadata> Informer<T> of(Class<T> type, String fieldSelector);

    /** Only the metadata, of any served resource. */
    Informer<PartialObjectMetadata> metadata(GroupVersionResource resource);
}
