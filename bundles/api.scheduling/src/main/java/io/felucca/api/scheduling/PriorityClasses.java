package io.felucca.api.scheduling;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.api.validation.Field;
import io.felucca.apiserver.api.Column;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.Strategy;
import io.felucca.machinery.FieldError;
import io.felucca.machinery.GroupVersionKind;
import io.felucca.schema.Schemas;
import java.util.List;
import java.util.Map;

/** {@code priorityclasses}. */
final class PriorityClasses implements Strategy {
    static final GroupVersionKind KIND =
            new GroupVersionKind("scheduling.k8s.io", "v1", "PriorityClass");

    /** The classes of the system, with their values. */
    static final Map<String, Integer> SYSTEM =
            Map.of("system-node-critical", 2_000_001_000, "system-cluster-critical", 2_000_000_000);

    private static final int HIGHEST_OF_USERS = 1_000_000_000;

    static ResourceDefinition definition() {
        return ResourceDefinition.builder(KIND, "priorityclasses", Schemas.of(KIND))
                .clusterScoped()
                .shortNames("pc")
                .strategy(new PriorityClasses())
                .columns(
                        Column.integer("Value", object -> object.path("value").asLong()),
                        new Column(
                                "Global-Default",
                                "boolean",
                                "",
                                "Global-Default",
                                0,
                                object -> object.path("globalDefault").asBoolean()),
                        Column.AGE,
                        Column.string("PreemptionPolicy", PriorityClasses::policy))
                .build();
    }

    private static Object policy(JsonNode object) {
        String policy = object.path("preemptionPolicy").asText("");
        return policy.isEmpty() ? "<unset>" : policy;
    }

    @Override
    public boolean tracksGeneration(ObjectNode object) {
        return true;
    }

    @Override
    public boolean changesGeneration(ObjectNode object, ObjectNode old) {
        return false;
    }

    @Override
    public List<FieldError> validate(ObjectNode object) {
        Field priority = Field.root(object);
        Field name = priority.at("metadata", "name");
        Field value = priority.at("value");
        if (name.text().startsWith("system-")) {
            system(name, value);
        } else if (value.number() > HIGHEST_OF_USERS) {
            value.forbidden(
                    "maximum allowed value of a user defined priority is " + HIGHEST_OF_USERS);
        }
        priority.at("preemptionPolicy").oneOf(List.of("Never", "PreemptLowerPriority"));
        return priority.problems();
    }

    private static void system(Field name, Field value) {
        Integer known = SYSTEM.get(name.text());
        String why = "";
        if (known == null) {
            why = name.text() + " is not a known system priority class";
        } else if (value.number() != known) {
            why = "value of " + name.text() + " PriorityClass must be " + known;
        }
        if (!why.isEmpty()) {
            name.forbidden(
                    "priority class names with 'system-' prefix are reserved for system use only."
                            + " error: "
                            + why);
        }
    }

    @Override
    public List<FieldError> validateUpdate(ObjectNode object, ObjectNode old) {
        Field priority = Field.root(object);
        if (priority.at("value").number() != old.path("value").asLong()) {
            priority.at("value").forbidden("may not be changed in an update.");
        }
        priority.at("preemptionPolicy").immutable(old.path("preemptionPolicy"));
        return priority.problems();
    }
}
