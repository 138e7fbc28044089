package io.felucca.apiserver.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.apiserver.api.Auditor;
import io.felucca.apiserver.api.Auditor.Asked;
import io.felucca.apiserver.api.Auditor.Trail;
import io.felucca.apiserver.api.Authorizer.Decision;
import io.felucca.apiserver.api.Authorizer.Verdict;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.machinery.Json;
import io.felucca.metrics.Exposition;
import io.felucca.metrics.Format;
import io.felucca.testing.FakeClock;
import io.felucca.testing.MetricsText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AuditTest {
    private static final UserInfo JANE = UserInfo.of("jane", "team");

    private final FakeClock clock = new FakeClock();
    private final List<JsonNode> events = new ArrayList<>();

    private final Backend backend =
            new Backend() {
                @Override
                public void take(byte[] event) {
                    events.add(Json.parseObject(event));
                }

                @Override
                public void close() {
                    events.clear();
                }
            };

    private final AuditMetrics metrics = new AuditMetrics();

    private double metric(String name, String... labels) {
        byte[] text = Exposition.write(List.of(metrics.set()), Format.TEXT);
        return MetricsText.parse(new String(text, StandardCharsets.UTF_8))
                .value("apiserver_audit_" + name, labels)
                .orElse(0.0);
    }

    private Audit audit(String... rules) {
        return audit("", rules);
    }

    private Audit audit(String more, String[] rules) {
        String policy =
                "{apiVersion: audit.k8s.io/v1, kind: Policy, "
                        + more
                        + "rules: ["
                        + String.join(", ", rules)
                        + "]}";
        return new Audit(
                AuditPolicy.read(policy.getBytes(StandardCharsets.UTF_8)),
                List.of(backend),
                clock,
                metrics);
    }

    private static Asked asked(String verb, String resource, String namespace, String name) {
        return new Asked(
                "id-1",
                verb,
                "/api/v1/" + resource,
                JANE,
                Optional.empty(),
                List.of("10.0.0.1"),
                "kubectl",
                Optional.of(new GroupVersionResource("", "v1", resource)),
                "",
                namespace,
                name,
                "");
    }

    private static Asked path(String path) {
        return new Asked(
                "id-2",
                "get",
                path,
                JANE,
                Optional.empty(),
                List.of(),
                "",
                Optional.empty(),
                "",
                "",
                "",
                path);
    }

    private static byte[] bytes(String quoted) {
        return quoted.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void whatAnAdmissionPluginNotesIsInTheRecord() {
        Trail trail = audit("{level: Metadata}").begin(asked("create", "pods", "ns", "p"));
        trail.annotate("pod-security.kubernetes.io/enforce-policy", "baseline:latest");
        trail.decided(new Decision(Verdict.ALLOW, ""));
        trail.complete(201, new byte[0]);
        JsonNode annotations = events.get(1).get("annotations");
        assertEquals(
                "baseline:latest",
                annotations.path("pod-security.kubernetes.io/enforce-policy").asText());
        assertEquals("allow", annotations.path("authorization.k8s.io/decision").asText());
    }

    @Test
    void metadataSaysWhoDidWhatAndWhatCameOfItButNoContents() {
        Trail trail = audit("{level: Metadata}").begin(asked("create", "secrets", "ns", ""));
        assertFalse(trail.keepsRequest());
        assertFalse(trail.keepsResponse());
        trail.decided(new Decision(Verdict.ALLOW, "RBAC: allowed"));
        trail.complete(201, bytes("{'data':'hush'}"));
        assertEquals(
                List.of("RequestReceived", "ResponseComplete"),
                events.stream().map(one -> one.path("stage").asText()).toList());
        JsonNode last = events.get(1);
        assertEquals("jane", last.at("/user/username").asText());
        assertEquals("secrets", last.at("/objectRef/resource").asText());
        assertEquals(201, last.at("/responseStatus/code").asInt());
        JsonNode annotations = last.path("annotations");
        assertEquals("allow", annotations.path("authorization.k8s.io/decision").asText());
        assertEquals("RBAC: allowed", annotations.path("authorization.k8s.io/reason").asText());
        assertFalse(last.toString().contains("hush"));
    }

    @Test
    void requestAndResponseAreKeptAsTheLevelSays() {
        Audit audit =
                audit(
                        "omitManagedFields: true, omitStages: [RequestReceived], ",
                        new String[] {"{level: RequestResponse}"});
        Trail trail = audit.begin(asked("create", "configmaps", "ns", ""));
        trail.request(bytes("{'metadata':{'name':'a','managedFields':[1]}}"));
        trail.complete(201, bytes("{'metadata':{'name':'a','uid':'u','managedFields':[1]}}"));
        assertEquals(1, events.size());
        assertEquals("{\"name\":\"a\"}", events.get(0).at("/requestObject/metadata").toString());
        assertEquals("u", events.get(0).at("/responseObject/metadata/uid").asText());
        assertTrue(events.get(0).at("/responseObject/metadata/managedFields").isMissingNode());
    }

    @Test
    void aRefusalIsOnRecordWithItsReason() {
        Trail trail = audit("{level: RequestResponse}").begin(asked("get", "pods", "ns", "p"));
        trail.decided(new Decision(Verdict.NO_OPINION, "no role"));
        trail.complete(403, bytes("{'kind':'Status','status':'Failure','reason':'Forbidden'}"));
        JsonNode last = events.get(1);
        assertEquals(
                "forbid", last.path("annotations").path("authorization.k8s.io/decision").asText());
        assertEquals("Forbidden", last.at("/responseStatus/reason").asText());
    }

    @Test
    void theFirstRuleThatFitsDecides() {
        Audit audit =
                audit(
                        "{level: None, users: [system:kube-proxy]}",
                        "{level: None, nonResourceURLs: ['/healthz*', /version]}",
                        "{level: Metadata, resources: [{group: '', resources: [secrets, pods/*]}]}",
                        "{level: Request, namespaces: [kube-system], verbs: [delete]}",
                        "{level: None, userGroups: [team]}");
        assertSame(Auditor.NO_TRAIL, audit.begin(path("/healthz/ping")));
        assertSame(Auditor.NO_TRAIL, audit.begin(path("/version")));
        assertFalse(audit.begin(asked("get", "secrets", "a", "s")).keepsRequest());
        assertTrue(audit.begin(asked("delete", "pods", "kube-system", "p")).keepsRequest());
        assertSame(Auditor.NO_TRAIL, audit.begin(asked("get", "pods", "kube-system", "p")));
        assertEquals(2, events.size());
    }

    @Test
    void aWatchIsOnRecordWhenItStartsAndWhenItEnds() {
        Trail trail = audit("{level: Metadata}").begin(asked("watch", "pods", "", ""));
        trail.started(200);
        clock.advance(Duration.ofMinutes(1));
        trail.complete(200, new byte[0]);
        assertEquals(
                List.of("RequestReceived", "ResponseStarted", "ResponseComplete"),
                events.stream().map(one -> one.path("stage").asText()).toList());
        assertFalse(
                events.get(1).path("stageTimestamp").equals(events.get(2).path("stageTimestamp")));
    }

    @Test
    void aPolicyThatIsWrongSaysWhere() {
        for (String rule :
                List.of(
                        "{level: Everything}",
                        "{level: Metadata, omitStages: [Later]}",
                        "{level: Metadata, user: jane}",
                        "{level: None, nonResourceURLs: [/a], namespaces: [b]}")) {
            IllegalArgumentException refused =
                    assertThrows(
                            IllegalArgumentException.class,
                            () -> audit("{level: None}", rule),
                            rule);
            assertTrue(refused.getMessage().startsWith("rules[1]: "), refused.getMessage());
        }
        assertThrows(IllegalArgumentException.class, () -> audit());
    }

    @Test
    void theLogRotatesAndKeepsSoManyBackups(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("audit.log");
        try (LogFile log = new LogFile(file, 10, 2, clock)) {
            for (int i = 0; i < 5; i++) {
                log.write(List.of(bytes("event " + i)));
                clock.advance(Duration.ofSeconds(1));
            }
        }
        assertEquals("event 4\n", Files.readString(file));
        try (var all = Files.list(folder)) {
            assertEquals(3, all.count());
        }
    }

    @Test
    void requestsAreCountedByLevelAndEventsEach() {
        Audit audit = audit("{level: None, verbs: [get]}", "{level: Metadata}");
        audit.begin(asked("get", "pods", "shop", "web"));
        audit.begin(asked("delete", "pods", "shop", "web")).complete(200, new byte[0]);
        assertEquals(1, metric("level_total", "level", "None"));
        assertEquals(1, metric("level_total", "level", "Metadata"));
        assertEquals(2, metric("event_total"), "one received, one complete");
    }

    @Test
    void aFullQueueLosesEventsInsteadOfWaiting() throws Exception {
        CountDownLatch writing = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        List<byte[]> written = new ArrayList<>();
        QueuedBackend queued =
                new QueuedBackend(
                        "test",
                        new QueuedBackend.Sink() {
                            @Override
                            public void write(List<byte[]> batch) throws IOException {
                                written.addAll(batch);
                                writing.countDown();
                                try {
                                    goOn.await();
                                } catch (InterruptedException e) {
                                    throw new IOException(e);
                                }
                            }

                            @Override
                            public void close() {
                                // Nothing is held.
                            }
                        },
                        2,
                        1,
                        0,
                        metrics.errorsOf("test"));
        queued.take(bytes("a"));
        assertTrue(writing.await(20, TimeUnit.SECONDS));
        for (String one : List.of("b", "c", "d")) {
            queued.take(bytes(one));
        }
        assertEquals(1, metric("error_total", "plugin", "test"));
        goOn.countDown();
        queued.close();
        assertEquals(3, written.size());
    }

    @Test
    void batchesAreEventLists() {
        JsonNode list =
                Json.parseObject(Receiver.list(List.of(bytes("{'a':1}"), bytes("{'a':2}"))));
        assertEquals("EventList", list.path("kind").asText());
        assertEquals(2, list.path("items").size());
        assertThrows(IllegalArgumentException.class, () -> new Receiver("http://x/", "", ""));
    }
}
