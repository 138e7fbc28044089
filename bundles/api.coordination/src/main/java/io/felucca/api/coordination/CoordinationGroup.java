package io.felucca.api.coordination;

import io.felucca.apiserver.api.ApiGroup;
import io.felucca.apiserver.api.ResourceDefinition;
import java.util.List;
import org.osgi.service.component.annotations.Component;

/** The group coordination.k8s.io. */
@Component
public final class CoordinationGroup implements ApiGroup {
    private final List<ResourceDefinition> resources = List.of(Leases.definition());

    @Override
    public String name() {
        return "coordination.k8s.io";
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
