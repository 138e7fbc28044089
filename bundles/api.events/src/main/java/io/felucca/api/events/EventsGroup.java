package io.felucca.api.events;

import io.felucca.apiserver.api.ApiGroup;
import io.felucca.apiserver.api.ResourceDefinition;
import java.util.List;
import org.osgi.service.component.annotations.Component;

/** The group events.k8s.io. */
@Component
public final class EventsGroup implements ApiGroup {
    private final List<ResourceDefinition> resources = List.of(Events.definition());

    @Override
    public String name() {
        return "events.k8s.io";
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
