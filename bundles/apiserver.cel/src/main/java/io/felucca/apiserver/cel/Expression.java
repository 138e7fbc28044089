package io.felucca.apiserver.cel;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelVariableResolver;
import java.util.Map;

/** A compiled expression. Thread-safe. */
record Expression(CelAbstractSyntaxTree tree, CelRuntime.Program program) {

    /**
     * @param budget what all expressions of one request may still cost
     * @throws CostMeter.ExceededException when this expression, or all of them, cost too much
     * @throws CelEvaluationException for any other failure
     */
    Object run(Map<String, ?> variables, CostMeter.Budget budget) throws CelEvaluationException {
        return run(name -> java.util.Optional.ofNullable(variables.get(name)), budget);
    }

    /** The same with variables that are made when they are asked for. */
    Object run(CelVariableResolver variables, CostMeter.Budget budget)
            throws CelEvaluationException {
        CostMeter meter = new CostMeter(budget);
        try {
            return program.trace(variables, meter);
        } catch (CelEvaluationException e) {
            if (meter.isExceeded()) {
                throw new CostMeter.ExceededException(budget.isSpent());
            }
            throw e;
        }
    }

    /** Whether it refers to a variable. */
    boolean uses(String variable) {
        return tree.getReferenceMap().values().stream()
                .anyMatch(reference -> reference.name().equals(variable));
    }
}
