package io.felucca.quota;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.machinery.GroupResource;
import java.util.Map;
import java.util.Set;

/** What objects of one resource count. Stateless. */
public interface Evaluator {

    /** The evaluator of a resource; of most, only the number of objects counts. */
    static Evaluator of(GroupResource resource) {
        return Evaluators.of(resource);
    }

    /** Of which resource objects are counted under a name in {@code hard}; null if of none. */
    static GroupResource countedUnder(String name) {
        return Evaluators.countedUnder(name);
    }

    /** Whether objects may count under this name. */
    boolean counts(String name);

    /** How much the object counts, under all names. */
    Amounts usage(JsonNode object);

    /** Whether an update of the object, besides its creation, is looked at. */
    default boolean watchesUpdates() {
        return false;
    }

    /** Whether the object is in the scope; an object of a kind that knows no such scope is not. */
    default boolean isIn(Scope scope, JsonNode object) {
        return false;
    }

    /**
     * What parts of a new object must say how much they use, and do not, since otherwise a limit
     * would mean nothing.
     *
     * @param limited the names of all limited resources
     * @return parts by the name of the resource
     */
    default Map<String, Set<String>> unspecified(JsonNode object, Set<String> limited) {
        return Map.of();
    }
}
