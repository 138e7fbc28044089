package io.felucca.quota;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.machinery.Quantity;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a pod needs as a whole: what runs together, or what an init container needs beside the
 * sidecars that were started before it, if that is more, and the overhead of its runtime. What the
 * pod says of itself takes the place of what its containers say.
 */
final class PodAmounts {
    private PodAmounts() {}

    /**
     * @param list {@code requests} or {@code limits}
     */
    static Map<String, Quantity> of(JsonNode pod, String list) {
        JsonNode spec = pod.path("spec");
        Map<String, Quantity> running = new TreeMap<>();
        for (JsonNode container : spec.path("containers")) {
            add(running, amounts(pod, container, list));
        }
        Map<String, Quantity> sidecars = new TreeMap<>();
        Map<String, Quantity> starting = new TreeMap<>();
        for (JsonNode container : spec.path("initContainers")) {
            Map<String, Quantity> own = amounts(pod, container, list);
            if (container.path("restartPolicy").asText().equals("Always")) {
                add(sidecars, own);
                raise(starting, sidecars);
            } else {
                add(own, sidecars);
                raise(starting, own);
            }
        }
        add(running, sidecars);
        raise(running, starting);
        running.putAll(Amounts.read(spec.path("resources").path(list)).byName());
        Map<String, Quantity> overhead = Amounts.read(spec.path("overhead")).byName();
        // An overhead is no limit where there was none.
        overhead.forEach(
                (name, amount) -> {
                    if (list.equals("requests") || running.containsKey(name)) {
                        running.merge(name, amount, Quantity::add);
                    }
                });
        return running;
    }

    /** What a container asks for, or still holds while it is being made smaller. */
    private static Map<String, Quantity> amounts(JsonNode pod, JsonNode container, String list) {
        Map<String, Quantity> amounts =
                new TreeMap<>(Amounts.read(container.path("resources").path(list)).byName());
        for (String statuses : new String[] {"containerStatuses", "initContainerStatuses"}) {
            for (JsonNode status : pod.path("status").path(statuses)) {
                if (status.path("name").equals(container.path("name"))) {
                    raise(amounts, Amounts.read(status.path("resources").path(list)).byName());
                    if (list.equals("requests")) {
                        raise(amounts, Amounts.read(status.path("allocatedResources")).byName());
                    }
                }
            }
        }
        return amounts;
    }

    private static void add(Map<String, Quantity> sum, Map<String, Quantity> more) {
        more.forEach((resource, amount) -> sum.merge(resource, amount, Quantity::add));
    }

    private static void raise(Map<String, Quantity> highest, Map<String, Quantity> other) {
        other.forEach(
                (resource, amount) ->
                        highest.merge(
                                resource,
                                amount,
                                (one, two) -> one.compareTo(two) >= 0 ? one : two));
    }
}
