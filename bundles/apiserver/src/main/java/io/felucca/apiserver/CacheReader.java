package io.felucca.apiserver;

import io.felucca.apiserver.api.AdmissionPlugin;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.Resources;
import io.felucca.apiserver.api.StoredObject;
import io.felucca.machinery.GroupVersionResource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What admission plugins see: the cache, in the form of the version that they ask for. */
final class CacheReader implements AdmissionPlugin.Reader {
    private final WatchCache cache;
    private final Groups groups;

    CacheReader(WatchCache cache, Groups groups) {
        this.cache = cache;
        this.groups = groups;
    }

    @Override
    public Optional<StoredObject> get(
            GroupVersionResource resource, String namespace, String name) {
        ResourceDefinition definition = groups.known(resource);
        CachedObject object = cache.resource(definition.stored()).get(namespace, name);
        return object == null ? Optional.empty() : Optional.of(shown(definition, object));
    }

    @Override
    public List<StoredObject> list(GroupVersionResource resource, String namespace) {
        ResourceDefinition definition = groups.known(resource);
        ResourceCache objects = cache.resource(definition.stored());
        Selection all = Selection.of(namespace, "", "", "", FieldSet.NONE, List.of());
        List<StoredObject> found = new ArrayList<>();
        for (CachedObject object : Listing.of(objects.snapshot().objects(), all, null, 0).found()) {
            found.add(shown(definition, object));
        }
        return found;
    }

    @Override
    public Object version(GroupVersionResource resource) {
        ResourceDefinition definition = groups.knownOrNull(resource);
        return definition == null ? null : cache.resource(definition.stored()).version();
    }

    @Override
    public Resources resources() {
        return groups.resources();
    }

    private static StoredObject shown(ResourceDefinition definition, CachedObject object) {
        return definition.converter() == null
                ? object
                : ConvertedObject.of(object, definition.kind(), definition.converter());
    }
}
