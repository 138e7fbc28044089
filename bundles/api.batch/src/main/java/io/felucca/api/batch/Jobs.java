package io.felucca.api.batch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.api.validation.Ages;
import io.felucca.api.validation.Cells;
import io.felucca.api.validation.Notices;
import io.felucca.apiserver.api.Column;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.SelectableField;
import io.felucca.apiserver.api.Strategy;
import io.felucca.apiserver.api.Subresource;
import io.felucca.machinery.FieldError;
import io.felucca.schema.Schemas;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** {@code jobs} with status. */
final class Jobs implements Strategy {
    static ResourceDefinition definition(Clock clock) {
        return BatchGroup.resource("Job", "jobs")
                .categories("all")
                .strategy(new Jobs())
                .subresource(
                        Subresource.status(
                                BatchGroup.kind("Job"), Schemas.of(BatchGroup.kind("Job"))))
                .selectableFields(
                        new SelectableField(
                                "status.successful",
                                job -> String.valueOf(job.at("/status/succeeded").asInt())))
                .columns(
                        Column.string("Status", Jobs::status),
                        Column.string("Completions", Jobs::completions),
                        Column.string("Duration", job -> duration(job, clock)),
                        Column.AGE,
                        Column.string("Containers", job -> Cells.containerNames(podSpec(job)))
                                .wide(),
                        Column.string("Images", job -> Cells.images(podSpec(job))).wide(),
                        Column.string("Selector", job -> Cells.selector(job.at("/spec/selector")))
                                .wide())
                .build();
    }

    private static JsonNode podSpec(JsonNode job) {
        return job.at("/spec/template/spec");
    }

    private static boolean has(JsonNode job, String condition) {
        for (JsonNode one : job.at("/status/conditions")) {
            if (one.path("type").asText().equals(condition)
                    && one.path("status").asText().equals("True")) {
                return true;
            }
        }
        return false;
    }

    private static Object status(JsonNode job) {
        if (has(job, "Complete")) {
            return "Complete";
        }
        if (has(job, "Failed")) {
            return "Failed";
        }
        if (job.path("metadata").hasNonNull("deletionTimestamp")) {
            return "Terminating";
        }
        for (String condition : List.of("Suspended", "FailureTarget", "SuccessCriteriaMet")) {
            if (has(job, condition)) {
                return condition;
            }
        }
        return "Running";
    }

    private static Object completions(JsonNode job) {
        int succeeded = job.at("/status/succeeded").asInt();
        JsonNode wanted = job.at("/spec/completions");
        if (wanted.isNumber()) {
            return succeeded + "/" + wanted.asInt();
        }
        int parallelism = job.at("/spec/parallelism").asInt();
        return succeeded + (parallelism > 1 ? "/1 of " + parallelism : "/1");
    }

    private static Object duration(JsonNode job, Clock clock) {
        Instant start = Ages.instant(job.at("/status/startTime").asText(""));
        if (start == null) {
            return "";
        }
        Instant end = Ages.instant(job.at("/status/completionTime").asText(""));
        return Ages.human(Duration.between(start, end == null ? clock.instant() : end));
    }

    @Override
    public List<String> notActedOn(ObjectNode object) {
        return Notices.notActedOn("Job", "job-controller");
    }

    @Override
    public void defaults(ObjectNode object) {
        JobDefaults.apply(object);
    }

    @Override
    public void prepareForCreate(ObjectNode object) {
        object.putObject("status");
        JobDefaults.selector(object);
    }

    /** As upstream keeps it for this version, so that old clients don't lose pods. */
    @Override
    public String defaultPropagation() {
        return "Orphan";
    }

    @Override
    public List<FieldError> validate(ObjectNode object) {
        return JobRules.check(object);
    }

    @Override
    public List<FieldError> validateUpdate(ObjectNode object, ObjectNode old) {
        return JobRules.checkUpdate(object, old);
    }
}
