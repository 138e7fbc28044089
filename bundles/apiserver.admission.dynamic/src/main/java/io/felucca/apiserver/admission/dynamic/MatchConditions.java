package io.felucca.apiserver.admission.dynamic;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.apiserver.api.AdmissionExpressions;
import io.felucca.apiserver.api.AdmissionExpressions.Environment;
import io.felucca.apiserver.api.AdmissionExpressions.Evaluation;
import io.felucca.apiserver.api.AdmissionExpressions.Expression;
import io.felucca.apiserver.api.AdmissionExpressions.ExpressionException;
import io.felucca.apiserver.api.AdmissionExpressions.Inputs;
import io.felucca.apiserver.api.AdmissionExpressions.Scope;
import io.felucca.machinery.ApiException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * The conditions under which a webhook or policy is asked at all (KEP-3716): all of them. Compiled
 * when they are first needed. Thread-safe.
 */
final class MatchConditions {
    private final List<String> texts = new ArrayList<>();
    private final Scope scope;
    private final Supplier<AdmissionExpressions> part;
    private volatile Compiled compiled;

    private record Compiled(Environment environment, List<Expression> expressions) {}

    /**
     * @param part gives null while it is away
     */
    MatchConditions(JsonNode conditions, Scope scope, Supplier<AdmissionExpressions> part) {
        conditions.forEach(one -> texts.add(one.path("expression").asText()));
        this.scope = scope;
        this.part = part;
    }

    boolean isEmpty() {
        return texts.isEmpty();
    }

    /**
     * Whether all hold. One that does not hold counts more than one that fails.
     *
     * @throws ExpressionException with what failed, if nothing is false
     */
    boolean hold(Supplier<Inputs> inputs) throws ExpressionException {
        if (texts.isEmpty()) {
            return true;
        }
        Compiled ready = compiled();
        Evaluation evaluation =
                ready.environment.begin(inputs.get(), AdmissionExpressions.MATCH_CONDITIONS_COST);
        List<String> failures = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            try {
                if (!Boolean.TRUE.equals(evaluation.value(ready.expressions.get(i)))) {
                    return false;
                }
            } catch (ExpressionException e) {
                failures.add(failed(texts.get(i), e));
            }
        }
        if (failures.isEmpty()) {
            return true;
        }
        throw new ExpressionException(
                failures.size() == 1 ? failures.get(0) : failures.toString(), false);
    }

    /** Upstream's words for an expression that fails. */
    static String failed(String text, ExpressionException failure) {
        return failure.isOfAll()
                ? failure.getMessage()
                : "expression '" + text + "' resulted in error: " + failure.getMessage();
    }

    private Compiled compiled() throws ExpressionException {
        Compiled known = compiled;
        if (known == null) {
            Environment environment = expressions(part).environment(scope);
            List<Expression> expressions = new ArrayList<>();
            for (String text : texts) {
                expressions.add(environment.compile(text, AdmissionExpressions.Type.BOOL));
            }
            known = new Compiled(environment, List.copyOf(expressions));
            compiled = known;
        }
        return known;
    }

    /** Throws 503 while the part is away. */
    static AdmissionExpressions expressions(Supplier<AdmissionExpressions> part) {
        AdmissionExpressions now = part.get();
        if (now == null) {
            throw ApiException.unavailable(
                    "the part that runs CEL expressions is being replaced", 1);
        }
        return now;
    }
}
