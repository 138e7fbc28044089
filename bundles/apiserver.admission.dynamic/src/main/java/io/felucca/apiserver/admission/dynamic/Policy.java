package io.felucca.apiserver.admission.dynamic;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.apiserver.api.AdmissionExpressions;
import io.felucca.apiserver.api.AdmissionExpressions.Environment;
import io.felucca.apiserver.api.AdmissionExpressions.Evaluation;
import io.felucca.apiserver.api.AdmissionExpressions.Expression;
import io.felucca.apiserver.api.AdmissionExpressions.ExpressionException;
import io.felucca.apiserver.api.AdmissionExpressions.Inputs;
import io.felucca.apiserver.api.AdmissionExpressions.Scope;
import java.util.ArrayList;
import java.util.List;

/** A ValidatingAdmissionPolicy (KEP-3488), compiled with its first request. Thread-safe. */
final class Policy {
    private static final int LONGEST_MESSAGE = 5 * 1024;
    private static final int LONGEST_ANNOTATION = 10 * 1024;

    private final String name;
    private final RequestMatcher matcher;
    private final JsonNode spec;
    private final Scope scope;
    private final MatchConditions conditions;
    private final boolean ignoresFailures;
    private final Parts parts;
    private volatile Program program;

    /** One validation; {@code said} is null without a messageExpression. */
    private record Validation(JsonNode source, Expression expression, Expression said) {
        String text() {
            return source.path("expression").asText().strip();
        }
    }

    private record Annotation(String key, String text, Expression value) {}

    private record Program(
            Environment environment, List<Validation> validations, List<Annotation> annotations) {}

    /** Told of what one evaluation found. */
    interface Findings {
        /**
         * @param index of the validation
         * @param reason upstream's, possibly empty
         */
        void failed(int index, String message, String reason);

        /** An audit annotation could not be made, which refuses whatever the binding says. */
        void refused(String message);

        void annotation(String key, String value);
    }

    Policy(JsonNode object, Parts parts) {
        name = object.at("/metadata/name").asText();
        spec = object.path("spec");
        matcher = RequestMatcher.ofMatchResources(spec.path("matchConstraints"));
        scope = new Scope(spec.path("paramKind").isObject(), true, false);
        conditions = new MatchConditions(spec.path("matchConditions"), scope, parts::expressions);
        ignoresFailures = spec.path("failurePolicy").asText("Fail").equals("Ignore");
        this.parts = parts;
    }

    String name() {
        return name;
    }

    RequestMatcher matcher() {
        return matcher;
    }

    JsonNode paramKind() {
        return spec.path("paramKind");
    }

    boolean ignoresFailures() {
        return ignoresFailures;
    }

    /** Evaluates all with one parameter object. */
    void evaluate(Inputs inputs, Findings findings) {
        Program ready;
        try {
            if (!conditions.hold(() -> inputs)) {
                return;
            }
            ready = program();
        } catch (ExpressionException e) {
            failed(0, e.getMessage(), findings);
            return;
        }
        Evaluation evaluation = ready.environment.begin(inputs, AdmissionExpressions.POLICY_COST);
        for (int i = 0; i < ready.validations.size(); i++) {
            Validation validation = ready.validations.get(i);
            try {
                if (!Boolean.TRUE.equals(evaluation.value(validation.expression))) {
                    findings.failed(
                            i,
                            message(validation, evaluation),
                            validation.source.path("reason").asText(""));
                }
            } catch (ExpressionException e) {
                failed(i, MatchConditions.failed(validation.text(), e), findings);
            }
        }
        for (Annotation annotation : ready.annotations) {
            annotate(annotation, evaluation, findings);
        }
    }

    private void failed(int index, String message, Findings findings) {
        if (!ignoresFailures) {
            findings.failed(index, message, "");
        }
    }

    /** What the expression says, unless that can't be shown; else the fixed words. */
    private static String message(Validation validation, Evaluation evaluation) {
        String message = "";
        if (validation.said != null) {
            try {
                message = String.valueOf(evaluation.value(validation.said)).strip();
            } catch (ExpressionException e) {
                // As upstream: a message that can't be made is no reason of its own.
                message = "";
            }
            if (message.length() > LONGEST_MESSAGE || message.indexOf('\n') >= 0) {
                message = "";
            }
        }
        if (message.isEmpty()) {
            message = validation.source.path("message").asText("").strip();
        }
        return message.isEmpty() ? "failed expression: " + validation.text() : message;
    }

    private void annotate(Annotation annotation, Evaluation evaluation, Findings findings) {
        try {
            Object value = evaluation.value(annotation.value);
            String text = value == null ? "" : value.toString().strip();
            if (!text.isEmpty()) {
                findings.annotation(
                        annotation.key,
                        text.substring(0, Math.min(text.length(), LONGEST_ANNOTATION)));
            }
        } catch (ExpressionException e) {
            if (!ignoresFailures) {
                findings.refused(MatchConditions.failed(annotation.text, e));
            }
        }
    }

    private Program program() throws ExpressionException {
        Program known = program;
        if (known == null) {
            known = compiled();
            program = known;
        }
        return known;
    }

    private Program compiled() throws ExpressionException {
        Environment environment =
                MatchConditions.expressions(parts::expressions).environment(scope);
        for (JsonNode variable : spec.path("variables")) {
            environment.declare(
                    variable.path("name").asText(), variable.path("expression").asText());
        }
        List<Validation> validations = new ArrayList<>();
        for (JsonNode one : spec.path("validations")) {
            String said = one.path("messageExpression").asText("");
            validations.add(
                    new Validation(
                            one,
                            environment.compile(
                                    one.path("expression").asText(),
                                    AdmissionExpressions.Type.BOOL),
                            said.isEmpty()
                                    ? null
                                    : environment.compile(said, AdmissionExpressions.Type.STRING)));
        }
        List<Annotation> annotations = new ArrayList<>();
        for (JsonNode one : spec.path("auditAnnotations")) {
            String text = one.path("valueExpression").asText();
            annotations.add(
                    new Annotation(
                            name + "/" + one.path("key").asText(),
                            text,
                            environment.compile(text, AdmissionExpressions.Type.STRING_OR_NULL)));
        }
        return new Program(environment, List.copyOf(validations), List.copyOf(annotations));
    }
}
