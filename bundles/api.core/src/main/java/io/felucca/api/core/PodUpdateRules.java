package io.felucca.api.core;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.api.validation.Field;
import io.felucca.machinery.FieldError;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** What may change in a pod once it exists: almost nothing. */
final class PodUpdateRules {
    private static final String ALLOWED =
            "pod updates may not change fields other than"
                    + " `spec.containers[*].image`,`spec.initContainers[*].image`,"
                    + "`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing"
                    + " tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1"
                    + " if it was previously negative)";

    private PodUpdateRules() {}

    static List<FieldError> check(ObjectNode object, ObjectNode old) {
        Field spec = Field.root(object).at("spec");
        JsonNode was = old.path("spec");
        for (String kind : List.of("containers", "initContainers")) {
            if (spec.at(kind).node().size() != was.path(kind).size()) {
                spec.forbidden("pod updates may not add or remove containers");
                return spec.problems();
            }
        }
        deadline(spec.at("activeDeadlineSeconds"), was.path("activeDeadlineSeconds"));
        boolean gated = !was.path("schedulingGates").isEmpty();
        tolerations(spec.at("tolerations"), was.path("tolerations"));
        gates(spec.at("schedulingGates"), was.path("schedulingGates"));
        rest(spec, was, gated);
        return spec.problems();
    }

    private static void deadline(Field deadline, JsonNode was) {
        if (deadline.present()) {
            if (deadline.number() < 0 || deadline.number() > Integer.MAX_VALUE) {
                deadline.invalid("must be between 0 and 2147483647, inclusive");
            } else if (was.isNumber() && deadline.number() > was.asLong()) {
                deadline.invalid("must be less than or equal to previous value");
            }
        } else if (was.isNumber()) {
            deadline.invalid(null, "must not update from a positive integer to nil value");
        }
    }

    /** Each toleration there was must still be there; only its seconds may differ. */
    private static void tolerations(Field tolerations, JsonNode was) {
        for (JsonNode before : was) {
            boolean kept = false;
            for (Field now : tolerations.items()) {
                kept |= withoutSeconds(before).equals(withoutSeconds(now.node()));
            }
            if (!kept) {
                tolerations.forbidden(
                        "existing toleration can not be modified except its tolerationSeconds");
                return;
            }
        }
    }

    private static JsonNode withoutSeconds(JsonNode toleration) {
        ObjectNode copy = toleration.deepCopy();
        copy.remove("tolerationSeconds");
        if (copy.path("operator").asText("").isEmpty()) {
            copy.put("operator", "Equal");
        }
        return copy;
    }

    private static void gates(Field gates, JsonNode was) {
        for (Field gate : gates.items()) {
            boolean known = false;
            for (JsonNode before : was) {
                known |= before.path("name").asText().equals(gate.text("name"));
            }
            if (!known) {
                gates.forbidden(
                        "only deletion is allowed, but found new scheduling gate '"
                                + gate.text("name")
                                + "'");
            }
        }
    }

    private static void rest(Field spec, JsonNode was, boolean gated) {
        ObjectNode now = comparable(spec.node());
        ObjectNode before = comparable(was);
        if (gated) {
            // Until it may be scheduled, a pod's choice of nodes may still become narrower.
            for (String name : List.of("nodeSelector", "affinity")) {
                now.remove(name);
                before.remove(name);
            }
        }
        if (was.path("terminationGracePeriodSeconds").asLong() < 0
                && now.path("terminationGracePeriodSeconds").asLong() == 1) {
            before.set("terminationGracePeriodSeconds", now.get("terminationGracePeriodSeconds"));
        }
        if (!now.equals(before)) {
            spec.forbidden(ALLOWED + "\n" + difference(now, before));
        }
    }

    /** The spec without what may change or what has a rule and a path of its own. */
    private static ObjectNode comparable(JsonNode spec) {
        ObjectNode copy = spec.deepCopy();
        copy.remove(
                List.of(
                        "activeDeadlineSeconds",
                        "tolerations",
                        "schedulingGates",
                        "serviceAccount"));
        for (String kind : List.of("containers", "initContainers")) {
            for (JsonNode container : copy.path(kind)) {
                ((ObjectNode) container).remove("image");
            }
        }
        List<String> empty = new ArrayList<>();
        for (Map.Entry<String, JsonNode> field : copy.properties()) {
            if (field.getValue().isNull()
                    || (field.getValue().isArray() && field.getValue().isEmpty())) {
                empty.add(field.getKey());
            }
        }
        copy.remove(empty);
        return copy;
    }

    private static String difference(ObjectNode now, ObjectNode before) {
        StringBuilder text = new StringBuilder();
        TreeSet<String> names = new TreeSet<>();
        now.fieldNames().forEachRemaining(names::add);
        before.fieldNames().forEachRemaining(names::add);
        for (String name : names) {
            if (!now.path(name).equals(before.path(name))) {
                text.append("- ").append(name).append(": ").append(shown(before, name));
                text.append("\n+ ").append(name).append(": ").append(shown(now, name));
                text.append('\n');
            }
        }
        return text.toString();
    }

    private static String shown(ObjectNode spec, String name) {
        return spec.has(name) ? spec.get(name).toString() : "null";
    }
}
