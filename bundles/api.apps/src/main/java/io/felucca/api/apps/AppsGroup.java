package io.felucca.api.apps;

import io.felucca.apiserver.api.ApiGroup;
import io.felucca.apiserver.api.ResourceDefinition;
import java.util.List;
import org.osgi.service.component.annotations.Component;

/** The group apps. */
@Component
public final class AppsGroup implements ApiGroup {
    private final List<ResourceDefinition> resources =
            List.of(
                    ControllerRevisions.definition(),
                    DaemonSets.definition(),
                    Deployments.definition(),
                    ReplicaSets.definition(),
                    StatefulSets.definition());

    @Override
    public String name() {
        return "apps";
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
