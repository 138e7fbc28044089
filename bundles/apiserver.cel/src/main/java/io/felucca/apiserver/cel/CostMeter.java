package io.felucca.apiserver.cel;

import com.google.protobuf.ByteString;
import dev.cel.common.ast.CelExpr;
import dev.cel.runtime.CelEvaluationListener;
import java.util.HashMap;
import java.util.Map;

/**
 * Counts what an evaluation costs and ends it when that is too much: one unit a step, and for what
 * walks over text or lists a unit for each ten characters or each element, as upstream's cost model
 * has it. One use each.
 */
final class CostMeter implements CelEvaluationListener {
    /** For one expression on one value. */
    static final long CALL_LIMIT = 1_000_000;

    /** For all expressions on one object. */
    static final long OBJECT_LIMIT = 10_000_000;

    private static final int CHARACTERS_PER_UNIT = 10;

    /** As upstream: asking the authorizer is worth many steps. */
    private static final long AUTHORIZATION = 350_000;

    /** How much is left for one object. For one thread. */
    static final class Budget {
        private long left;

        Budget(long limit) {
            left = limit;
        }

        boolean isSpent() {
            return left < 0;
        }
    }

    /** Evaluation was stopped. */
    static final class ExceededException extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final boolean ofObject;

        /**
         * @param ofObject whether nothing is left for any other expression either
         */
        ExceededException(boolean ofObject) {
            super("the cost limit is exceeded");
            this.ofObject = ofObject;
        }

        boolean ofObject() {
            return ofObject;
        }
    }

    private final Budget budget;
    private final Map<Long, Long> sizes = new HashMap<>();
    private long cost;

    CostMeter(Budget budget) {
        this.budget = budget;
    }

    boolean isExceeded() {
        return cost > CALL_LIMIT || budget.isSpent();
    }

    @Override
    public void callback(CelExpr expression, Object value) {
        long size = size(value);
        long step = 1;
        switch (expression.getKind()) {
            case CALL -> {
                sizes.put(expression.id(), size);
                step += call(expression.call());
            }
            // A comprehension's steps were counted one by one.
            case COMPREHENSION, SELECT, IDENT, CONSTANT, LIST, MAP, STRUCT ->
                    sizes.put(expression.id(), size);
            case NOT_SET -> {
                // Has no value.
            }
        }
        cost += step;
        budget.left -= step;
        if (isExceeded()) {
            throw new ExceededException(budget.isSpent());
        }
    }

    private long call(CelExpr.CelCall call) {
        long walked = call.target().map(target -> sizeOf(target)).orElse(0L);
        long largest = walked;
        for (CelExpr argument : call.args()) {
            walked += sizeOf(argument);
            largest = Math.max(largest, sizeOf(argument));
        }
        return switch (call.function()) {
            case "matches", "find", "findAll" -> {
                long pattern = sizeOf(call.args().get(call.args().size() - 1));
                yield units(largest) * Math.max(1, pattern / 4);
            }
            case "check" -> AUTHORIZATION;
            case "_[_]", "size", "_&&_", "_||_", "!_", "_?_:_" -> 0;
            default -> units(walked);
        };
    }

    private long sizeOf(CelExpr expression) {
        return sizes.getOrDefault(expression.id(), 0L);
    }

    private static long units(long size) {
        return size / CHARACTERS_PER_UNIT;
    }

    /** In characters; a list's element counts as ten, so that walking over it costs a unit. */
    private static long size(Object value) {
        if (value instanceof CharSequence text) {
            return text.length();
        }
        if (value instanceof java.util.Collection<?> list) {
            return (long) list.size() * CHARACTERS_PER_UNIT;
        }
        if (value instanceof Map<?, ?> map) {
            return (long) map.size() * CHARACTERS_PER_UNIT;
        }
        return value instanceof ByteString bytes ? bytes.size() : 1;
    }
}
