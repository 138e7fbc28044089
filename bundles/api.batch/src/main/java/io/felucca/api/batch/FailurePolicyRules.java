package io.felucca.api.batch;

import io.felucca.api.validation.Field;
import java.util.List;

/** A Job's policies for failure and for early success. */
final class FailurePolicyRules {
    private static final List<String> ACTIONS = List.of("Count", "FailIndex", "FailJob", "Ignore");
    private static final int MAX_VALUES = 255;

    private FailurePolicyRules() {}

    static void check(Field spec) {
        Field policy = spec.at("podFailurePolicy");
        if (policy.present()) {
            Field restart = spec.at("template", "spec", "restartPolicy");
            if (!restart.text().equals("Never")) {
                restart.invalid("only \"Never\" is supported when podFailurePolicy is specified");
            }
            for (Field rule : policy.at("rules").items()) {
                rule(rule, spec);
            }
        }
        Field success = spec.at("successPolicy");
        if (success.present()) {
            if (!spec.text("completionMode").equals("Indexed")) {
                success.invalid("requires indexed completion mode");
            }
            if (!success.at("rules").filled()) {
                success.at("rules")
                        .required(
                                "at least one rules must be specified when the successPolicy is"
                                        + " specified");
            }
            for (Field rule : success.at("rules").items()) {
                if (!rule.has("succeededIndexes") && !rule.has("succeededCount")) {
                    rule.required(
                            "at least one of succeededCount or succeededIndexes must be specified");
                }
                if (rule.has("succeededCount") && rule.at("succeededCount").number() <= 0) {
                    rule.at("succeededCount").invalid("must be greater than or equal to 1");
                }
            }
        }
    }

    private static void rule(Field rule, Field spec) {
        if (rule.at("action").requireOneOf(ACTIONS)
                && rule.text("action").equals("FailIndex")
                && !spec.has("backoffLimitPerIndex")) {
            rule.at("action").invalid("requires the backoffLimitPerIndex to be set");
        }
        boolean codes = rule.has("onExitCodes");
        boolean conditions = rule.at("onPodConditions").filled();
        if (codes && conditions) {
            rule.invalid("specifying both OnExitCodes and OnPodConditions is not supported");
        } else if (!codes && !conditions) {
            rule.invalid("specifying one of OnExitCodes and OnPodConditions is required");
        }
        if (codes) {
            exitCodes(rule.at("onExitCodes"), spec);
        }
        for (Field condition : rule.at("onPodConditions").items()) {
            condition.at("type").require();
            condition.at("status").requireOneOf(List.of("False", "True", "Unknown"));
        }
    }

    private static void exitCodes(Field codes, Field spec) {
        codes.at("operator").requireOneOf(List.of("In", "NotIn"));
        Field name = codes.at("containerName");
        if (name.filled() && !hasContainer(spec, name.text())) {
            name.invalid("must be one of the container or initContainer names in the pod template");
        }
        Field values = codes.at("values");
        if (!values.filled()) {
            values.invalid("at least one value is required");
        } else if (values.node().size() > MAX_VALUES) {
            values.invalid("must have at most " + MAX_VALUES + " items");
        }
        for (Field value : values.items()) {
            if (value.number() == 0 && codes.text("operator").equals("In")) {
                value.invalid("must not be 0 for the In operator");
            }
        }
    }

    private static boolean hasContainer(Field spec, String name) {
        for (String kind : List.of("containers", "initContainers")) {
            for (Field container : spec.at("template", "spec", kind).items()) {
                if (container.text("name").equals(name)) {
                    return true;
                }
            }
        }
        return false;
    }
}
