package io.felucca.apiserver.aggregation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.ApiGroup;
import io.felucca.apiserver.api.BootstrapObjects;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.machinery.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/**
 * Asks for an APIService of each version of the groups that bundles of this process bring. As
 * upstream's of built-in groups they are made, and put right, when their group starts; what is done
 * to them later stands until then.
 */
@Component(
        service = {},
        immediate = true)
public final class BuiltInGroups {
    private static final String ON_START = "onstart";

    private final BundleContext context;
    private final Map<ServiceReference<ApiGroup>, ServiceRegistration<BootstrapObjects>> asked =
            new ConcurrentHashMap<>();

    @Activate
    public BuiltInGroups(BundleContext context) {
        this.context = context;
    }

    @Deactivate
    void deactivate() {
        asked.values().forEach(ServiceRegistration::unregister);
        asked.clear();
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addGroup(ServiceReference<ApiGroup> reference, ApiGroup group) {
        // Custom resources come and go with their definitions: see Registration. The group of the
        // APIServices is served whatever they say.
        if (!group.name().equals(ApiServices.OWN_GROUP)
                && group.resources().stream().noneMatch(ResourceDefinition::isCustom)) {
            asked.put(
                    reference,
                    context.registerService(BootstrapObjects.class, new Wanted(group), null));
        }
    }

    void removeGroup(ServiceReference<ApiGroup> reference) {
        ServiceRegistration<BootstrapObjects> registration = asked.remove(reference);
        if (registration != null) {
            registration.unregister();
        }
    }

    /** The APIServices of one group. */
    static final class Wanted implements BootstrapObjects {
        private final ApiGroup group;

        Wanted(ApiGroup group) {
            this.group = group;
        }

        @Override
        public List<ObjectNode> objects() {
            List<ObjectNode> all = new ArrayList<>();
            List<String> versions = group.versions();
            for (int place = 0; place < versions.size(); place++) {
                all.add(apiService(group.name(), versions.get(place), place));
            }
            return all;
        }

        /**
         * @param place among the group's versions, the preferred being the first
         */
        private static ObjectNode apiService(String group, String version, int place) {
            Priorities.Of priority = Priorities.of(group, version, place);
            ObjectNode wanted = Json.object();
            wanted.put("apiVersion", "apiregistration.k8s.io/v1").put("kind", "APIService");
            wanted.putObject("metadata")
                    .put("name", ApiServices.name(group, version))
                    .putObject("labels")
                    .put(ApiServices.MANAGED, ON_START);
            ObjectNode spec = wanted.putObject("spec");
            if (!group.isEmpty()) {
                spec.put("group", group);
            }
            spec.put("version", version)
                    .put("groupPriorityMinimum", priority.group())
                    .put("versionPriority", priority.version());
            return wanted;
        }

        /** Whoever takes the label away has it for himself. */
        @Override
        public ObjectNode reconcile(ObjectNode existing, ObjectNode wanted) {
            boolean ours =
                    existing.path("metadata")
                            .path("labels")
                            .path(ApiServices.MANAGED)
                            .asText()
                            .equals(ON_START);
            if (!ours || existing.path("spec").equals(wanted.path("spec"))) {
                return existing;
            }
            ObjectNode right = existing.deepCopy();
            right.set("spec", wanted.path("spec"));
            return right;
        }
    }
}
