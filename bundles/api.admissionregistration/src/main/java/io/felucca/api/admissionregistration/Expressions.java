package io.felucca.api.admissionregistration;

import io.felucca.api.validation.Field;
import io.felucca.apiserver.api.AdmissionExpressions;
import io.felucca.apiserver.api.AdmissionExpressions.Environment;
import io.felucca.apiserver.api.AdmissionExpressions.ExpressionException;
import io.felucca.apiserver.api.AdmissionExpressions.Scope;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.NameRules;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** The rules for expressions: they must be there, and compile. */
final class Expressions {
    private static final int MOST_CONDITIONS = 64;

    private final Supplier<AdmissionExpressions> part;

    /**
     * @param part gives null while it is away
     */
    Expressions(Supplier<AdmissionExpressions> part) {
        this.part = part;
    }

    /** Throws 503 while the part is away that compiles. */
    Environment environment(Scope scope) {
        AdmissionExpressions now = part.get();
        if (now == null) {
            throw ApiException.unavailable(
                    "the part that compiles CEL expressions is being replaced", 1);
        }
        return now.environment(scope);
    }

    /** The conditions of a webhook or policy. */
    void conditions(Field conditions, Scope scope) {
        if (!conditions.filled()) {
            return;
        }
        List<Field> all = conditions.items();
        if (all.size() > MOST_CONDITIONS) {
            conditions.invalid(
                    all.size(), "must have at most " + MOST_CONDITIONS + " match conditions");
            return;
        }
        Environment environment = environment(scope);
        Set<String> names = new HashSet<>();
        for (Field condition : all) {
            compile(environment, condition.at("expression"), AdmissionExpressions.Type.BOOL);
            Field name = condition.at("name");
            if (name.require()) {
                name.follow(NameRules::qualifiedName);
                if (!names.add(name.text())) {
                    name.duplicate();
                }
            }
        }
    }

    /** An expression that must be there. */
    static void compile(Environment environment, Field expression, AdmissionExpressions.Type type) {
        if (expression.text().isBlank()) {
            expression.required("expression is not specified");
            return;
        }
        try {
            AdmissionExpressions.Expression unused = environment.compile(expression.text(), type);
        } catch (ExpressionException e) {
            expression.invalid(e.getMessage());
        }
    }
}
