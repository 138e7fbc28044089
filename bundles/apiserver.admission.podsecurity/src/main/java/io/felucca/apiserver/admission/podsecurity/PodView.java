package io.felucca.apiserver.admission.podsecurity;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * A pod, or a template of one, as the checks look at it.
 *
 * @param containers all: those that run first, those that run, and those added for a while
 */
record PodView(JsonNode metadata, JsonNode spec, List<JsonNode> containers) {
    PodView {
        containers = List.copyOf(containers);
    }

    static PodView of(JsonNode podOrTemplate) {
        JsonNode spec = podOrTemplate.path("spec");
        List<JsonNode> containers = new ArrayList<>();
        for (String list : List.of("initContainers", "containers", "ephemeralContainers")) {
            spec.path(list).forEach(containers::add);
        }
        return new PodView(podOrTemplate.path("metadata"), spec, containers);
    }

    boolean isForWindows() {
        return spec.path("os").path("name").asText().equals("windows");
    }

    /** Whether root in it is nobody outside, which some rules take into account. */
    boolean hasUserNamespace() {
        return spec.hasNonNull("hostUsers") && !spec.path("hostUsers").asBoolean();
    }

    /** The pod's own security context. */
    JsonNode security() {
        return spec.path("securityContext");
    }

    static JsonNode security(JsonNode container) {
        return container.path("securityContext");
    }

    static String name(JsonNode container) {
        return container.path("name").asText();
    }

    Map<String, String> annotations() {
        Map<String, String> annotations = new TreeMap<>();
        metadata.path("annotations")
                .properties()
                .forEach(one -> annotations.put(one.getKey(), one.getValue().asText()));
        return annotations;
    }

    /** The names of those to which it applies. */
    List<String> containersWhere(Predicate<JsonNode> applies) {
        return containers.stream().filter(applies).map(PodView::name).toList();
    }
}
