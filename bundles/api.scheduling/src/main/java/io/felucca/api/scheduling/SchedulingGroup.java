package io.felucca.api.scheduling;

import io.felucca.apiserver.api.ApiGroup;
import io.felucca.apiserver.api.ResourceDefinition;
import java.util.List;
import org.osgi.service.component.annotations.Component;

/** The group scheduling.k8s.io. */
@Component
public final class SchedulingGroup implements ApiGroup {
    private final List<ResourceDefinition> resources = List.of(PriorityClasses.definition());

    @Override
    public String name() {
        return "scheduling.k8s.io";
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
