package io.felucca.apiserver.admission.taintnodesbycondition;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.AdmissionPlugin;
import io.felucca.machinery.GroupResource;
import org.osgi.service.component.annotations.Component;

/**
 * Gives each new node the taint {@code node.kubernetes.io/not-ready:NoSchedule}. The node lifecycle
 * controller takes it away once the node says that it is ready. Thread-safe.
 */
@Component(property = AdmissionPlugin.NAME + "=TaintNodesByCondition")
public final class TaintNodesByCondition implements AdmissionPlugin {
    private static final GroupResource NODES = new GroupResource("", "nodes");
    private static final String KEY = "node.kubernetes.io/not-ready";
    private static final String EFFECT = "NoSchedule";

    @Override
    public void mutate(Request request) {
        if (!request.is(NODES, Operation.CREATE)) {
            return;
        }
        ObjectNode spec = request.object().withObject("/spec");
        for (JsonNode taint : spec.path("taints")) {
            if (taint.path("key").asText().equals(KEY)
                    && taint.path("effect").asText().equals(EFFECT)) {
                return;
            }
        }
        spec.withArray("/taints").addObject().put("key", KEY).put("effect", EFFECT);
    }
}
