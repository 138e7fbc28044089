package io.felucca.apiserver.cel;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cel.runtime.CelEvaluationException;
import io.felucca.apiserver.cel.CostMeter.ExceededException;
import io.felucca.apiserver.cel.RuleNode.Rule;
import io.felucca.machinery.FieldError;
import io.felucca.machinery.schema.Schema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Runs the rules of one schema on one object. A value that did not change is judged by transition
 * rules only (KEP-4008). One use each.
 */
final class RuleRun {
    static final Map<String, FieldError.Type> REASONS =
            Map.of(
                    "FieldValueInvalid", FieldError.Type.INVALID,
                    "FieldValueForbidden", FieldError.Type.FORBIDDEN,
                    "FieldValueRequired", FieldError.Type.REQUIRED,
                    "FieldValueDuplicate", FieldError.Type.DUPLICATE);

    private static final int LONGEST_MESSAGE = 5 * 1024;

    private final CostMeter.Budget budget = new CostMeter.Budget(CostMeter.OBJECT_LIMIT);
    private final List<FieldError> wrong = new ArrayList<>();

    List<FieldError> run(RuleNode root, JsonNode object, JsonNode old) {
        walk(root, object, old, "");
        return wrong;
    }

    private void walk(RuleNode node, JsonNode value, JsonNode old, String path) {
        if (node == null || value.isNull() || budget.isSpent()) {
            return;
        }
        if (!node.rules().isEmpty()) {
            rules(node, value, old, path);
        }
        if (value.isObject()) {
            for (Map.Entry<String, JsonNode> field : value.properties()) {
                RuleNode below = node.properties().get(field.getKey());
                if (below == null && node.schema().property(field.getKey()) == null) {
                    below = node.values();
                }
                JsonNode before = old == null ? null : old.get(field.getKey());
                String name =
                        node.values() == null
                                ? (path.isEmpty() ? "" : path + ".") + field.getKey()
                                : path + "[" + field.getKey() + "]";
                walk(below, field.getValue(), before, name);
            }
        } else if (value.isArray() && node.items() != null) {
            Map<String, JsonNode> known = byKeys(node.schema(), old);
            for (int i = 0; i < value.size(); i++) {
                JsonNode item = value.get(i);
                JsonNode before = known.get(keys(node.schema(), item));
                walk(node.items(), item, before, path + "[" + i + "]");
            }
        }
    }

    private static Map<String, JsonNode> byKeys(Schema list, JsonNode old) {
        Map<String, JsonNode> known = new HashMap<>();
        if (old != null && old.isArray() && list.listType() == Schema.ListType.MAP) {
            old.forEach(item -> known.put(keys(list, item), item));
        }
        return known;
    }

    private static String keys(Schema list, JsonNode item) {
        StringBuilder keys = new StringBuilder();
        for (String key : list.mapKeys()) {
            keys.append(item.path(key)).append('\n');
        }
        return keys.toString();
    }

    private void rules(RuleNode node, JsonNode value, JsonNode old, String path) {
        boolean unchanged = value.equals(old);
        boolean hasOld = old != null && !old.isNull();
        Object self = null;
        Object oldSelf = null;
        for (Rule rule : node.rules()) {
            boolean transition = rule.isTransition();
            boolean skipped =
                    (unchanged && !transition)
                            || (transition && !hasOld && !rule.source().optionalOldSelf());
            if (skipped || budget.isSpent()) {
                continue;
            }
            self = self == null ? SchemaValues.of(value, node.schema()) : self;
            oldSelf = oldSelf == null && hasOld ? SchemaValues.of(old, node.schema()) : oldSelf;
            Map<String, Object> variables = new HashMap<>();
            variables.put("self", self);
            if (rule.source().optionalOldSelf()) {
                variables.put("oldSelf", Optional.ofNullable(oldSelf));
            } else if (hasOld) {
                variables.put("oldSelf", oldSelf);
            }
            judge(rule, variables, value, path);
        }
    }

    private void judge(Rule rule, Map<String, Object> variables, JsonNode value, String path) {
        try {
            if (!Boolean.TRUE.equals(rule.condition().run(variables, budget))) {
                broken(rule, variables, value, path);
            }
        } catch (ExceededException e) {
            wrong.add(
                    FieldError.invalid(
                            path,
                            typeOf(value),
                            e.ofObject()
                                    ? "validation failed due to running out of cost budget, no"
                                            + " further validation rules will be run"
                                    : "call cost exceeds limit for rule: " + words(rule)));
        } catch (CelEvaluationException e) {
            wrong.add(
                    FieldError.invalid(
                            path,
                            typeOf(value),
                            e.getMessage() + " evaluating rule: " + words(rule)));
        }
    }

    private static String words(Rule rule) {
        String message = rule.source().message().strip();
        return message.isEmpty() ? rule.source().rule().strip() : message;
    }

    private void broken(Rule rule, Map<String, Object> variables, JsonNode value, String path) {
        String message = rule.source().message().strip();
        if (message.isEmpty()) {
            message = "failed rule: " + rule.source().rule().strip();
        }
        if (rule.message() != null) {
            message = said(rule.message(), variables).orElse(message);
        }
        FieldError.Type type =
                REASONS.getOrDefault(rule.source().reason(), FieldError.Type.INVALID);
        Object shown =
                type == FieldError.Type.DUPLICATE || type == FieldError.Type.INVALID
                        ? typeOf(value)
                        : null;
        wrong.add(new FieldError(type, join(path, rule.source().fieldPath()), shown, message));
    }

    /** A message that can't be made, or looks wrong, gives way to the fixed one. */
    private Optional<String> said(Expression expression, Map<String, Object> variables) {
        try {
            String text = String.valueOf(expression.run(variables, budget)).strip();
            boolean good =
                    !text.isEmpty() && text.indexOf('\n') < 0 && text.length() <= LONGEST_MESSAGE;
            return good ? Optional.of(text) : Optional.empty();
        } catch (ExceededException | CelEvaluationException e) {
            return Optional.empty();
        }
    }

    private static String join(String path, String fieldPath) {
        if (fieldPath.isEmpty()) {
            return path;
        }
        String plain = fieldPath.replace("['", "[").replace("']", "]");
        return path.isEmpty() && plain.startsWith(".") ? plain.substring(1) : path + plain;
    }

    private static String typeOf(JsonNode value) {
        return value.isNumber()
                ? value.isIntegralNumber() ? "integer" : "number"
                : value.getNodeType().name().toLowerCase(Locale.ROOT);
    }
}
