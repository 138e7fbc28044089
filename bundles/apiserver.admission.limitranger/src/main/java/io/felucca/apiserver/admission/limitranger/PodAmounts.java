package io.felucca.apiserver.admission.limitranger;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.machinery.Quantity;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a pod asks for as a whole: the sum of what runs together, or what an init container needs
 * beside the sidecars before it, if that is more; what the pod says of itself wins. Overhead is not
 * the author's, so it does not count.
 */
final class PodAmounts {
    private PodAmounts() {}

    /**
     * @param list {@code requests} or {@code limits}
     * @return amounts by resource, in the order of their names
     */
    static Map<String, Quantity> of(JsonNode podSpec, String list) {
        Map<String, Quantity> running = new TreeMap<>();
        for (JsonNode container : podSpec.path("containers")) {
            add(running, amounts(container, list));
        }
        Map<String, Quantity> sidecars = new TreeMap<>();
        Map<String, Quantity> starting = new TreeMap<>();
        for (JsonNode container : podSpec.path("initContainers")) {
            if (container.path("restartPolicy").asText().equals("Always")) {
                add(sidecars, amounts(container, list));
                raise(starting, sidecars);
            } else {
                Map<String, Quantity> beside = new TreeMap<>(sidecars);
                add(beside, amounts(container, list));
                raise(starting, beside);
            }
        }
        add(running, sidecars);
        raise(running, starting);
        running.putAll(read(podSpec.path("resources").path(list)));
        return running;
    }

    static Map<String, Quantity> read(JsonNode amounts) {
        Map<String, Quantity> read = new TreeMap<>();
        amounts.properties()
                .forEach(amount -> read.put(amount.getKey(), Quantity.fromJson(amount.getValue())));
        return read;
    }

    private static Map<String, Quantity> amounts(JsonNode container, String list) {
        return read(container.path("resources").path(list));
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
