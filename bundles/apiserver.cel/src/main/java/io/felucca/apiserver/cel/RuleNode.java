package io.felucca.apiserver.cel;

import dev.cel.common.CelValidationException;
import dev.cel.common.types.CelType;
import dev.cel.common.types.OptionalType;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import io.felucca.machinery.schema.Schema;
import io.felucca.machinery.schema.ValidationRule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The rules of one schema node and of those below it; there are none for parts without rules.
 * Immutable.
 */
record RuleNode(
        Schema schema,
        List<Rule> rules,
        Map<String, RuleNode> properties,
        RuleNode items,
        RuleNode values) {

    /**
     * A compiled rule.
     *
     * @param message null without a messageExpression
     */
    record Rule(ValidationRule source, Expression condition, Expression message) {
        boolean isTransition() {
            return condition.uses("oldSelf") || (message != null && message.uses("oldSelf"));
        }
    }

    /** Told of each rule and of what can't be compiled. */
    interface Listener {
        /**
         * @param path of the schema node
         * @param place the rule's index
         */
        void failed(String path, int place, String field, String why);

        /**
         * @param times how many such values one object may hold at most
         * @param correlatable whether the value before can be told
         */
        void compiled(
                String path,
                int place,
                Rule rule,
                Schema schema,
                double times,
                boolean correlatable);
    }

    /** Null if there is no rule in the schema. */
    static RuleNode of(Schema schema, String path, Listener listener) {
        return node(schema, path, true, 1, true, listener);
    }

    private static RuleNode node(
            Schema schema,
            String path,
            boolean root,
            double times,
            boolean correlatable,
            Listener listener) {
        if (schema == null || schema.validation() == null) {
            return null;
        }
        List<Rule> rules = compiled(schema, path, root, times, correlatable, listener);
        Map<String, RuleNode> properties = new HashMap<>();
        schema.properties()
                .forEach(
                        (name, property) -> {
                            RuleNode below =
                                    node(
                                            property,
                                            path + ".properties[" + name + "]",
                                            false,
                                            times,
                                            correlatable,
                                            listener);
                            if (below != null) {
                                properties.put(name, below);
                            }
                        });
        double most = SizeEstimate.elements(schema);
        boolean keyed = schema.listType() == Schema.ListType.MAP;
        RuleNode items =
                node(
                        schema.items(),
                        path + ".items",
                        false,
                        times * most,
                        correlatable && keyed,
                        listener);
        RuleNode values =
                node(
                        schema.additionalProperties(),
                        path + ".additionalProperties",
                        false,
                        times * most,
                        correlatable,
                        listener);
        return rules.isEmpty() && properties.isEmpty() && items == null && values == null
                ? null
                : new RuleNode(schema, rules, Map.copyOf(properties), items, values);
    }

    private static List<Rule> compiled(
            Schema schema,
            String path,
            boolean root,
            double times,
            boolean correlatable,
            Listener listener) {
        List<Rule> rules = new ArrayList<>();
        List<ValidationRule> sources = schema.validation().rules();
        if (sources.isEmpty()) {
            return rules;
        }
        SchemaTypes types = new SchemaTypes();
        CelType self = types.of(schema, "object", root);
        CelCompiler plain = Environment.compiler(types, Map.of("self", self, "oldSelf", self));
        CelCompiler optional = null;
        for (int i = 0; i < sources.size(); i++) {
            ValidationRule source = sources.get(i);
            CelCompiler compiler = plain;
            if (source.optionalOldSelf()) {
                optional =
                        optional != null
                                ? optional
                                : Environment.compiler(
                                        types,
                                        Map.of("self", self, "oldSelf", OptionalType.create(self)));
                compiler = optional;
            }
            Expression condition =
                    compile(compiler, source.rule(), SimpleType.BOOL, path, i, "rule", listener);
            Expression message = null;
            if (!source.messageExpression().isEmpty()) {
                message =
                        compile(
                                compiler,
                                source.messageExpression(),
                                SimpleType.STRING,
                                path,
                                i,
                                "messageExpression",
                                listener);
            }
            if (condition != null) {
                Rule rule = new Rule(source, condition, message);
                rules.add(rule);
                listener.compiled(path, i, rule, schema, times, correlatable);
            }
        }
        return List.copyOf(rules);
    }

    private static Expression compile(
            CelCompiler compiler,
            String text,
            CelType result,
            String path,
            int place,
            String field,
            Listener listener) {
        try {
            return Environment.compile(compiler, text, List.of(result));
        } catch (CelValidationException e) {
            listener.failed(path, place, field, "compilation failed: " + e.getMessage());
            return null;
        }
    }
}
