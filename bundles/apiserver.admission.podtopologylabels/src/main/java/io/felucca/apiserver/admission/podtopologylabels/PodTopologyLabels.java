package io.felucca.apiserver.admission.podtopologylabels;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.AdmissionPlugin;
import io.felucca.machinery.GroupResource;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.machinery.Json;
import java.util.List;
import org.osgi.service.component.annotations.Component;

/**
 * Copies zone and region from the node to the binding, which gives them to the pod, and to a new
 * pod that names its node already. So a container reads them by the downward API. What the pod says
 * itself is overwritten. Thread-safe. Source: KEP-4742.
 */
@Component(property = AdmissionPlugin.NAME + "=PodTopologyLabels")
public final class PodTopologyLabels implements AdmissionPlugin {
    static final GroupVersionResource NODES = new GroupVersionResource("", "v1", "nodes");

    private static final GroupResource PODS = new GroupResource("", "pods");
    private static final GroupResource BINDINGS = new GroupResource("", "bindings");
    private static final List<String> LABELS =
            List.of("topology.kubernetes.io/zone", "topology.kubernetes.io/region");

    @Override
    public void mutate(Request request) {
        if (request.operation() != Operation.CREATE || request.object() == null) {
            return;
        }
        GroupResource resource = request.resource().groupResource();
        boolean ofPods = resource.equals(PODS);
        if (ofPods && request.subresource().isEmpty()) {
            copy(request, request.object().path("spec").path("nodeName"));
        }
        if (resource.equals(BINDINGS) || (ofPods && request.subresource().equals("binding"))) {
            copy(request, request.object().path("target").path("name"));
        }
    }

    private static void copy(Request request, JsonNode node) {
        if (node.asText("").isEmpty()) {
            return;
        }
        request.server()
                .get(NODES, "", node.asText())
                .ifPresent(found -> copy(request.object(), Json.parseObject(found.json())));
    }

    private static void copy(ObjectNode object, ObjectNode node) {
        JsonNode labels = node.path("metadata").path("labels");
        for (String label : LABELS) {
            if (labels.has(label)) {
                object.withObject("/metadata").withObject("/labels").set(label, labels.get(label));
            }
        }
    }
}
