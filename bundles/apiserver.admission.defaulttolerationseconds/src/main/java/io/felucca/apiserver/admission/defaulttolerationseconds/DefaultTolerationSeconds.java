package io.felucca.apiserver.admission.defaulttolerationseconds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.AdmissionPlugin;
import io.felucca.machinery.GroupResource;
import java.util.List;
import org.osgi.service.component.annotations.Component;

/**
 * Lets a pod stay for five minutes on a node that is not ready or cannot be reached, unless the pod
 * says itself how it takes that. Thread-safe.
 */
@Component(property = AdmissionPlugin.NAME + "=DefaultTolerationSeconds")
public final class DefaultTolerationSeconds implements AdmissionPlugin {
    private static final GroupResource PODS = new GroupResource("", "pods");
    private static final List<String> TAINTS =
            List.of("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable");
    private static final String NO_EXECUTE = "NoExecute";
    private static final int SECONDS = 300;

    @Override
    public void mutate(Request request) {
        boolean written =
                request.operation() == Operation.CREATE || request.operation() == Operation.UPDATE;
        if (!written
                || !request.resource().groupResource().equals(PODS)
                || !request.subresource().isEmpty()
                || !(request.object().get("spec") instanceof ObjectNode spec)) {
            return;
        }
        // Judged before any is added: the second must not find the first.
        List<String> missing = TAINTS.stream().filter(taint -> !tolerates(spec, taint)).toList();
        for (String taint : missing) {
            ArrayNode tolerations =
                    spec.get("tolerations") instanceof ArrayNode present
                            ? present
                            : spec.putArray("tolerations");
            tolerations
                    .addObject()
                    .put("key", taint)
                    .put("operator", "Exists")
                    .put("effect", NO_EXECUTE)
                    .put("tolerationSeconds", SECONDS);
        }
    }

    private static boolean tolerates(ObjectNode spec, String taint) {
        for (JsonNode toleration : spec.path("tolerations")) {
            String key = toleration.path("key").asText("");
            String effect = toleration.path("effect").asText("");
            if ((key.isEmpty() || key.equals(taint))
                    && (effect.isEmpty() || effect.equals(NO_EXECUTE))) {
                return true;
            }
        }
        return false;
    }
}
