package io.felucca.apiserver.admission.runtimeclass;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.AdmissionPlugin;
import io.felucca.machinery.GroupResource;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.machinery.Json;
import io.felucca.machinery.Quantity;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.osgi.service.component.annotations.Component;

/**
 * Gives a new pod the overhead, the node selector and the tolerations of its runtime class, which
 * must exist. Thread-safe. Source: KEP-688, KEP-585.
 */
@Component(property = AdmissionPlugin.NAME + "=RuntimeClass")
public final class RuntimeClass implements AdmissionPlugin {
    static final GroupVersionResource CLASSES =
            new GroupVersionResource("node.k8s.io", "v1", "runtimeclasses");

    private static final GroupResource PODS = new GroupResource("", "pods");

    @Override
    public void mutate(Request request) {
        if (request.is(PODS, Operation.CREATE)
                && request.object().get("spec") instanceof ObjectNode spec) {
            runtimeClass(request, spec)
                    .ifPresent(
                            found -> {
                                overhead(request, spec, found);
                                scheduling(request, spec, found.path("scheduling"));
                            });
        }
    }

    @Override
    public void validate(Request request) {
        if (!request.is(PODS, Operation.CREATE)) {
            return;
        }
        JsonNode spec = request.object().path("spec");
        Map<String, Quantity> defined =
                runtimeClass(request, spec).map(RuntimeClass::fixed).orElse(Map.of());
        if (spec.hasNonNull("overhead")) {
            if (defined.isEmpty()) {
                throw request.forbidden(
                        "pod rejected: Pod Overhead set without corresponding RuntimeClass defined"
                                + " Overhead");
            }
            requireSame(request, spec, defined);
        }
    }

    private static Optional<ObjectNode> runtimeClass(Request request, JsonNode spec) {
        String name = spec.path("runtimeClassName").asText("");
        if (name.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                request.server()
                        .get(CLASSES, "", name)
                        .map(found -> Json.parseObject(found.json()))
                        .orElseThrow(
                                () ->
                                        request.forbidden(
                                                "pod rejected: RuntimeClass \""
                                                        + name
                                                        + "\" not found")));
    }

    private static void overhead(Request request, ObjectNode spec, ObjectNode found) {
        Map<String, Quantity> defined = fixed(found);
        if (defined.isEmpty()) {
            return;
        }
        if (spec.hasNonNull("overhead")) {
            requireSame(request, spec, defined);
        }
        spec.set("overhead", found.path("overhead").path("podFixed"));
    }

    private static void requireSame(Request request, JsonNode spec, Map<String, Quantity> defined) {
        if (!quantities(spec.path("overhead")).equals(defined)) {
            throw request.forbidden(
                    "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead");
        }
    }

    private static Map<String, Quantity> fixed(JsonNode runtimeClass) {
        return quantities(runtimeClass.path("overhead").path("podFixed"));
    }

    private static Map<String, Quantity> quantities(JsonNode amounts) {
        Map<String, Quantity> quantities = new HashMap<>();
        for (Map.Entry<String, JsonNode> amount : amounts.properties()) {
            quantities.put(amount.getKey(), Quantity.fromJson(amount.getValue()));
        }
        return quantities;
    }

    private static void scheduling(Request request, ObjectNode spec, JsonNode scheduling) {
        for (Map.Entry<String, JsonNode> label : scheduling.path("nodeSelector").properties()) {
            ObjectNode selector = spec.withObject("/nodeSelector");
            JsonNode own = selector.get(label.getKey());
            if (own != null && !own.equals(label.getValue())) {
                throw request.forbidden(
                        "conflict: runtimeClass.scheduling.nodeSelector["
                                + label.getKey()
                                + "] = "
                                + label.getValue().asText()
                                + "; pod.spec.nodeSelector["
                                + label.getKey()
                                + "] = "
                                + own.asText());
            }
            selector.set(label.getKey(), label.getValue());
        }
        for (JsonNode toleration : scheduling.path("tolerations")) {
            ArrayNode tolerations = spec.withArray("/tolerations");
            boolean isThere = false;
            for (JsonNode own : tolerations) {
                isThere |= own.equals(toleration);
            }
            if (!isThere) {
                tolerations.add(toleration);
            }
        }
    }
}
