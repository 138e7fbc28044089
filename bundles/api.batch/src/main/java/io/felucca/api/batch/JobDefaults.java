package io.felucca.api.batch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.api.validation.PodDefaults;

/** What a Job gets when it does not say. */
final class JobDefaults {
    private static final int BACKOFF_LIMIT = 6;

    private JobDefaults() {}

    static void apply(ObjectNode job) {
        ObjectNode spec = job.withObject("/spec");
        PodDefaults.spec(spec.at("/template/spec"));
        if (!spec.hasNonNull("completions") && !spec.hasNonNull("parallelism")) {
            spec.put("completions", 1);
        }
        putIfAbsent(spec, "parallelism", 1);
        putIfAbsent(
                spec,
                "backoffLimit",
                spec.hasNonNull("backoffLimitPerIndex") ? Integer.MAX_VALUE : BACKOFF_LIMIT);
        if (!spec.hasNonNull("manualSelector")) {
            spec.put("manualSelector", false);
        }
        if (!spec.hasNonNull("podReplacementPolicy")) {
            spec.put(
                    "podReplacementPolicy",
                    spec.hasNonNull("podFailurePolicy") ? "Failed" : "TerminatingOrFailed");
        }
        labels(job);
    }

    /** A job without labels of its own shows those of its pods. */
    private static void labels(ObjectNode job) {
        JsonNode labels = job.at("/spec/template/metadata/labels");
        if (job.path("metadata").path("labels").isEmpty() && !labels.isEmpty()) {
            job.withObject("/metadata").set("labels", labels.deepCopy());
        }
    }

    private static void putIfAbsent(ObjectNode spec, String name, int value) {
        if (!spec.hasNonNull(name)) {
            spec.put(name, value);
        }
    }

    /** The selector that only this Job's pods can match, unless the client chose its own. */
    static void selector(ObjectNode job) {
        ObjectNode spec = job.withObject("/spec");
        if (spec.path("manualSelector").asBoolean()) {
            return;
        }
        String uid = job.path("metadata").path("uid").asText();
        String name = job.path("metadata").path("name").asText();
        ObjectNode labels = spec.withObject("/template/metadata/labels");
        putIfAbsent(labels, JobRules.OLD_UID_LABEL, uid);
        putIfAbsent(labels, JobRules.UID_LABEL, uid);
        putIfAbsent(labels, JobRules.OLD_NAME_LABEL, name);
        putIfAbsent(labels, JobRules.NAME_LABEL, name);
        ObjectNode selector = spec.withObject("/selector");
        if (!selector.hasNonNull("matchLabels")) {
            selector.putObject("matchLabels");
        }
        putIfAbsent((ObjectNode) selector.get("matchLabels"), JobRules.UID_LABEL, uid);
        labels(job);
    }

    private static void putIfAbsent(ObjectNode labels, String name, String value) {
        if (!labels.hasNonNull(name)) {
            labels.put(name, value);
        }
    }
}
