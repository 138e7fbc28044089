package io.felucca.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.machinery.schema.Times;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/** Access to an object's metadata as a tree. */
final class Meta {
    static final String ORPHAN = "orphan";
    static final String FOREGROUND = "foregroundDeletion";

    private Meta() {}

    /** The object's metadata, which is made if it is missing or null. */
    static ObjectNode of(ObjectNode object) {
        return object.get("metadata") instanceof ObjectNode metadata
                ? metadata
                : object.putObject("metadata");
    }

    static String text(ObjectNode object, String field) {
        return object.path("metadata").path(field).asText("");
    }

    static boolean isDeleting(ObjectNode object) {
        return !text(object, "deletionTimestamp").isEmpty();
    }

    static long graceSeconds(ObjectNode object) {
        return object.path("metadata").path("deletionGracePeriodSeconds").asLong(0);
    }

    static List<String> finalizers(ObjectNode object) {
        List<String> all = new ArrayList<>();
        object.path("metadata").path("finalizers").forEach(one -> all.add(one.asText()));
        return all;
    }

    static void setFinalizers(ObjectNode object, List<String> finalizers) {
        if (finalizers.isEmpty()) {
            of(object).remove("finalizers");
        } else {
            ArrayNode array = of(object).putArray("finalizers");
            finalizers.forEach(array::add);
        }
    }

    /** As the API writes times: seconds, UTC. */
    static String now(Clock clock) {
        return Times.seconds(clock.instant());
    }

    static void raiseGeneration(ObjectNode object) {
        ObjectNode metadata = of(object);
        metadata.put("generation", metadata.path("generation").asLong(0) + 1);
    }

    /** Sets a field as it is in another object; removes it where that has none. */
    static void copy(String field, ObjectNode from, ObjectNode to) {
        JsonNode value = from.path("metadata").get(field);
        if (value == null || value.isNull()) {
            of(to).remove(field);
        } else {
            of(to).set(field, value);
        }
    }
}
