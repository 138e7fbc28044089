package io.felucca.api.core;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.machinery.Quantity;
import java.util.List;

/** The quality of service that a pod's requests and limits ask for. */
final class QosClass {
    private static final List<String> RESOURCES = List.of("cpu", "memory");

    private QosClass() {}

    static String of(JsonNode spec) {
        boolean any = false;
        boolean guaranteed = true;
        for (String kind : List.of("containers", "initContainers")) {
            for (JsonNode container : spec.path(kind)) {
                JsonNode limits = container.path("resources").path("limits");
                JsonNode requests = container.path("resources").path("requests");
                for (String resource : RESOURCES) {
                    Quantity limit = Quantity.fromJson(limits.path(resource));
                    Quantity request =
                            requests.hasNonNull(resource)
                                    ? Quantity.fromJson(requests.path(resource))
                                    : limit;
                    any |= limit.signum() > 0 || request.signum() > 0;
                    guaranteed &= limit.signum() > 0 && limit.equals(request);
                }
            }
        }
        if (!any) {
            return "BestEffort";
        }
        return guaranteed ? "Guaranteed" : "Burstable";
    }
}
