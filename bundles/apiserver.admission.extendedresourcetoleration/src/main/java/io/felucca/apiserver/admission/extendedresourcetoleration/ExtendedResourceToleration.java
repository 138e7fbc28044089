package io.felucca.apiserver.admission.extendedresourcetoleration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.AdmissionPlugin;
import io.felucca.machinery.GroupResource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;

/**
 * Lets a pod that requests an extended resource, such as {@code example.com/gpu}, tolerate the
 * taint of that name. Off unless it has a configuration. Thread-safe.
 */
@Component(
        property = AdmissionPlugin.NAME + "=ExtendedResourceToleration",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class ExtendedResourceToleration implements AdmissionPlugin {
    private static final GroupResource PODS = new GroupResource("", "pods");

    @Override
    public void mutate(Request request) {
        if (!request.is(PODS, Operation.CREATE, Operation.UPDATE)
                || !(request.object().get("spec") instanceof ObjectNode spec)) {
            return;
        }
        for (String resource : extendedResources(spec)) {
            ArrayNode tolerations = spec.withArray("/tolerations");
            if (!tolerates(tolerations, resource)) {
                tolerations.addObject().put("key", resource).put("operator", "Exists");
            }
        }
    }

    private static Set<String> extendedResources(ObjectNode spec) {
        Set<String> resources = new TreeSet<>();
        for (String list : List.of("containers", "initContainers")) {
            for (JsonNode container : spec.path(list)) {
                for (Map.Entry<String, JsonNode> request :
                        container.path("resources").path("requests").properties()) {
                    if (isExtended(request.getKey())) {
                        resources.add(request.getKey());
                    }
                }
            }
        }
        return resources;
    }

    /** Of some domain, but not of Kubernetes' own. */
    private static boolean isExtended(String resource) {
        return resource.contains("/") && !resource.contains("kubernetes.io/");
    }

    private static boolean tolerates(ArrayNode tolerations, String key) {
        for (JsonNode toleration : tolerations) {
            if (toleration.path("key").asText().equals(key)
                    && toleration.path("operator").asText().equals("Exists")
                    && toleration.path("effect").asText("").isEmpty()) {
                return true;
            }
        }
        return false;
    }
}
