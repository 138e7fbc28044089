package io.felucca.apiserver.apiextensions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.ScaleView;
import io.felucca.apiserver.api.Subresource;
import io.felucca.machinery.FieldError;
import io.felucca.machinery.Json;
import java.util.List;

/** {@code autoscaling/v1 Scale} over the places that a definition names. */
final class CustomScale implements Subresource.View {
    private static final List<String> METADATA =
            List.of("name", "namespace", "uid", "resourceVersion", "creationTimestamp");

    private final List<String> specReplicas;
    private final List<String> statusReplicas;
    private final List<String> selector;
    private final RuleRunner rules;

    /**
     * @param scale {@code subresources.scale} of the definition
     */
    CustomScale(JsonNode scale, RuleRunner rules) {
        this.rules = rules;
        specReplicas = names(scale.path("specReplicasPath").asText());
        statusReplicas = names(scale.path("statusReplicasPath").asText());
        selector = names(scale.path("labelSelectorPath").asText(""));
    }

    /** The names of a simple path such as {@code .spec.replicas}. */
    private static List<String> names(String path) {
        return path.length() < 2 ? List.of() : List.of(path.substring(1).split("\\."));
    }

    private static JsonNode at(ObjectNode object, List<String> names) {
        JsonNode value = object;
        for (String name : names) {
            value = value.path(name);
        }
        return value;
    }

    @Override
    public ObjectNode show(ObjectNode object) {
        ObjectNode scale = Json.object();
        scale.put("kind", ScaleView.KIND.kind());
        scale.put("apiVersion", ScaleView.KIND.apiVersion());
        ObjectNode metadata = scale.putObject("metadata");
        for (String name : METADATA) {
            if (object.path("metadata").hasNonNull(name)) {
                metadata.set(name, object.path("metadata").get(name));
            }
        }
        ObjectNode spec = scale.putObject("spec");
        if (at(object, specReplicas).asInt() != 0) {
            spec.put("replicas", at(object, specReplicas).asInt());
        }
        ObjectNode status = scale.putObject("status");
        status.put("replicas", at(object, statusReplicas).asInt());
        String labels = selector.isEmpty() ? "" : at(object, selector).asText("");
        if (!labels.isEmpty()) {
            status.put("selector", labels);
        }
        return scale;
    }

    @Override
    public ObjectNode apply(ObjectNode object, ObjectNode body) {
        ObjectNode place = object;
        for (String name : specReplicas.subList(0, specReplicas.size() - 1)) {
            place = place.get(name) instanceof ObjectNode inner ? inner : place.putObject(name);
        }
        place.put(
                specReplicas.get(specReplicas.size() - 1),
                body.path("spec").path("replicas").asInt());
        return object;
    }

    @Override
    public List<FieldError> validate(ObjectNode updated, ObjectNode old) {
        int replicas = at(updated, specReplicas).asInt();
        return replicas >= 0
                ? rules.run(updated, old)
                : List.of(
                        FieldError.invalid(
                                "spec.replicas", replicas, "must be greater than or equal to 0"));
    }
}
