package io.felucca.api.autoscaling;

import io.felucca.api.validation.Field;
import java.util.List;
import java.util.Map;

/** The metrics that an autoscaler follows. */
final class MetricRules {
    private static final Map<String, String> FIELDS =
            Map.of(
                    "ContainerResource", "containerResource",
                    "External", "external",
                    "Object", "object",
                    "Pods", "pods",
                    "Resource", "resource");
    private static final List<String> TYPES =
            List.of("ContainerResource", "External", "Object", "Pods", "Resource");

    private MetricRules() {}

    /** Where a metric of this type has its source. */
    static String field(String type) {
        return FIELDS.getOrDefault(type, "resource");
    }

    static void check(Field metrics) {
        for (Field metric : metrics.items()) {
            if (!metric.at("type").requireOneOf(TYPES)) {
                continue;
            }
            String field = field(metric.text("type"));
            Field source = metric.at(field);
            if (!source.present()) {
                source.required("must populate information for the given metric source");
                continue;
            }
            if (field.endsWith("esource")) {
                source.at("name").require();
                resourceTarget(source.at("target"));
            } else {
                source.at("metric", "name").require();
            }
            source.at("target", "type")
                    .requireOneOf(List.of("AverageValue", "Utilization", "Value"));
        }
    }

    private static void resourceTarget(Field target) {
        Field utilization = target.at("averageUtilization");
        boolean value = target.has("averageValue");
        if (!utilization.present() && !value) {
            utilization.required("must set either a target raw value or a target utilization");
        } else if (utilization.present() && value) {
            target.at("averageValue")
                    .forbidden("may not set both a target raw value and a target utilization");
        }
        if (utilization.present() && utilization.number() < 1) {
            utilization.invalid("must be greater than 0");
        }
    }
}
