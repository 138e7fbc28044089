package io.felucca.api.validation;

import io.felucca.machinery.NameRules;
import java.util.List;

/** Tolerations and taints. */
public final class TolerationRules {
    private static final List<String> EFFECTS =
            List.of("NoSchedule", "PreferNoSchedule", "NoExecute");

    private TolerationRules() {}

    public static void tolerations(Field tolerations) {
        for (Field toleration : tolerations.items()) {
            toleration(toleration);
        }
    }

    private static void toleration(Field toleration) {
        Field operator = toleration.at("operator");
        Field effect = toleration.at("effect");
        toleration.at("key").followIfSet(NameRules::qualifiedName);
        if (!toleration.at("key").filled() && !operator.text().equals("Exists")) {
            operator.invalid(
                    "operator must be Exists when `key` is empty, which means \"match all values"
                            + " and all keys\"");
        }
        if (toleration.has("tolerationSeconds") && !effect.text().equals("NoExecute")) {
            effect.invalid("effect must be 'NoExecute' when `tolerationSeconds` is set");
        }
        switch (operator.text()) {
            case "", "Equal" ->
                    NameRules.labelValue(toleration.text("value"))
                            .forEach(m -> operator.invalid(toleration.text("value"), m));
            case "Exists" -> {
                if (toleration.at("value").filled()) {
                    operator.invalid(
                            toleration.node(), "value must be empty when `operator` is 'Exists'");
                }
            }
            case "Gt", "Lt" -> {
                if (!toleration.text("value").matches("-?[0-9]{1,18}")) {
                    toleration
                            .at("value")
                            .invalid("must be a valid integer when `operator` is 'Lt' or 'Gt'");
                }
            }
            default -> operator.notSupported(List.of("Equal", "Exists", "Gt", "Lt"));
        }
        effect.oneOf(EFFECTS);
    }

    /** The taints of a node. */
    public static void taints(Field taints) {
        java.util.Set<String> seen = new java.util.HashSet<>();
        for (Field taint : taints.items()) {
            taint.at("key").follow(NameRules::qualifiedName);
            NameRules.labelValue(taint.text("value"))
                    .forEach(message -> taint.at("value").invalid(message));
            if (!taint.at("effect").filled()) {
                taint.at("effect").required("");
            } else {
                taint.at("effect").oneOf(EFFECTS);
            }
            if (!seen.add(taint.text("key") + ":" + taint.text("effect"))) {
                taint.named(taint.path()).duplicate(taint.node());
            }
        }
    }
}
