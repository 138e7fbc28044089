package io.felucca.apiserver.cel;

import io.felucca.machinery.FieldError;
import io.felucca.machinery.Json;
import io.felucca.machinery.schema.Schema;
import io.felucca.machinery.schema.ValidationRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Finds what is wrong with the rules of a schema, in upstream's words. One use each. */
final class RuleCheck implements RuleNode.Listener {
    private static final double RULE_LIMIT = 10_000_000;
    private static final double SCHEMA_LIMIT = 100_000_000;
    private static final String ADVICE =
            " (try simplifying the rule, or adding maxItems, maxProperties, and maxLength where"
                    + " arrays, maps, and strings are declared)";

    private final List<FieldError> wrong = new ArrayList<>();
    private final String root;
    private final Schema schema;
    private double total;

    RuleCheck(Schema schema, String root) {
        this.schema = schema;
        this.root = root;
    }

    List<FieldError> run() {
        RuleNode unused = RuleNode.of(schema, root, this);
        if (total > SCHEMA_LIMIT) {
            wrong.add(
                    FieldError.forbidden(
                            root,
                            "x-kubernetes-validations estimated rule cost total for entire"
                                    + " OpenAPIv3 schema exceeds budget by factor of "
                                    + factor(total / SCHEMA_LIMIT)
                                    + ADVICE));
        }
        return wrong;
    }

    @Override
    public void failed(String path, int place, String field, String why) {
        wrong.add(FieldError.invalid(field(path, place, field), "", why));
    }

    @Override
    public void compiled(
            String path,
            int place,
            RuleNode.Rule rule,
            Schema node,
            double times,
            boolean correlatable) {
        ValidationRule source = rule.source();
        String at = field(path, place, "rule");
        if (source.rule().isBlank()) {
            wrong.add(FieldError.required(at, "rule is not specified"));
        }
        if (rule.isTransition() && !correlatable) {
            wrong.add(
                    FieldError.invalid(
                            at,
                            Json.object().put("rule", source.rule()),
                            "oldSelf cannot be used on the uncorrelatable portion of the schema"
                                    + " within "
                                    + path));
        }
        if (source.message().contains("\n") || source.message().contains("\r")) {
            wrong.add(
                    FieldError.invalid(
                            field(path, place, "message"),
                            source.message(),
                            "message must not contain line breaks"));
        }
        if (source.rule().contains("\n") && source.message().isBlank()) {
            wrong.add(
                    FieldError.required(
                            field(path, place, "message"),
                            "message must be specified if rule contains line breaks"));
        }
        if (!source.reason().isEmpty() && !RuleRun.REASONS.containsKey(source.reason())) {
            wrong.add(
                    FieldError.notSupported(
                            field(path, place, "reason"),
                            source.reason(),
                            new java.util.TreeSet<>(RuleRun.REASONS.keySet())));
        }
        fieldPath(path, place, source.fieldPath());
        cost(at, rule.condition(), node, times);
        if (rule.message() != null) {
            cost(field(path, place, "messageExpression"), rule.message(), node, times);
        }
    }

    private void fieldPath(String path, int place, String fieldPath) {
        if (!fieldPath.isEmpty() && !fieldPath.startsWith(".") && !fieldPath.startsWith("[")) {
            wrong.add(
                    FieldError.invalid(
                            field(path, place, "fieldPath"),
                            fieldPath,
                            "fieldPath must be a valid path: it must begin with a dot"));
        }
    }

    private void cost(String at, Expression expression, Schema node, double times) {
        double cost = CostEstimate.of(expression, node) * times;
        total += cost;
        if (cost > RULE_LIMIT) {
            wrong.add(
                    FieldError.forbidden(
                            at,
                            "estimated rule cost exceeds budget by factor of "
                                    + factor(cost / RULE_LIMIT)
                                    + ADVICE));
        }
    }

    private static String factor(double times) {
        return times > 100 ? "more than 100x" : String.format(Locale.ROOT, "%.1fx", times);
    }

    private static String field(String path, int place, String field) {
        return path + ".x-kubernetes-validations[" + place + "]." + field;
    }
}
