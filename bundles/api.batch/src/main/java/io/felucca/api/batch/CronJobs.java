package io.felucca.api.batch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.api.validation.Ages;
import io.felucca.api.validation.Cells;
import io.felucca.api.validation.Field;
import io.felucca.api.validation.Notices;
import io.felucca.api.validation.PodDefaults;
import io.felucca.apiserver.api.Column;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.Strategy;
import io.felucca.apiserver.api.Subresource;
import io.felucca.machinery.FieldError;
import io.felucca.schema.Schemas;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;

/** {@code cronjobs} with status. */
final class CronJobs implements Strategy {
    /** A Job's name adds eleven characters and must remain a label. */
    private static final int MAX_NAME = 52;

    static ResourceDefinition definition(Clock clock) {
        return BatchGroup.resource("CronJob", "cronjobs")
                .shortNames("cj")
                .categories("all")
                .strategy(new CronJobs())
                .subresource(
                        Subresource.status(
                                BatchGroup.kind("CronJob"), Schemas.of(BatchGroup.kind("CronJob"))))
                .columns(
                        Column.string("Schedule", cron -> cron.at("/spec/schedule").asText()),
                        Column.string(
                                "Timezone", cron -> Cells.text(cron, "/spec/timeZone", "<none>")),
                        new Column("Suspend", "boolean", "", "Suspend", 0, CronJobs::suspend),
                        Column.integer("Active", cron -> (long) cron.at("/status/active").size()),
                        Column.string("Last Schedule", cron -> lastSchedule(cron, clock)),
                        Column.AGE,
                        Column.string("Containers", cron -> Cells.containerNames(podSpec(cron)))
                                .wide(),
                        Column.string("Images", cron -> Cells.images(podSpec(cron))).wide(),
                        Column.string(
                                        "Selector",
                                        cron ->
                                                Cells.selector(
                                                        cron.at("/spec/jobTemplate/spec/selector")))
                                .wide())
                .build();
    }

    private static JsonNode podSpec(JsonNode cron) {
        return cron.at("/spec/jobTemplate/spec/template/spec");
    }

    private static Object suspend(JsonNode cron) {
        return cron.at("/spec/suspend").asBoolean() ? "True" : "False";
    }

    private static Object lastSchedule(JsonNode cron, Clock clock) {
        String last = cron.at("/status/lastScheduleTime").asText("");
        return last.isEmpty() ? "<none>" : Ages.since(last, clock);
    }

    @Override
    public List<String> notActedOn(ObjectNode object) {
        return Notices.notActedOn("CronJob", "cronjob-controller");
    }

    @Override
    public void defaults(ObjectNode object) {
        PodDefaults.spec(podSpec(object));
    }

    @Override
    public void prepareForCreate(ObjectNode object) {
        object.putObject("status");
    }

    @Override
    public List<FieldError> validate(ObjectNode object) {
        Field cron = Field.root(object);
        Field name = cron.at("metadata", "name");
        if (name.text().length() > MAX_NAME) {
            name.invalid("must be no more than " + MAX_NAME + " characters");
        }
        Field spec = cron.at("spec");
        schedule(spec);
        spec.at("startingDeadlineSeconds").notNegative();
        spec.at("concurrencyPolicy").requireOneOf(List.of("Allow", "Forbid", "Replace"));
        spec.at("successfulJobsHistoryLimit").notNegative();
        spec.at("failedJobsHistoryLimit").notNegative();
        Field job = spec.at("jobTemplate", "spec");
        if (job.has("selector")) {
            job.at("selector").invalid("`selector` will be auto-generated");
        }
        if (job.at("manualSelector").isTrue()) {
            job.at("manualSelector").notSupported(List.of("nil", "false"));
        }
        JobRules.spec(job);
        return cron.problems();
    }

    private static void schedule(Field spec) {
        Field schedule = spec.at("schedule");
        if (schedule.require()) {
            String zoned = schedule.text();
            if (zoned.startsWith("TZ=") || zoned.startsWith("CRON_TZ=")) {
                schedule.invalid(
                        "cannot use TZ or CRON_TZ in schedule, use timeZone field instead");
            } else {
                CronSyntax.problem(zoned).ifPresent(schedule::invalid);
            }
        }
        Field zone = spec.at("timeZone");
        if (!zone.present()) {
            return;
        }
        if (zone.text().isEmpty()) {
            zone.invalid("timeZone must be nil or non-empty string");
        } else if (zone.text().toLowerCase(Locale.ROOT).equals("local")) {
            zone.invalid(
                    "timeZone must be an explicit time zone as defined in"
                            + " https://www.iana.org/time-zones");
        } else if (!isZone(zone.text())) {
            zone.invalid("unknown time zone " + zone.text());
        }
    }

    private static boolean isZone(String name) {
        try {
            ZoneId.of(name);
            return !name.startsWith("+") && !name.startsWith("-");
        } catch (DateTimeException e) {
            return false;
        }
    }
}
