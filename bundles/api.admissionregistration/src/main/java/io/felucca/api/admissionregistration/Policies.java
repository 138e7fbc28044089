package io.felucca.api.admissionregistration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.api.validation.Cells;
import io.felucca.api.validation.Field;
import io.felucca.api.validation.LabelRules;
import io.felucca.api.validation.Notices;
import io.felucca.apiserver.api.Column;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.Strategy;
import io.felucca.machinery.FieldError;
import java.util.List;

/** Admission policies written in CEL, and their bindings. */
final class Policies {
    private Policies() {}

    static ResourceDefinition validating() {
        return policy("ValidatingAdmissionPolicy", "validatingadmissionpolicies", "validations")
                .subresource(AdmissionRegistrationGroup.status("v1", "ValidatingAdmissionPolicy"))
                .build();
    }

    static ResourceDefinition mutating() {
        return policy("MutatingAdmissionPolicy", "mutatingadmissionpolicies", "mutations").build();
    }

    static ResourceDefinition validatingBindings() {
        return binding(
                "ValidatingAdmissionPolicyBinding",
                "validatingadmissionpolicybindings",
                new BindingRules(true));
    }

    static ResourceDefinition mutatingBindings() {
        return binding(
                "MutatingAdmissionPolicyBinding",
                "mutatingadmissionpolicybindings",
                new BindingRules(false));
    }

    private static ResourceDefinition.Builder policy(String kind, String plural, String list) {
        return AdmissionRegistrationGroup.resource("v1", kind, plural)
                .clusterScoped()
                .categories("api-extensions")
                .strategy(new PolicyRules(list))
                .columns(
                        Column.integer(
                                list.equals("validations") ? "Validations" : "Mutations",
                                object -> (long) object.path("spec").path(list).size()),
                        Column.string("ParamKind", Policies::paramKind),
                        Column.AGE);
    }

    private static Object paramKind(JsonNode policy) {
        JsonNode kind = policy.at("/spec/paramKind");
        return kind.has("kind")
                ? kind.path("apiVersion").asText() + "/" + kind.path("kind").asText()
                : "<unset>";
    }

    private static ResourceDefinition binding(String kind, String plural, Strategy strategy) {
        return AdmissionRegistrationGroup.resource("v1", kind, plural)
                .clusterScoped()
                .categories("api-extensions")
                .strategy(strategy)
                .columns(
                        Column.string(
                                "PolicyName", object -> object.at("/spec/policyName").asText()),
                        Column.string("ParamRef", Policies::paramRef),
                        Column.AGE)
                .build();
    }

    private static Object paramRef(JsonNode binding) {
        JsonNode ref = binding.at("/spec/paramRef");
        if (ref.isMissingNode() || ref.isNull()) {
            return "<unset>";
        }
        String namespace = ref.path("namespace").asText("*");
        return namespace + "/" + Cells.text(ref, "/name", Cells.selector(ref.path("selector")));
    }

    private record PolicyRules(String list) implements Strategy {
        @Override
        public List<String> notActedOn(ObjectNode object) {
            return Notices.notActedOn("An admission policy", "policy admission plugin");
        }

        @Override
        public List<FieldError> validate(ObjectNode object) {
            Field spec = Field.root(object).at("spec");
            spec.at("failurePolicy").requireOneOf(List.of("Fail", "Ignore"));
            Field constraints = spec.at("matchConstraints");
            if (!constraints.present()) {
                constraints.required("");
            } else {
                constraints.at("resourceRules").require();
                LabelRules.selector(constraints.at("namespaceSelector"));
                LabelRules.selector(constraints.at("objectSelector"));
            }
            Field rules = spec.at(list);
            if (list.equals("validations")) {
                if (!rules.filled() && !spec.at("auditAnnotations").filled()) {
                    rules.required("validations or auditAnnotations must be non-empty");
                }
                rules.items().forEach(rule -> rule.at("expression").require());
            } else {
                rules.require();
                rules.items()
                        .forEach(
                                rule ->
                                        rule.at("patchType")
                                                .requireOneOf(
                                                        List.of(
                                                                "ApplyConfiguration",
                                                                "JSONPatch")));
            }
            return spec.problems();
        }
    }

    private record BindingRules(boolean withActions) implements Strategy {
        @Override
        public List<FieldError> validate(ObjectNode object) {
            Field spec = Field.root(object).at("spec");
            spec.at("policyName").require();
            Field actions = spec.at("validationActions");
            if (withActions && actions.require()) {
                for (Field action : actions.items()) {
                    action.oneOf(List.of("Audit", "Deny", "Warn"));
                }
            }
            Field ref = spec.at("paramRef");
            if (ref.present() && ref.at("name").filled() == ref.has("selector")) {
                ref.at("name").forbidden("one of name or selector must be specified");
            }
            return spec.problems();
        }
    }
}
