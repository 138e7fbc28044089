package io.felucca.apiserver.apiextensions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.Strategy;
import io.felucca.machinery.FieldError;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What holds for all custom resources beyond their schemas. */
final class CustomStrategy implements Strategy {
    private static final Set<String> PLAIN_FINALIZERS = Set.of("orphan", "foregroundDeletion");

    private final boolean hasStatus;
    private final RuleRunner rules;

    CustomStrategy(boolean hasStatus, RuleRunner rules) {
        this.hasStatus = hasStatus;
        this.rules = rules;
    }

    @Override
    public List<FieldError> validateCreate(ObjectNode object) {
        return rules.run(object, null);
    }

    @Override
    public List<FieldError> validateUpdate(ObjectNode object, ObjectNode old) {
        return rules.run(object, old);
    }

    @Override
    public List<String> warnings(ObjectNode object) {
        List<String> warnings = new ArrayList<>();
        for (JsonNode finalizer : object.path("metadata").path("finalizers")) {
            String name = finalizer.asText();
            if (name.indexOf('/') < 0 && !PLAIN_FINALIZERS.contains(name)) {
                warnings.add(
                        "metadata.finalizers: \""
                                + name
                                + "\": prefer a domain-qualified finalizer name including a path"
                                + " (/) to avoid accidental conflicts with other finalizer"
                                + " writers");
            }
        }
        return warnings;
    }

    @Override
    public boolean updatesUnconditionally() {
        return false;
    }

    @Override
    public boolean tracksGeneration(ObjectNode object) {
        return true;
    }

    /** With all but the metadata and, where it has a path of its own, the status. */
    @Override
    public boolean changesGeneration(ObjectNode object, ObjectNode old) {
        return differs(object, old) || differs(old, object);
    }

    private boolean differs(ObjectNode object, ObjectNode other) {
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            boolean counts =
                    !field.getKey().equals("metadata")
                            && !(hasStatus && field.getKey().equals("status"));
            if (counts && !field.getValue().equals(other.get(field.getKey()))) {
                return true;
            }
        }
        return false;
    }
}
