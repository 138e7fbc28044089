package io.felucca.apiserver.apiextensions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.time.temporal.ChronoUnit;

/** The conditions in the status of a CustomResourceDefinition. */
final class Conditions {

    /**
     * One condition as it should be.
     *
     * @param type such as {@code Established}
     */
    record Condition(String type, boolean holds, String reason, String message) {}

    private Conditions() {}

    static boolean isTrue(ObjectNode crd, String type) {
        for (JsonNode one : crd.path("status").path("conditions")) {
            if (one.path("type").asText().equals(type)) {
                return one.path("status").asText().equals("True");
            }
        }
        return false;
    }

    /** Whether it stands there so already. */
    static boolean has(ObjectNode crd, Condition wanted) {
        for (JsonNode one : crd.path("status").path("conditions")) {
            if (one.path("type").asText().equals(wanted.type())) {
                return one.path("status").asText().equals(wanted.holds() ? "True" : "False")
                        && one.path("reason").asText().equals(wanted.reason())
                        && one.path("message").asText().equals(wanted.message());
            }
        }
        return false;
    }

    /** Sets it; the time of transition changes only with the status. */
    static void set(ObjectNode crd, Condition wanted, Clock clock) {
        if (has(crd, wanted)) {
            return;
        }
        ObjectNode status = child(crd, "status");
        ArrayNode conditions =
                status.get("conditions") instanceof ArrayNode present
                        ? present
                        : status.putArray("conditions");
        String value = wanted.holds() ? "True" : "False";
        ObjectNode condition = find(conditions, wanted.type());
        if (!condition.path("status").asText().equals(value)) {
            condition.put(
                    "lastTransitionTime",
                    clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
        }
        condition.put("status", value);
        condition.put("reason", wanted.reason());
        condition.put("message", wanted.message());
    }

    static ObjectNode child(ObjectNode object, String name) {
        return object.get(name) instanceof ObjectNode present ? present : object.putObject(name);
    }

    private static ObjectNode find(ArrayNode conditions, String type) {
        for (JsonNode one : conditions) {
            if (one.path("type").asText().equals(type)) {
                return (ObjectNode) one;
            }
        }
        return conditions.addObject().put("type", type);
    }
}
