package io.felucca.api.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/** The defaults of pods that depend on other fields; the schema has done the rest before. */
public final class PodDefaults {
    private PodDefaults() {}

    /** The spec of a pod or of a template. Idempotent. */
    public static void spec(JsonNode node) {
        if (!(node instanceof ObjectNode spec)) {
            return;
        }
        serviceAccount(spec);
        if (!spec.hasNonNull("securityContext")) {
            spec.putObject("securityContext");
        }
        for (String kind : List.of("initContainers", "containers", "ephemeralContainers")) {
            for (JsonNode container : spec.path(kind)) {
                if (container instanceof ObjectNode object) {
                    container(object, spec.path("hostNetwork").asBoolean());
                }
            }
        }
        for (JsonNode volume : spec.path("volumes")) {
            if (volume instanceof ObjectNode object) {
                volume(object);
            }
        }
    }

    /** What only pods get, not templates: later changes of it must not change the templates. */
    public static void pod(JsonNode node) {
        spec(node);
        if (!(node instanceof ObjectNode spec)) {
            return;
        }
        if (!spec.hasNonNull("enableServiceLinks")) {
            spec.put("enableServiceLinks", true);
        }
        requestsFromLimits(spec.path("resources"));
        for (String kind : List.of("initContainers", "containers")) {
            for (JsonNode container : spec.path(kind)) {
                requestsFromLimits(container.path("resources"));
            }
        }
    }

    /** The old name of the field is kept the same as the new. */
    private static void serviceAccount(ObjectNode spec) {
        String name = spec.path("serviceAccountName").asText("");
        String old = spec.path("serviceAccount").asText("");
        if (!name.isEmpty()) {
            spec.put("serviceAccount", name);
        } else if (!old.isEmpty()) {
            spec.put("serviceAccountName", old);
        }
    }

    private static void container(ObjectNode container, boolean hostNetwork) {
        if (container.path("imagePullPolicy").asText("").isEmpty()) {
            container.put("imagePullPolicy", pullPolicy(container.path("image").asText("")));
        }
        if (!container.hasNonNull("resources")) {
            container.putObject("resources");
        }
        for (JsonNode port : container.path("ports")) {
            if (hostNetwork
                    && port instanceof ObjectNode object
                    && port.path("hostPort").asInt() == 0
                    && port.hasNonNull("containerPort")) {
                object.set("hostPort", port.get("containerPort"));
            }
        }
    }

    /** Always for what has no fixed version. */
    static String pullPolicy(String image) {
        int at = image.indexOf('@');
        String name = at < 0 ? image : image.substring(0, at);
        int colon = name.indexOf(':', name.lastIndexOf('/') + 1);
        String tag = colon < 0 ? "" : name.substring(colon + 1);
        boolean latest = tag.equals("latest") || (tag.isEmpty() && at < 0);
        return latest ? "Always" : "IfNotPresent";
    }

    private static void volume(ObjectNode volume) {
        boolean hasSource = false;
        for (Map.Entry<String, JsonNode> field : volume.properties()) {
            hasSource |= !field.getKey().equals("name") && !field.getValue().isNull();
        }
        if (!hasSource) {
            volume.putObject("emptyDir");
        }
        if (volume.path("hostPath") instanceof ObjectNode path && !path.hasNonNull("type")) {
            path.put("type", "");
        }
    }

    private static void requestsFromLimits(JsonNode resources) {
        if (!(resources instanceof ObjectNode object)
                || !(resources.path("limits") instanceof ObjectNode limits)
                || limits.isEmpty()) {
            return;
        }
        ObjectNode requests = object.withObject("/requests");
        for (Map.Entry<String, JsonNode> limit : limits.properties()) {
            if (!requests.hasNonNull(limit.getKey())) {
                requests.set(limit.getKey(), limit.getValue());
            }
        }
    }
}
