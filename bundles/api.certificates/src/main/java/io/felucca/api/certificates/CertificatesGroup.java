package io.felucca.api.certificates;

import io.felucca.apiserver.api.ApiGroup;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.machinery.GroupVersionKind;
import io.felucca.schema.Schemas;
import java.util.List;
import org.osgi.service.component.annotations.Component;

/** The group certificates.k8s.io. */
@Component
public final class CertificatesGroup implements ApiGroup {
    private static final String NAME = "certificates.k8s.io";

    private final List<ResourceDefinition> resources = List.of(SigningRequests.definition());

    static ResourceDefinition.Builder resource(String version, String kind, String plural) {
        return ResourceDefinition.builder(
                kind(version, kind), plural, Schemas.of(kind(version, kind)));
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
