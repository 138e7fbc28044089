package io.felucca.apiserver.apiextensions;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.Subresource;
import io.felucca.machinery.FieldError;
import java.util.List;

/** The status of a custom resource: unlike that of built-in ones it takes no labels. */
final class CustomStatus implements Subresource.View {
    private final RuleRunner rules;

    CustomStatus(RuleRunner rules) {
        this.rules = rules;
    }

    @Override
    public ObjectNode show(ObjectNode object) {
        return object;
    }

    @Override
    public ObjectNode apply(ObjectNode object, ObjectNode body) {
        if (body.has("status")) {
            object.set("status", body.get("status"));
        } else {
            object.remove("status");
        }
        return object;
    }

    @Override
    public List<FieldError> validate(ObjectNode updated, ObjectNode old) {
        return rules.run(updated, old);
    }
}
