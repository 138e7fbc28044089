package io.felucca.api.apiextensions;

import io.felucca.apiserver.api.ApiGroup;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.Subresource;
import io.felucca.apiserver.api.ValidationRules;
import io.felucca.machinery.GroupVersionKind;
import io.felucca.schema.Schemas;
import java.util.List;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** The group apiextensions.k8s.io. */
@Component
public final class ApiExtensionsGroup implements ApiGroup {
    private static final String NAME = "apiextensions.k8s.io";

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile ValidationRules rules;

    private final List<ResourceDefinition> resources =
            List.of(CustomResourceDefinitions.definition(() -> rules));

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
