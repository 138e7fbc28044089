package io.felucca.api.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.testing.ResourceFixture;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobsTest {
    private static final Clock CLOCK =
            Clock.fixed(Instant.parse("2030-01-01T12:00:00Z"), ZoneOffset.UTC);

    private static final String JOB =
            """
            apiVersion: batch/v1
            kind: Job
            metadata:
              name: pi
            spec:
              template:
                spec:
                  restartPolicy: Never
                  containers:
                  - name: pi
                    image: perl:5
            """;

    private static final String CRON =
            """
            apiVersion: batch/v1
            kind: CronJob
            metadata:
              name: nightly
            spec:
              schedule: "0 3 * * *"
              jobTemplate:
                spec:
                  template:
                    spec:
                      restartPolicy: OnFailure
                      containers:
                      - name: a
                        image: a
            """;

    private final ResourceFixture jobs = ResourceFixture.of(new BatchGroup(CLOCK), "Job");
    private final ResourceFixture crons = ResourceFixture.of(new BatchGroup(CLOCK), "CronJob");

    @Test
    void aJobGetsItsDefaultsAndASelectorOfItsOwn() {
        ObjectNode job = jobs.create(JOB);
        ObjectNode spec = (ObjectNode) job.get("spec");
        assertEquals(1, spec.get("completions").asInt());
        assertEquals(1, spec.get("parallelism").asInt());
        assertEquals(6, spec.get("backoffLimit").asInt());
        assertEquals("TerminatingOrFailed", spec.get("podReplacementPolicy").asText());
        assertEquals(
                "{\"matchLabels\":{\"batch.kubernetes.io/controller-uid\":\""
                        + ResourceFixture.UID
                        + "\"}}",
                spec.get("selector").toString());
        assertEquals("pi", spec.at("/template/metadata/labels/job-name").asText());
        assertEquals(4, spec.at("/template/metadata/labels").size());
        assertEquals(
                spec.at("/template/metadata/labels"),
                job.at("/metadata/labels"),
                "a job without labels has those of its pods");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            textBlock =
                    """
                    /spec/template/spec/restartPolicy | "Always" | spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"
                    /spec/completions | -1 | spec.completions: Invalid value: -1: must be greater than or equal to 0
                    /spec/parallelism | -1 | spec.parallelism: Invalid value: -1: must be greater than or equal to 0
                    /spec/backoffLimit | -1 | spec.backoffLimit: Invalid value: -1: must be greater than or equal to 0
                    /spec/selector | {"matchLabels":{"a":"b"}} | spec.selector: Invalid value: {"matchLabels":{"a":"b","batch.kubernetes.io/controller-uid":"c0ffee00-0000-4000-8000-000000000001"}}: `selector` not auto-generated && spec.template.metadata.labels: Invalid value: {"controller-uid":"c0ffee00-0000-4000-8000-000000000001","batch.kubernetes.io/controller-uid":"c0ffee00-0000-4000-8000-000000000001","job-name":"pi","batch.kubernetes.io/job-name":"pi"}: `selector` does not match template `labels`
                    /spec/backoffLimitPerIndex | 1 | spec.backoffLimitPerIndex: Invalid value: 1: requires indexed completion mode
                    """)
    void aBrokenRuleOfAJobIsNamed(String pointer, String value, String messages) {
        assertEquals(List.of(messages.split(" && ")), jobs.problems(JOB, pointer, value));
    }

    @Test
    void whatAJobRunsCanNotChange() {
        ObjectNode stored = jobs.create(JOB);
        assertEquals(List.of(), jobs.updateProblems(stored, "/spec/parallelism", "3"));
        assertEquals(
                List.of("spec.completions: Invalid value: 3: field is immutable"),
                jobs.updateProblems(stored, "/spec/completions", "3"));
        List<String> problems =
                jobs.updateProblems(stored, "/spec/template/spec/containers/0/image", "\"perl:6\"");
        assertEquals(1, problems.size());
        assertEquals(
                true,
                problems.get(0).startsWith("spec.template: Invalid value: {")
                        && problems.get(0).endsWith(": field is immutable"));
    }

    @Test
    void theTableShowsHowFarAJobIs() {
        ObjectNode stored = jobs.create(JOB);
        ResourceFixture.put(stored, "/status", "{\"startTime\":\"2030-01-01T11:58:30Z\"}");
        assertEquals(List.of("Running", "0/1", "90s", "AGE"), jobs.cells(stored));
        ResourceFixture.put(
                stored,
                "/status",
                "{\"startTime\":\"2030-01-01T11:50:00Z\",\"completionTime\":\"2030-01-01T11:53:05Z\","
                    + "\"succeeded\":1,\"conditions\":[{\"type\":\"Complete\",\"status\":\"True\"}]}");
        assertEquals(List.of("Complete", "1/1", "3m5s", "AGE"), jobs.cells(stored));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            textBlock =
                    """
                    /spec/schedule | "* * *" | spec.schedule: Invalid value: "* * *": expected exactly 5 fields, found 3: [* * *]
                    /spec/schedule | "60 * * * *" | spec.schedule: Invalid value: "60 * * * *": end of range (60) above maximum (59): 60
                    /spec/schedule | "5-1 * * * *" | spec.schedule: Invalid value: "5-1 * * * *": beginning of range (5) beyond end of range (1): 5-1
                    /spec/schedule | "@often" | spec.schedule: Invalid value: "@often": unrecognized descriptor: @often
                    /spec/schedule | "TZ=UTC 0 0 * * *" | spec.schedule: Invalid value: "TZ=UTC 0 0 * * *": cannot use TZ or CRON_TZ in schedule, use timeZone field instead
                    /spec/timeZone | "Mars/Olympus" | spec.timeZone: Invalid value: "Mars/Olympus": unknown time zone Mars/Olympus
                    /spec/concurrencyPolicy | "X" | spec.concurrencyPolicy: Unsupported value: "X": supported values: "Allow", "Forbid", "Replace"
                    /spec/jobTemplate/spec/template/spec/restartPolicy | "Always" | spec.jobTemplate.spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"
                    /metadata/name | "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" | metadata.name: Invalid value: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa": must be no more than 52 characters
                    """)
    void aBrokenRuleOfACronJobIsNamed(String pointer, String value, String message) {
        crons.create(CRON);
        assertEquals(List.of(message), crons.problems(CRON, pointer, value));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    */15 0 1,15 * 1-5
                    0 0 1 jan sun
                    @daily
                    @every 1h30m
                    5/10 * ? * *
                    """)
    void goodSchedulesAreTaken(String schedule) {
        assertEquals(true, CronSyntax.problem(schedule).isEmpty());
    }
}
