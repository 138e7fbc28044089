package io.felucca.api.core;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.api.validation.Field;
import io.felucca.api.validation.PodDefaults;
import io.felucca.api.validation.PodRules;
import io.felucca.apiserver.api.Subresource;
import io.felucca.machinery.FieldError;
import java.util.List;

/** {@code pods/ephemeralcontainers}: containers can be added, never changed or removed. */
final class EphemeralContainersView implements Subresource.View {
    @Override
    public ObjectNode show(ObjectNode object) {
        return object;
    }

    @Override
    public ObjectNode apply(ObjectNode object, ObjectNode body) {
        ObjectNode spec = object.withObject("/spec");
        JsonNode containers = body.path("spec").path("ephemeralContainers");
        if (containers.isArray()) {
            spec.set("ephemeralContainers", containers);
        } else {
            spec.remove("ephemeralContainers");
        }
        PodDefaults.spec(spec);
        return object;
    }

    @Override
    public List<FieldError> validate(ObjectNode updated, ObjectNode old) {
        Field pod = Field.root(updated);
        PodRules.spec(pod.at("spec"));
        Field now = pod.at("spec", "ephemeralContainers");
        for (JsonNode before : old.path("spec").path("ephemeralContainers")) {
            String name = before.path("name").asText();
            Field same =
                    now.items().stream()
                            .filter(container -> container.text("name").equals(name))
                            .findFirst()
                            .orElse(null);
            if (same == null) {
                now.forbidden(
                        "existing ephemeral containers \"" + name + "\" may not be removed\n");
            } else if (!same.node().equals(before)) {
                now.forbidden(
                        "existing ephemeral containers \"" + name + "\" may not be changed\n");
            }
        }
        return pod.problems();
    }
}
