package io.felucca.apiserver.admission.priority;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.BootstrapObjects;
import io.felucca.machinery.Json;
import java.util.List;
import org.osgi.service.component.annotations.Component;

/** The two classes for what the cluster itself needs, above all that users can define. */
@Component
public final class SystemPriorityClasses implements BootstrapObjects {
    private static final int CLUSTER_CRITICAL = 2_000_000_000;
    private static final int NODE_CRITICAL = 2_000_001_000;

    @Override
    public List<ObjectNode> objects() {
        return List.of(
                priorityClass(
                        "system-cluster-critical",
                        CLUSTER_CRITICAL,
                        "Used for system critical pods that must run in the cluster, but can be"
                                + " moved to another node if necessary."),
                priorityClass(
                        "system-node-critical",
                        NODE_CRITICAL,
                        "Used for system critical pods that must not be moved from their current"
                                + " node."));
    }

    private static ObjectNode priorityClass(String name, int value, String description) {
        ObjectNode object =
                Json.object()
                        .put("apiVersion", Priority.CLASSES.apiVersion())
                        .put("kind", "PriorityClass");
        object.putObject("metadata").put("name", name);
        return object.put("value", value)
                .put("globalDefault", false)
                .put("description", description)
                .put("preemptionPolicy", "PreemptLowerPriority");
    }
}
