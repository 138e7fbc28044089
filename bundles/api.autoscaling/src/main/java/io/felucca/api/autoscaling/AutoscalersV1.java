package io.felucca.api.autoscaling;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.api.validation.Field;
import io.felucca.api.validation.Notices;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.Strategy;
import io.felucca.machinery.FieldError;
import io.felucca.machinery.Json;
import java.util.List;

/**
 * {@code horizontalpodautoscalers} in v1: of all metrics it has a field only for the utilization of
 * processors. What else v2 says travels in annotations, as upstream does it, so that a client of v1
 * loses nothing by reading and writing.
 */
final class AutoscalersV1 implements Strategy, ResourceDefinition.Converter {
    private static final String PREFIX = "autoscaling.alpha.kubernetes.io/";
    private static final String METRICS = PREFIX + "metrics";
    private static final String BEHAVIOR = PREFIX + "behavior";
    private static final String CONDITIONS = PREFIX + "conditions";
    private static final String CURRENT = PREFIX + "current-metrics";

    static ResourceDefinition definition() {
        AutoscalersV1 own = new AutoscalersV1();
        return AutoscalingGroup.resource(
                        "v1", "HorizontalPodAutoscaler", "horizontalpodautoscalers")
                .shortNames("hpa")
                .categories("all")
                .strategy(own)
                .converter(own)
                .subresource(AutoscalingGroup.status("v1", "HorizontalPodAutoscaler"))
                .columns(Autoscalers.columns())
                .build();
    }

    @Override
    public List<String> notActedOn(ObjectNode object) {
        return Notices.notActedOn(
                "HorizontalPodAutoscaler", "horizontal-pod-autoscaler-controller");
    }

    @Override
    public List<FieldError> validate(ObjectNode object) {
        Field autoscaler = Field.root(object);
        Autoscalers.replicas(autoscaler.at("spec"));
        Field target = autoscaler.at("spec", "targetCPUUtilizationPercentage");
        if (target.present() && target.number() < 1) {
            target.invalid("must be greater than 0");
        }
        return autoscaler.problems();
    }

    @Override
    public ObjectNode toStored(ObjectNode served) {
        served.put("apiVersion", "autoscaling/v2");
        ObjectNode spec = served.withObject("/spec");
        JsonNode target = spec.remove("targetCPUUtilizationPercentage");
        ArrayNode metrics = Json.mapper().createArrayNode();
        if (target != null && target.isNumber()) {
            ObjectNode metric = metrics.addObject();
            metric.put("type", "Resource");
            ObjectNode resource = metric.putObject("resource");
            resource.put("name", "cpu");
            resource.putObject("target")
                    .put("type", "Utilization")
                    .set("averageUtilization", target);
        }
        if (take(served, METRICS) instanceof ArrayNode others) {
            metrics.addAll(others);
        }
        if (!metrics.isEmpty()) {
            spec.set("metrics", metrics);
        }
        if (take(served, BEHAVIOR) instanceof ObjectNode behavior) {
            spec.set("behavior", behavior);
        }
        ObjectNode status = served.withObject("/status");
        JsonNode current = status.remove("currentCPUUtilizationPercentage");
        if (take(served, CONDITIONS) instanceof ArrayNode conditions) {
            status.set("conditions", conditions);
        }
        ArrayNode currents = Json.mapper().createArrayNode();
        if (current != null && current.isNumber()) {
            ObjectNode metric = currents.addObject();
            metric.put("type", "Resource");
            ObjectNode resource = metric.putObject("resource");
            resource.put("name", "cpu");
            resource.putObject("current").set("averageUtilization", current);
        }
        if (take(served, CURRENT) instanceof ArrayNode others) {
            currents.addAll(others);
        }
        if (!currents.isEmpty()) {
            status.set("currentMetrics", currents);
        }
        return served;
    }

    @Override
    public ObjectNode fromStored(ObjectNode stored) {
        stored.put("apiVersion", "autoscaling/v1");
        ObjectNode spec = stored.withObject("/spec");
        ArrayNode others = Json.mapper().createArrayNode();
        for (JsonNode metric : spec.path("metrics")) {
            JsonNode utilization = metric.at("/resource/target/averageUtilization");
            if (isCpu(metric)
                    && utilization.isNumber()
                    && !spec.has("targetCPUUtilizationPercentage")) {
                spec.set("targetCPUUtilizationPercentage", utilization);
            } else {
                others.add(metric);
            }
        }
        put(stored, METRICS, others);
        put(stored, BEHAVIOR, spec.path("behavior"));
        spec.remove(List.of("metrics", "behavior"));
        ObjectNode status = stored.withObject("/status");
        ArrayNode otherCurrents = Json.mapper().createArrayNode();
        for (JsonNode metric : status.path("currentMetrics")) {
            JsonNode utilization = metric.at("/resource/current/averageUtilization");
            if (isCpu(metric)
                    && utilization.isNumber()
                    && !status.has("currentCPUUtilizationPercentage")) {
                status.set("currentCPUUtilizationPercentage", utilization);
            } else {
                otherCurrents.add(metric);
            }
        }
        put(stored, CURRENT, otherCurrents);
        put(stored, CONDITIONS, status.path("conditions"));
        status.remove(List.of("currentMetrics", "conditions"));
        return stored;
    }

    private static boolean isCpu(JsonNode metric) {
        return metric.path("type").asText().equals("Resource")
                && metric.at("/resource/name").asText().equals("cpu");
    }

    private static void put(ObjectNode object, String annotation, JsonNode value) {
        if (!value.isEmpty()) {
            object.withObject("/metadata/annotations").put(annotation, value.toString());
        }
    }

    /** Takes an annotation away and reads it; null for none or for one that is broken. */
    private static JsonNode take(ObjectNode object, String annotation) {
        if (!(object.at("/metadata/annotations") instanceof ObjectNode annotations)
                || !annotations.has(annotation)) {
            return null;
        }
        String text = annotations.remove(annotation).asText();
        if (annotations.isEmpty()) {
            object.withObject("/metadata").remove("annotations");
        }
        try {
            return Json.mapper().readTree(text);
        } catch (JsonProcessingException e) {
            // A client wrote something of its own there: as upstream, it is ignored.
            return null;
        }
    }
}
