package io.felucca.api.autoscaling;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.api.validation.Field;
import io.felucca.api.validation.Notices;
import io.felucca.apiserver.api.Column;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.Strategy;
import io.felucca.machinery.FieldError;
import java.util.ArrayList;
import java.util.List;

/** {@code horizontalpodautoscalers} in v2, in which they are also stored. */
final class Autoscalers implements Strategy {
    private static final int WINDOW_SECONDS = 15;
    private static final int MOST_SHOWN = 2;

    static ResourceDefinition definition() {
        return AutoscalingGroup.resource(
                        "v2", "HorizontalPodAutoscaler", "horizontalpodautoscalers")
                .shortNames("hpa")
                .categories("all")
                .strategy(new Autoscalers())
                .subresource(AutoscalingGroup.status("v2", "HorizontalPodAutoscaler"))
                .columns(columns())
                .build();
    }

    static Column[] columns() {
        return new Column[] {
            Column.string(
                    "Reference",
                    hpa ->
                            hpa.at("/spec/scaleTargetRef/kind").asText()
                                    + "/"
                                    + hpa.at("/spec/scaleTargetRef/name").asText()),
            Column.string("Targets", Autoscalers::targets),
            Column.string(
                    "MinPods",
                    hpa ->
                            hpa.at("/spec/minReplicas").isNumber()
                                    ? hpa.at("/spec/minReplicas").asText()
                                    : "<unset>"),
            Column.string("MaxPods", hpa -> hpa.at("/spec/maxReplicas").asText()),
            Column.string(
                    "Replicas", hpa -> String.valueOf(hpa.at("/status/currentReplicas").asInt())),
            Column.AGE
        };
    }

    private static Object targets(JsonNode hpa) {
        List<String> texts = new ArrayList<>();
        JsonNode old = hpa.at("/spec/targetCPUUtilizationPercentage");
        if (old.isNumber()) {
            JsonNode current = hpa.at("/status/currentCPUUtilizationPercentage");
            texts.add("cpu: " + percent(current) + "/" + old.asInt() + "%");
        }
        JsonNode metrics = hpa.at("/spec/metrics");
        for (int i = 0; i < metrics.size(); i++) {
            texts.add(target(metrics.path(i), hpa.at("/status/currentMetrics").path(i)));
        }
        if (texts.isEmpty()) {
            return "<none>";
        }
        String shown = String.join(", ", texts.subList(0, Math.min(MOST_SHOWN, texts.size())));
        int more = texts.size() - MOST_SHOWN;
        return more > 0 ? shown + " + " + more + " more..." : shown;
    }

    private static String percent(JsonNode value) {
        return value.isNumber() ? value.asInt() + "%" : "<unknown>";
    }

    private static String target(JsonNode metric, JsonNode current) {
        String field = MetricRules.field(metric.path("type").asText());
        JsonNode target = metric.path(field).path("target");
        JsonNode now = current.path(field).path("current");
        String name = metric.path(field).path("name").asText("");
        String prefix = name.isEmpty() ? "" : name + ": ";
        if (target.hasNonNull("averageUtilization")) {
            return prefix
                    + percent(now.path("averageUtilization"))
                    + "/"
                    + target.path("averageUtilization").asInt()
                    + "%";
        }
        boolean average = target.hasNonNull("averageValue");
        String value = now.path(average ? "averageValue" : "value").asText("");
        return prefix
                + (value.isEmpty() ? "<unknown>" : value)
                + "/"
                + target.path(average ? "averageValue" : "value").asText()
                + (average ? " (avg)" : "");
    }

    @Override
    public List<String> notActedOn(ObjectNode object) {
        return Notices.notActedOn(
                "HorizontalPodAutoscaler", "horizontal-pod-autoscaler-controller");
    }

    @Override
    public void defaults(ObjectNode object) {
        ObjectNode spec = object.withObject("/spec");
        if (spec.path("metrics").isEmpty()) {
            ObjectNode metric = spec.putArray("metrics").addObject();
            metric.put("type", "Resource");
            ObjectNode resource = metric.putObject("resource");
            resource.put("name", "cpu");
            resource.putObject("target").put("type", "Utilization").put("averageUtilization", 80);
        }
        if (spec.path("behavior") instanceof ObjectNode behavior) {
            ObjectNode up = behavior.withObject("/scaleUp");
            if (!up.hasNonNull("stabilizationWindowSeconds")) {
                up.put("stabilizationWindowSeconds", 0);
            }
            policies(up, true);
            policies(behavior.withObject("/scaleDown"), false);
        }
    }

    private static void policies(ObjectNode rules, boolean up) {
        if (!rules.hasNonNull("selectPolicy")) {
            rules.put("selectPolicy", "Max");
        }
        if (!rules.path("policies").isEmpty()) {
            return;
        }
        ArrayNode policies = rules.putArray("policies");
        if (up) {
            policies.addObject()
                    .put("type", "Pods")
                    .put("value", 4)
                    .put("periodSeconds", WINDOW_SECONDS);
        }
        policies.addObject()
                .put("type", "Percent")
                .put("value", 100)
                .put("periodSeconds", WINDOW_SECONDS);
    }

    @Override
    public List<FieldError> validate(ObjectNode object) {
        Field autoscaler = Field.root(object);
        replicas(autoscaler.at("spec"));
        MetricRules.check(autoscaler.at("spec", "metrics"));
        return autoscaler.problems();
    }

    /** What both versions say of the target and its bounds. */
    static void replicas(Field spec) {
        Field least = spec.at("minReplicas");
        Field most = spec.at("maxReplicas");
        if (least.present() && least.number() < 1) {
            least.invalid("must be greater than or equal to 1");
        }
        if (most.number() < 1) {
            most.invalid(most.number(), "must be greater than 0");
        }
        if (least.present() && most.number() < least.number()) {
            most.invalid(most.number(), "must be greater than or equal to `minReplicas`");
        }
        spec.at("scaleTargetRef", "kind").require();
        spec.at("scaleTargetRef", "name").require();
    }
}
