package io.felucca.apiserver.admission.podsecurity;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Whether an update of a pod changes something that a standard may forbid. */
final class PodChange {
    private PodChange() {}

    /**
     * Containers come, or get another image. All else that the standards look at can't be changed;
     * so a pod that was there before its namespace got a standard can still be worked on.
     */
    static boolean matters(JsonNode pod, JsonNode old) {
        for (String list : List.of("initContainers", "containers", "ephemeralContainers")) {
            JsonNode now = pod.path("spec").path(list);
            Map<String, String> before = images(old.path("spec").path(list));
            boolean isFixed = !list.equals("ephemeralContainers");
            if (isFixed && now.size() != before.size()) {
                return true;
            }
            for (Map.Entry<String, String> container : images(now).entrySet()) {
                if (!container.getValue().equals(before.get(container.getKey()))) {
                    return true;
                }
            }
        }
        return false;
    }

    private static Map<String, String> images(JsonNode containers) {
        Map<String, String> images = new HashMap<>();
        for (JsonNode container : containers) {
            images.put(PodView.name(container), container.path("image").asText());
        }
        return images;
    }
}
