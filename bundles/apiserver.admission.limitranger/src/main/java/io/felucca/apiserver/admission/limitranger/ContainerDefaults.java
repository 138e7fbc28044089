package io.felucca.apiserver.admission.limitranger;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a LimitRange gives to containers that do not say it themselves.
 *
 * @param requests by resource
 * @param limits by resource
 */
record ContainerDefaults(Map<String, JsonNode> requests, Map<String, JsonNode> limits) {
    /** Tells readers which of a pod's numbers are not its author's. */
    private static final String ANNOTATION = "kubernetes.io/limit-ranger";

    static ContainerDefaults of(ObjectNode range) {
        Map<String, JsonNode> requests = new TreeMap<>();
        Map<String, JsonNode> limits = new TreeMap<>();
        for (JsonNode item : range.path("spec").path("limits")) {
            if (item.path("type").asText().equals("Container")) {
                putAll(requests, item.path("defaultRequest"));
                putAll(limits, item.path("default"));
            }
        }
        return new ContainerDefaults(requests, limits);
    }

    private static void putAll(Map<String, JsonNode> amounts, JsonNode more) {
        more.properties().forEach(amount -> amounts.put(amount.getKey(), amount.getValue()));
    }

    void applyTo(ObjectNode pod) {
        List<String> said = new ArrayList<>();
        for (JsonNode container : pod.path("spec").path("containers")) {
            applyTo((ObjectNode) container, "container", said);
        }
        for (JsonNode container : pod.path("spec").path("initContainers")) {
            applyTo((ObjectNode) container, "init container", said);
        }
        if (!said.isEmpty()) {
            pod.withObject("/metadata")
                    .withObject("/annotations")
                    .put(ANNOTATION, "LimitRanger plugin set: " + String.join("; ", said));
        }
    }

    private void applyTo(ObjectNode container, String kind, List<String> said) {
        String of = kind + " " + container.path("name").asText();
        fill(container, "requests", requests, "request for " + of, said);
        fill(container, "limits", limits, "limit for " + of, said);
    }

    private static void fill(
            ObjectNode container,
            String list,
            Map<String, JsonNode> defaults,
            String what,
            List<String> said) {
        List<String> filled = new ArrayList<>();
        defaults.forEach(
                (resource, amount) -> {
                    if (!container.path("resources").path(list).hasNonNull(resource)) {
                        container
                                .withObject("/resources")
                                .withObject("/" + list)
                                .set(resource, amount);
                        filled.add(resource);
                    }
                });
        if (!filled.isEmpty()) {
            said.add(String.join(", ", filled) + " " + what);
        }
    }
}
