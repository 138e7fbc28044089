package io.felucca.apiserver.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Objects that exist from the start, as an OSGi service. The server creates those that are missing
 * as itself, namespaces first, once the resource that they belong to is served, and each time that
 * such a service arrives; it does not put back what was deleted later.
 */
@ConsumerType
public interface BootstrapObjects {

    /** Whole objects with apiVersion and kind; the caller owns them. */
    List<ObjectNode> objects();

    /**
     * What to do about one that exists: returns what shall be stored, or {@code existing} itself,
     * unchanged, to leave it. The default leaves it.
     *
     * @param existing as it is now; not to be changed
     * @param wanted from {@link #objects}
     */
    default ObjectNode reconcile(ObjectNode existing, ObjectNode wanted) {
        return existing;
    }

    /**
     * A reconciliation that only adds: elements of the named arrays (such as {@code rules} and
     * {@code subjects}), labels and annotations that {@code existing} lacks.
     */
    static ObjectNode addMissing(ObjectNode existing, ObjectNode wanted, String... arrays) {
        ObjectNode merged = existing.deepCopy();
        for (String name : arrays) {
            for (JsonNode element : wanted.path(name)) {
                ArrayNode target =
                        merged.get(name) instanceof ArrayNode present
                                ? present
                                : merged.putArray(name);
                if (!contains(target, element)) {
                    target.add(element);
                }
            }
        }
        for (String name : List.of("labels", "annotations")) {
            for (Map.Entry<String, JsonNode> one :
                    wanted.path("metadata").path(name).properties()) {
                ObjectNode metadata = merged.withObject("/metadata");
                ObjectNode target = metadata.withObject("/" + name);
                if (!target.has(one.getKey())) {
                    target.set(one.getKey(), one.getValue());
                }
            }
        }
        return merged.equals(existing) ? existing : merged;
    }

    private static boolean contains(ArrayNode array, JsonNode element) {
        for (JsonNode present : array) {
            if (present.equals(element)) {
                return true;
            }
        }
        return false;
    }
}
