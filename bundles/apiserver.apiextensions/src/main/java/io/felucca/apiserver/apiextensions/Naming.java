package io.felucca.apiserver.apiextensions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.apiextensions.Conditions.Condition;
import io.felucca.machinery.Json;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which names a definition may use, decided as upstream's naming controller does: resource names
 * (plural, singular, short) and kinds (kind, list kind) each belong to one definition of a group.
 *
 * @param names what it may use from now on; a name that is taken leaves what it had before
 * @param accepted the condition NamesAccepted
 * @param established the condition Established, which stays once it holds
 */
record Naming(ObjectNode names, Condition accepted, Condition established) {
    static final String NAMES_ACCEPTED = "NamesAccepted";
    static final String ESTABLISHED = "Established";

    /**
     * @param others the accepted names of all other definitions of the group
     * @param reserved whether the group is served by the server itself
     */
    static Naming of(ObjectNode crd, Collection<JsonNode> others, boolean reserved) {
        Set<String> resources = new HashSet<>();
        Set<String> kinds = new HashSet<>();
        for (JsonNode other : others) {
            resources.add(other.path("plural").asText(""));
            resources.add(other.path("singular").asText(""));
            other.path("shortNames").forEach(one -> resources.add(one.asText()));
            kinds.add(other.path("kind").asText(""));
            kinds.add(other.path("listKind").asText(""));
        }
        Choice choice = new Choice(crd);
        choice.take("plural", resources, "PluralConflict");
        choice.take("singular", resources, "SingularConflict");
        choice.takeShortNames(resources);
        choice.take("kind", kinds, "KindConflict");
        choice.take("listKind", kinds, "ListKindConflict");
        if (crd.path("spec").path("names").has("categories")) {
            choice.names.set("categories", crd.path("spec").path("names").get("categories"));
        } else {
            choice.names.remove("categories");
        }
        if (reserved) {
            choice.conflict("GroupReserved", "the server itself serves this group");
        }
        return choice.decide(crd);
    }

    /** Whether the definition may be served. */
    boolean serves() {
        return established.holds();
    }

    /** Whether the definition says so already. */
    boolean isIn(ObjectNode crd) {
        return names.equals(crd.path("status").path("acceptedNames"))
                && Conditions.has(crd, accepted)
                && Conditions.has(crd, established);
    }

    private static final class Choice {
        private final JsonNode wanted;
        private final ObjectNode names;
        private final List<String> problems = new ArrayList<>();
        private String reason = "";

        Choice(ObjectNode crd) {
            wanted = crd.path("spec").path("names");
            names =
                    crd.path("status").path("acceptedNames") instanceof ObjectNode present
                            ? present.deepCopy()
                            : Json.object();
            names.put("plural", names.path("plural").asText(""));
            names.put("kind", names.path("kind").asText(""));
        }

        void take(String field, Set<String> taken, String conflict) {
            String name = wanted.path(field).asText("");
            if (!name.isEmpty() && taken.contains(name)) {
                conflict(conflict, "\"" + name + "\" is already in use");
            } else if (!name.isEmpty()) {
                names.put(field, name);
            }
        }

        void takeShortNames(Set<String> taken) {
            List<String> conflicts = new ArrayList<>();
            ArrayNode list = Json.mapper().createArrayNode();
            for (JsonNode one : wanted.path("shortNames")) {
                list.add(one);
                if (taken.contains(one.asText())) {
                    conflicts.add("\"" + one.asText() + "\" is already in use");
                }
            }
            if (!conflicts.isEmpty()) {
                conflicts.forEach(one -> conflict("ShortNamesConflict", one));
            } else if (list.isEmpty()) {
                names.remove("shortNames");
            } else {
                names.set("shortNames", list);
            }
        }

        void conflict(String why, String message) {
            reason = why;
            problems.add(message);
        }

        Naming decide(ObjectNode crd) {
            boolean good = problems.isEmpty();
            Condition accepted =
                    good
                            ? new Condition(
                                    NAMES_ACCEPTED, true, "NoConflicts", "no conflicts found")
                            : new Condition(
                                    NAMES_ACCEPTED, false, reason, String.join(", ", problems));
            boolean was = Conditions.isTrue(crd, ESTABLISHED);
            Condition established =
                    good || was
                            ? new Condition(
                                    ESTABLISHED,
                                    true,
                                    "InitialNamesAccepted",
                                    "the initial names have been accepted")
                            : new Condition(
                                    ESTABLISHED,
                                    false,
                                    "NotAccepted",
                                    "not all names are accepted");
            return new Naming(names, accepted, established);
        }
    }
}
