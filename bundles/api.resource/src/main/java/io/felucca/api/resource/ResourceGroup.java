package io.felucca.api.resource;

import io.felucca.apiserver.api.ApiGroup;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.Subresource;
import io.felucca.machinery.GroupVersionKind;
import io.felucca.schema.Schemas;
import java.util.List;
import org.osgi.service.component.annotations.Component;

/** The group resource.k8s.io. */
@Component
public final class ResourceGroup implements ApiGroup {
    private static final String NAME = "resource.k8s.io";

    private final List<ResourceDefinition> resources =
            List.of(
                    Devices.deviceClasses(),
                    Devices.resourceClaims(),
                    Devices.resourceClaimTemplates(),
                    Devices.resourceSlices());

    static ResourceDefinition.Builder resource(String version, String kind, String plural) {
        return ResourceDefinition.builder(
                kind(version, kind), plural, Schemas.of(kind(version, kind)));
    }

    static Subresource status(String version, String kind) {
        return Subresource.status(kind(version, kind), Schemas.of(kind(version, kind)));
    }

    private static GroupVersionKind kind(String version, String kind) {
        return new GroupVersionKind(NAME, version, kind);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<String> versions() {
        return List.of("v1");
    }

    @Override
    public List<ResourceDefinition> resources() {
        return resources;
    }
}
