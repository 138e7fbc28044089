package io.felucca.api.admissionregistration;

import io.felucca.apiserver.api.AdmissionExpressions;
import io.felucca.apiserver.api.ApiGroup;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.Subresource;
import io.felucca.machinery.GroupVersionKind;
import io.felucca.schema.Schemas;
import java.util.List;
import java.util.function.Supplier;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** The group admissionregistration.k8s.io. */
@Component
public final class AdmissionRegistrationGroup implements ApiGroup {
    private static final String NAME = "admissionregistration.k8s.io";

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile AdmissionExpressions expressions;

    private final List<ResourceDefinition> resources = resources(() -> expressions);

    private static List<ResourceDefinition> resources(Supplier<AdmissionExpressions> part) {
        Expressions expressions = new Expressions(part);
        return List.of(
                Policies.mutating(expressions),
                Policies.mutatingBindings(),
                Webhooks.mutating(expressions),
                Policies.validating(expressions),
                Policies.validatingBindings(),
                Webhooks.validating(expressions));
    }

    static AdmissionRegistrationGroup with(AdmissionExpressions expressions) {
        AdmissionRegistrationGroup group = new AdmissionRegistrationGroup();
        group.expressions = expressions;
        return group;
    }

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
