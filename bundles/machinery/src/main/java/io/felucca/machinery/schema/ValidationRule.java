package io.felucca.machinery.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * One of {@code x-kubernetes-validations}: a CEL expression that must hold for a value (KEP-2876).
 *
 * @param rule the expression, over {@code self} and, for a transition rule, {@code oldSelf}
 * @param message what to say if it doesn't; may be empty
 * @param messageExpression a CEL expression that gives the message; may be empty
 * @param reason such as {@code FieldValueInvalid}; may be empty
 * @param fieldPath the field meant, relative to the value, such as {@code .spec.x}; may be empty
 * @param optionalOldSelf whether {@code oldSelf} is an optional, so that the rule holds at creation
 *     too
 */
public record ValidationRule(
        String rule,
        String message,
        String messageExpression,
        String reason,
        String fieldPath,
        boolean optionalOldSelf) {
    public ValidationRule {
        Objects.requireNonNull(rule, "rule");
        Objects.requireNonNull(message, "message");
        Objects.requireNonNull(messageExpression, "messageExpression");
        Objects.requireNonNull(reason, "reason");
        Objects.requireNonNull(fieldPath, "fieldPath");
    }

    /** Reads the rules of one schema node; none if there are none. */
    static List<ValidationRule> read(JsonNode rules) {
        List<ValidationRule> all = new ArrayList<>();
        for (JsonNode one : rules) {
            all.add(
                    new ValidationRule(
                            one.path("rule").asText(""),
                            one.path("message").asText(""),
                            one.path("messageExpression").asText(""),
                            one.path("reason").asText(""),
                            one.path("fieldPath").asText(""),
                            one.path("optionalOldSelf").asBoolean()));
        }
        return List.copyOf(all);
    }
}
