package io.felucca.api.batch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.api.validation.Field;
import io.felucca.api.validation.LabelRules;
import io.felucca.api.validation.TemplateRules;
import io.felucca.machinery.FieldError;
import java.util.List;
import java.util.Map;

/** The rules of a Job's spec. */
final class JobRules {
    static final String UID_LABEL = "batch.kubernetes.io/controller-uid";
    static final String NAME_LABEL = "batch.kubernetes.io/job-name";
    static final String OLD_UID_LABEL = "controller-uid";
    static final String OLD_NAME_LABEL = "job-name";

    /** More pods than this can't be kept apart in a Job's status (KEP-2214). */
    private static final int MAX_INDEXED_PARALLELISM = 100_000;

    private JobRules() {}

    static List<FieldError> check(ObjectNode object) {
        Field job = Field.root(object);
        Field spec = job.at("spec");
        if (!spec.at("manualSelector").isTrue()) {
            generatedSelector(job, spec.at("selector"));
        }
        if (!spec.at("selector").present()) {
            spec.at("selector").required("");
        } else {
            LabelRules.selector(spec.at("selector"));
        }
        TemplateRules.selects(spec.at("selector"), spec.at("template"));
        spec(spec);
        return job.problems();
    }

    private static void generatedSelector(Field job, Field selector) {
        String uid = job.at("metadata").text("uid");
        Map<String, String> labels = LabelRules.map(selector.at("matchLabels").node());
        boolean own =
                (labels.equals(Map.of(UID_LABEL, uid)) || labels.equals(Map.of(OLD_UID_LABEL, uid)))
                        && !selector.at("matchExpressions").filled();
        if (selector.present() && !own) {
            selector.invalid("`selector` not auto-generated");
        }
    }

    /** The rules that also hold for the template in a CronJob. */
    static void spec(Field spec) {
        for (String name :
                List.of(
                        "parallelism",
                        "completions",
                        "activeDeadlineSeconds",
                        "backoffLimit",
                        "ttlSecondsAfterFinished",
                        "backoffLimitPerIndex",
                        "maxFailedIndexes")) {
            spec.at(name).notNegative();
        }
        boolean indexed = completionMode(spec);
        if (!indexed && spec.at("backoffLimitPerIndex").present()) {
            spec.at("backoffLimitPerIndex").invalid("requires indexed completion mode");
        }
        if (spec.at("maxFailedIndexes").present() && !spec.has("backoffLimitPerIndex")) {
            spec.at("backoffLimitPerIndex").required("when maxFailedIndexes is specified");
        }
        spec.at("podReplacementPolicy").oneOf(List.of("Failed", "TerminatingOrFailed"));
        FailurePolicyRules.check(spec);
        TemplateRules.template(spec.at("template"));
        restartPolicy(spec.at("template", "spec", "restartPolicy"));
    }

    private static boolean completionMode(Field spec) {
        Field mode = spec.at("completionMode");
        boolean known = mode.oneOf(List.of("Indexed", "NonIndexed"));
        boolean indexed = known && mode.text().equals("Indexed");
        if (indexed && !spec.has("completions")) {
            spec.at("completions").required("when completion mode is Indexed");
        }
        if (indexed && spec.at("parallelism").number() > MAX_INDEXED_PARALLELISM) {
            spec.at("parallelism")
                    .invalid(
                            "must be less than or equal to "
                                    + MAX_INDEXED_PARALLELISM
                                    + " when completion mode is Indexed");
        }
        return indexed;
    }

    private static void restartPolicy(Field policy) {
        switch (policy.text()) {
            case "", "Always" -> policy.required("valid values: \"OnFailure\", \"Never\"");
            case "OnFailure", "Never" -> {
                // A job's containers come to an end.
            }
            default -> policy.notSupported(List.of("OnFailure", "Never"));
        }
    }

    static List<FieldError> checkUpdate(ObjectNode object, ObjectNode old) {
        Field spec = Field.root(object).at("spec");
        JsonNode was = old.path("spec");
        completions(spec, was);
        for (String name :
                List.of(
                        "selector",
                        "completionMode",
                        "podFailurePolicy",
                        "backoffLimitPerIndex",
                        "managedBy",
                        "successPolicy")) {
            spec.at(name).immutable(was.path(name));
        }
        template(spec, old);
        return spec.problems();
    }

    private static void completions(Field spec, JsonNode was) {
        Field completions = spec.at("completions");
        boolean elastic =
                spec.text("completionMode").equals("Indexed")
                        && completions.present()
                        && was.hasNonNull("completions");
        if (!elastic) {
            completions.immutable(was.path("completions"));
        } else if (!completions.node().equals(was.path("completions"))
                && !completions.node().equals(spec.at("parallelism").node())) {
            completions.invalid("can only be modified in tandem with spec.parallelism");
        }
    }

    /** While a Job is suspended and has not started, its scheduling directives may change. */
    private static void template(Field spec, ObjectNode old) {
        ObjectNode now = spec.at("template").node().deepCopy();
        ObjectNode was = old.path("spec").path("template").deepCopy();
        boolean unstarted =
                old.path("spec").path("suspend").asBoolean()
                        && !old.path("status").hasNonNull("startTime");
        if (unstarted) {
            for (ObjectNode template : List.of(now, was)) {
                template.withObject("/metadata").remove(List.of("labels", "annotations"));
                template.withObject("/spec")
                        .remove(
                                List.of(
                                        "affinity",
                                        "nodeSelector",
                                        "tolerations",
                                        "schedulingGates"));
            }
        }
        if (!now.equals(was)) {
            spec.at("template").invalid("field is immutable");
        }
    }
}
