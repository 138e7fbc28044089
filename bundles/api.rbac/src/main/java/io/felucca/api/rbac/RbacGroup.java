package io.felucca.api.rbac;

import io.felucca.apiserver.api.ApiGroup;
import io.felucca.apiserver.api.ResourceDefinition;
import java.util.List;
import org.osgi.service.component.annotations.Component;

/** The group rbac.authorization.k8s.io. */
@Component
public final class RbacGroup implements ApiGroup {
    private final List<ResourceDefinition> resources =
            List.of(
                    Bindings.clusterRoleBindings(),
                    Roles.clusterRoles(),
                    Bindings.roleBindings(),
                    Roles.roles());

    @Override
    public String name() {
        return "rbac.authorization.k8s.io";
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
