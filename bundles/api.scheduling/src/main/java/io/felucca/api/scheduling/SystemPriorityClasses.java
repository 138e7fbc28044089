package io.felucca.api.scheduling;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.BootstrapObjects;
import io.felucca.machinery.Json;
import java.util.List;
import org.osgi.service.component.annotations.Component;

/** The two priority classes that upstream's own components use. */
@Component
public final class SystemPriorityClasses implements BootstrapObjects {
    @Override
    public List<ObjectNode> objects() {
        return List.of(
                priorityClass(
                        "system-node-critical",
                        "Used for system critical pods that must not be moved from their current"
                                + " node."),
                priorityClass(
                        "system-cluster-critical",
                        "Used for system critical pods that must run in the cluster, but can be"
                                + " moved to another node if necessary."));
    }

    private static ObjectNode priorityClass(String name, String description) {
        ObjectNode object = Json.object();
        object.put("apiVersion", PriorityClasses.KIND.apiVersion());
        object.put("kind", PriorityClasses.KIND.kind());
        object.putObject("metadata").put("name", name);
        object.put("value", PriorityClasses.SYSTEM.get(name));
        object.put("description", description);
        return object;
    }
}
