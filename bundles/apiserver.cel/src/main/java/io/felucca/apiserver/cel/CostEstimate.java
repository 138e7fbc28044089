package io.felucca.apiserver.cel;

import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.CelCall;
import dev.cel.common.ast.CelExpr.CelComprehension;
import io.felucca.machinery.schema.Schema;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What an expression may cost at most, in the units of {@link CostMeter}: known before any object,
 * from the bounds in the schema. One use each.
 */
final class CostEstimate {
    private static final double CHARACTERS_PER_UNIT = 10;
    private static final double PATTERN_CHARACTERS_PER_UNIT = 4;

    /** What is known of the value of an expression: its size, and its schema if it has one. */
    private record Value(double cost, double size, Schema schema) {
        Value plus(double more) {
            return new Value(cost + more, size, schema);
        }
    }

    private final Map<String, Value> variables = new HashMap<>();

    private CostEstimate() {}

    /**
     * @param self what the rule is about
     */
    static double of(Expression expression, Schema self) {
        CostEstimate estimate = new CostEstimate();
        Value value = new Value(1, SizeEstimate.of(self), self);
        estimate.variables.put("self", value);
        estimate.variables.put("oldSelf", value);
        return estimate.value(expression.tree().getExpr()).cost();
    }

    private Value value(CelExpr expression) {
        return switch (expression.getKind()) {
            case CONSTANT -> new Value(0, constantSize(expression), null);
            case IDENT -> variables.getOrDefault(expression.ident().name(), new Value(1, 1, null));
            case SELECT -> select(expression.select());
            case CALL -> call(expression.call());
            case LIST -> sum(expression.list().elements(), expression.list().elements().size());
            case MAP -> {
                double cost = 1;
                for (CelExpr.CelMap.Entry entry : expression.map().entries()) {
                    cost += value(entry.key()).cost() + value(entry.value()).cost();
                }
                yield new Value(cost, expression.map().entries().size(), null);
            }
            case COMPREHENSION -> comprehension(expression.comprehension());
            case STRUCT, NOT_SET -> new Value(1, 1, null);
        };
    }

    private static double constantSize(CelExpr expression) {
        return switch (expression.constant().getKind()) {
            case STRING_VALUE -> expression.constant().stringValue().length();
            case BYTES_VALUE -> expression.constant().bytesValue().size();
            default -> 1;
        };
    }

    private Value sum(List<CelExpr> elements, double size) {
        double cost = 1;
        for (CelExpr element : elements) {
            cost += value(element).cost();
        }
        return new Value(cost, size, null);
    }

    private Value select(CelExpr.CelSelect select) {
        Value operand = value(select.operand());
        return of(field(operand.schema(), select.field())).plus(operand.cost());
    }

    private static Value of(Schema schema) {
        return schema == null
                ? new Value(1, 1, null)
                : new Value(1, SizeEstimate.of(schema), schema);
    }

    private static Schema field(Schema schema, String name) {
        if (schema == null) {
            return null;
        }
        if (schema.additionalProperties() != null) {
            return schema.additionalProperties();
        }
        for (Map.Entry<String, Schema> property : schema.properties().entrySet()) {
            if (name.equals(PropertyNames.escape(property.getKey()))) {
                Schema found = property.getValue();
                return found.validation() == null ? null : found;
            }
        }
        return null;
    }

    private Value call(CelCall call) {
        double cost = 1;
        double size = 0;
        double longest = 0;
        Value first = null;
        Value last = null;
        if (call.target().isPresent()) {
            first = value(call.target().get());
            cost += first.cost();
            size += first.size();
            longest = first.size();
        }
        for (CelExpr argument : call.args()) {
            last = value(argument);
            first = first == null ? last : first;
            cost += last.cost();
            size += last.size();
            longest = Math.max(longest, last.size());
        }
        return switch (call.function()) {
            case "_[_]", "_[?_]" -> of(element(first.schema())).plus(cost);
            case "_?._" -> of(field(first.schema(), constantText(call))).plus(cost);
            case "size", "_&&_", "_||_", "!_" -> new Value(cost, 1, null);
            case "_?_:_" -> new Value(cost, longest, last.schema());
            case "orValue", "value", "optional.of", "or" ->
                    new Value(cost, longest, first.schema());
            case "matches", "find", "findAll" ->
                    new Value(
                            cost
                                    + units(first.size())
                                            * Math.max(
                                                    1, last.size() / PATTERN_CHARACTERS_PER_UNIT),
                            first.size(),
                            null);
            case "_==_", "_!=_" -> new Value(cost + units(smaller(first, last)), 1, null);
            // What walks over a list or a text gives at most as much again.
            default -> new Value(cost + units(size), Math.max(1, size), null);
        };
    }

    private static double smaller(Value left, Value right) {
        return Math.min(left.size(), right.size());
    }

    private static String constantText(CelCall call) {
        CelExpr name = call.args().get(call.args().size() - 1);
        return name.getKind() == CelExpr.ExprKind.Kind.CONSTANT
                ? name.constant().stringValue()
                : "";
    }

    private static Schema element(Schema schema) {
        if (schema == null) {
            return null;
        }
        return schema.items() == null ? schema.additionalProperties() : schema.items();
    }

    private Value comprehension(CelComprehension loop) {
        Value range = value(loop.iterRange());
        Schema list = range.schema();
        boolean map = list != null && list.additionalProperties() != null;
        boolean two = !loop.iterVar2().isEmpty();
        Map<String, Value> outer = new HashMap<>(variables);
        // The variable over a map is its key, over a list its element, and of two the second one.
        variables.put(loop.iterVar(), map || two ? new Value(1, 64, null) : of(element(list)));
        if (two) {
            variables.put(loop.iterVar2(), of(element(list)));
        }
        Value start = value(loop.accuInit());
        variables.put(loop.accuVar(), new Value(1, 1, null));
        double each = value(loop.loopCondition()).cost() + value(loop.loopStep()).cost();
        Value result = value(loop.result());
        variables.clear();
        variables.putAll(outer);
        boolean makesList = loop.accuInit().getKind() == CelExpr.ExprKind.Kind.LIST;
        return new Value(
                range.cost() + start.cost() + range.size() * each + result.cost(),
                makesList ? range.size() : 1,
                makesList ? list : null);
    }

    private static double units(double size) {
        return Math.ceil(size / CHARACTERS_PER_UNIT);
    }
}
