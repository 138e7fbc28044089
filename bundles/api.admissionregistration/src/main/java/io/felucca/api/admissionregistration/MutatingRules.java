package io.felucca.api.admissionregistration;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.api.validation.Field;
import io.felucca.apiserver.api.AdmissionExpressions;
import io.felucca.apiserver.api.AdmissionExpressions.Environment;
import io.felucca.apiserver.api.AdmissionExpressions.Scope;
import io.felucca.apiserver.api.Strategy;
import io.felucca.machinery.FieldError;
import java.util.List;
import java.util.Map;

/** What a MutatingAdmissionPolicy must be like (KEP-3962). */
record MutatingRules(Expressions expressions) implements Strategy {
    /** The field that each type of patch has. */
    private static final Map<String, String> FIELDS =
            Map.of("ApplyConfiguration", "applyConfiguration", "JSONPatch", "jsonPatch");

    private static final List<String> TYPES = List.of("ApplyConfiguration", "JSONPatch");

    @Override
    public List<FieldError> validate(ObjectNode object) {
        Field spec = Field.root(object).at("spec");
        Policies.constraints(spec);
        spec.at("reinvocationPolicy").requireOneOf(List.of("IfNeeded", "Never"));
        for (Field rule : spec.at("matchConstraints").at("resourceRules").items()) {
            for (Field operation : rule.at("operations").items()) {
                if (operation.text().equals("DELETE")) {
                    operation.notSupported(List.of("CONNECT", "CREATE", "UPDATE"));
                }
            }
        }
        Scope scope = new Scope(Policies.params(spec), true, true);
        expressions.conditions(spec.at("matchConditions"), scope);
        Field mutations = spec.at("mutations");
        if (!mutations.filled()) {
            mutations.required("mutations must contain at least one item");
            return spec.problems();
        }
        Environment environment = expressions.environment(scope);
        Policies.variables(environment, spec.at("variables"));
        mutations.items().forEach(one -> mutation(environment, one));
        return spec.problems();
    }

    private static void mutation(Environment environment, Field mutation) {
        Field type = mutation.at("patchType");
        type.requireOneOf(TYPES);
        String wanted = FIELDS.get(type.text());
        if (wanted == null) {
            return;
        }
        for (String name : FIELDS.values()) {
            Field one = mutation.at(name);
            if (one.present() && !name.equals(wanted)) {
                one.invalid("must not be specified when patchType is " + type.text());
            }
        }
        Field patch = mutation.at(wanted);
        if (patch.present()) {
            Expressions.compile(
                    environment,
                    patch.at("expression"),
                    wanted.equals("jsonPatch")
                            ? AdmissionExpressions.Type.JSON_PATCH
                            : AdmissionExpressions.Type.APPLY_CONFIGURATION);
        } else {
            patch.required("must be specified when patchType is " + type.text());
        }
    }
}
