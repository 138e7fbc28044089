package io.felucca.api.admissionregistration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.api.validation.Cells;
import io.felucca.api.validation.Field;
import io.felucca.api.validation.LabelRules;
import io.felucca.apiserver.api.AdmissionExpressions;
import io.felucca.apiserver.api.AdmissionExpressions.Environment;
import io.felucca.apiserver.api.AdmissionExpressions.ExpressionException;
import io.felucca.apiserver.api.AdmissionExpressions.Scope;
import io.felucca.apiserver.api.Column;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.Strategy;
import io.felucca.machinery.FieldError;
import io.felucca.machinery.NameRules;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Admission policies written in CEL, and their bindings. */
final class Policies {
    private Policies() {}

    static ResourceDefinition validating(Expressions expressions) {
        return policy(
                        "ValidatingAdmissionPolicy",
                        "validatingadmissionpolicies",
                        "validations",
                        new ValidatingRules(expressions))
                .subresource(AdmissionRegistrationGroup.status("v1", "ValidatingAdmissionPolicy"))
                .build();
    }

    static ResourceDefinition mutating(Expressions expressions) {
        return policy(
                        "MutatingAdmissionPolicy",
                        "mutatingadmissionpolicies",
                        "mutations",
                        new MutatingRules(expressions))
                .build();
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

    private static ResourceDefinition.Builder policy(
            String kind, String plural, String list, Strategy strategy) {
        return AdmissionRegistrationGroup.resource("v1", kind, plural)
                .clusterScoped()
                .categories("api-extensions")
                .strategy(strategy)
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

    static void constraints(Field spec) {
        spec.at("failurePolicy").requireOneOf(List.of("Fail", "Ignore"));
        Field constraints = spec.at("matchConstraints");
        if (!constraints.present()) {
            constraints.required("");
        } else {
            constraints.at("resourceRules").require();
            matchResources(constraints);
        }
    }

    /** Whether the policy has parameters. */
    static boolean params(Field spec) {
        Field kind = spec.at("paramKind");
        if (kind.present()) {
            kind.at("apiVersion").require();
            kind.at("kind").require();
        }
        return kind.present();
    }

    static void variables(Environment environment, Field variables) {
        variables.items().forEach(one -> variable(environment, one));
        duplicates(variables, "name");
    }

    private static void variable(Environment environment, Field variable) {
        Field name = variable.at("name");
        Field expression = variable.at("expression");
        if (!name.require()) {
            return;
        }
        if (!name.text().matches("[_a-zA-Z][_a-zA-Z0-9]*")) {
            name.invalid("name is not a valid CEL identifier");
        } else if (expression.text().isBlank()) {
            expression.required("expression is not specified");
        } else {
            try {
                environment.declare(name.text(), expression.text());
            } catch (ExpressionException e) {
                expression.invalid(e.getMessage());
            }
        }
    }

    static void duplicates(Field list, String key) {
        Set<String> seen = new HashSet<>();
        for (Field one : list.items()) {
            if (one.at(key).filled() && !seen.add(one.text(key))) {
                one.at(key).duplicate();
            }
        }
    }

    private static void matchResources(Field resources) {
        LabelRules.selector(resources.at("namespaceSelector"));
        LabelRules.selector(resources.at("objectSelector"));
        resources.at("resourceRules").items().forEach(ResourceRules::check);
        resources.at("excludeResourceRules").items().forEach(ResourceRules::check);
    }

    /** A ValidatingAdmissionPolicy. */
    private record ValidatingRules(Expressions expressions) implements Strategy {
        private static final int MOST_ANNOTATIONS = 20;
        private static final List<String> REASONS =
                List.of("Forbidden", "Invalid", "RequestEntityTooLarge", "Unauthorized");

        @Override
        public List<FieldError> validate(ObjectNode object) {
            Field spec = Field.root(object).at("spec");
            constraints(spec);
            Scope scope = new Scope(params(spec), true, false);
            expressions.conditions(spec.at("matchConditions"), scope);
            Field validations = spec.at("validations");
            Field annotations = spec.at("auditAnnotations");
            if (!validations.filled() && !annotations.filled()) {
                validations.required("validations or auditAnnotations must be non-empty");
                return spec.problems();
            }
            Environment environment = expressions.environment(scope);
            variables(environment, spec.at("variables"));
            validations.items().forEach(one -> validation(environment, one));
            annotations(environment, annotations);
            return spec.problems();
        }

        private static void validation(Environment environment, Field validation) {
            Expressions.compile(
                    environment, validation.at("expression"), AdmissionExpressions.Type.BOOL);
            if (validation.at("messageExpression").filled()) {
                Expressions.compile(
                        environment,
                        validation.at("messageExpression"),
                        AdmissionExpressions.Type.STRING);
            }
            Field message = validation.at("message");
            if (message.text().contains("\n")) {
                message.invalid("message must not contain line breaks");
            }
            if (validation.text("expression").contains("\n") && message.text().isBlank()) {
                message.required("message must be specified if expression contains line breaks");
            }
            validation.at("reason").oneOf(REASONS);
        }

        private static void annotations(Environment environment, Field annotations) {
            if (annotations.items().size() > MOST_ANNOTATIONS) {
                annotations.invalid(
                        annotations.items().size(),
                        "must have at most " + MOST_ANNOTATIONS + " auditAnnotations");
            }
            for (Field one : annotations.items()) {
                if (one.at("key").require()) {
                    one.at("key").follow(NameRules::qualifiedName);
                }
                Expressions.compile(
                        environment,
                        one.at("valueExpression"),
                        AdmissionExpressions.Type.STRING_OR_NULL);
            }
            duplicates(annotations, "key");
        }
    }

    private record BindingRules(boolean withActions) implements Strategy {
        @Override
        public List<FieldError> validate(ObjectNode object) {
            Field spec = Field.root(object).at("spec");
            spec.at("policyName").require();
            Field actions = spec.at("validationActions");
            if (withActions && actions.require()) {
                Set<String> seen = new HashSet<>();
                for (Field action : actions.items()) {
                    action.oneOf(List.of("Audit", "Deny", "Warn"));
                    if (!seen.add(action.text())) {
                        action.duplicate();
                    }
                }
                if (seen.containsAll(List.of("Deny", "Warn"))) {
                    actions.invalid(
                            "must not contain both Deny and Warn (repeating the same validation"
                                    + " failure information in the API response and headers serves"
                                    + " no purpose)");
                }
            }
            matchResources(spec.at("matchResources"));
            paramRef(spec.at("paramRef"));
            return spec.problems();
        }

        private static void paramRef(Field ref) {
            if (!ref.present()) {
                return;
            }
            if (ref.at("name").filled() == ref.has("selector")) {
                ref.at("name").forbidden("one of name or selector must be specified");
            }
            LabelRules.selector(ref.at("selector"));
            ref.at("parameterNotFoundAction").requireOneOf(List.of("Allow", "Deny"));
        }
    }
}
