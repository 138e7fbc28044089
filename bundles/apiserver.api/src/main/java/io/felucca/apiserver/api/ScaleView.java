package io.felucca.apiserver.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.ResourceDefinition.Verb;
import io.felucca.machinery.FieldError;
import io.felucca.machinery.GroupVersionKind;
import io.felucca.machinery.Json;
import io.felucca.machinery.LabelSelector;
import io.felucca.machinery.schema.Schema;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The scale subresource of workloads: {@code autoscaling/v1 Scale} over {@code spec.replicas},
 * {@code status.replicas} and {@code spec.selector}. Stateless.
 */
public class ScaleView implements Subresource.View {
    public static final GroupVersionKind KIND = new GroupVersionKind("autoscaling", "v1", "Scale");

    /** Only what identifies the object; a Scale has no labels of its own. */
    private static final List<String> METADATA =
            List.of("name", "namespace", "uid", "resourceVersion", "creationTimestamp");

    /**
     * @param schema of {@link #KIND}
     */
    public static Subresource subresource(Schema schema) {
        return new Subresource(
                "scale", KIND, schema, Set.of(Verb.GET, Verb.UPDATE, Verb.PATCH), new ScaleView());
    }

    @Override
    public ObjectNode show(ObjectNode object) {
        ObjectNode scale = Json.object();
        scale.put("kind", KIND.kind());
        scale.put("apiVersion", KIND.apiVersion());
        ObjectNode metadata = scale.putObject("metadata");
        for (String name : METADATA) {
            if (object.path("metadata").hasNonNull(name)) {
                metadata.set(name, object.path("metadata").get(name));
            }
        }
        ObjectNode spec = scale.putObject("spec");
        if (object.path("spec").path("replicas").asInt() != 0) {
            spec.put("replicas", object.path("spec").path("replicas").asInt());
        }
        ObjectNode status = scale.putObject("status");
        status.put("replicas", object.path("status").path("replicas").asInt());
        String selector = selector(object.path("spec").path("selector"));
        if (!selector.isEmpty()) {
            status.put("selector", selector);
        }
        return scale;
    }

    @Override
    public ObjectNode apply(ObjectNode object, ObjectNode body) {
        object.withObject("/spec").put("replicas", body.path("spec").path("replicas").asInt());
        return object;
    }

    @Override
    public List<FieldError> validate(ObjectNode updated, ObjectNode old) {
        int replicas = updated.path("spec").path("replicas").asInt();
        return replicas >= 0
                ? List.of()
                : List.of(
                        FieldError.invalid(
                                "spec.replicas", replicas, "must be greater than or equal to 0"));
    }

    /** A label selector, or the plain map of a ReplicationController. */
    private static String selector(JsonNode selector) {
        boolean plain = !selector.has("matchLabels") && !selector.has("matchExpressions");
        if (!plain) {
            return LabelSelector.fromJson(selector).toString();
        }
        Map<String, String> labels = new TreeMap<>();
        for (Map.Entry<String, JsonNode> label : selector.properties()) {
            labels.put(label.getKey(), label.getValue().asText());
        }
        return LabelSelector.ofLabels(labels).toString();
    }
}
