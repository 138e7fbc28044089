package io.felucca.apiserver.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.felucca.apiserver.api.UserInfo;
import io.felucca.apiserver.api.WatchCursor;
import io.felucca.metrics.MetricSet;
import io.felucca.testing.MetricsText;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MetricsTest {
    private static final String PODS = "/api/v1/namespaces/default/pods";

    private final Rest rest = new Rest();

    @AfterEach
    void close() {
        rest.close();
    }

    private static String[] listed(String... more) {
        String[] labels = {
            "component",
            "apiserver",
            "group",
            "",
            "resource",
            "pods",
            "scope",
            "namespace",
            "subresource",
            "",
            "verb",
            "LIST",
            "version",
            "v1"
        };
        String[] all = java.util.Arrays.copyOf(labels, labels.length + more.length);
        System.arraycopy(more, 0, all, labels.length, more.length);
        return all;
    }

    @Test
    void requestsHaveUpstreamsNamesAndLabels() {
        rest.get(PODS);
        rest.get(PODS);
        MetricsText text = rest.metrics();
        assertEquals(
                Optional.of(2.0),
                text.value("apiserver_request_total", listed("code", "200", "dry_run", "")));
        assertEquals(
                Optional.of(2.0),
                text.value("apiserver_request_duration_seconds_count", listed("dry_run", "")));
        assertEquals(
                Optional.of(2.0),
                text.value("apiserver_request_sli_duration_seconds_count", listed()));
        assertEquals(Optional.of(2.0), text.value("apiserver_response_sizes_count", listed()));
        assertTrue(text.value("apiserver_response_sizes_sum", listed()).orElseThrow() > 50);
        assertEquals("gauge", text.types().get("kubernetes_build_info"));
        assertEquals("gauge", text.types().get("process_resident_memory_bytes"));
    }

    @Test
    void onlyWhatIsServedBecomesALabel() {
        assertEquals(404, rest.get("/api/v1/namespaces/default/nonsense").status());
        assertEquals(404, rest.get("/apis/none.example.com/v7/widgets").status());
        MetricsText text = rest.metrics();
        assertEquals(0.0, text.sum("apiserver_request_total", "nonsense"));
        assertEquals(0.0, text.sum("apiserver_request_total", "none.example.com"));
        assertEquals(2.0, text.sum("apiserver_request_total", "code=404"));
    }

    @Test
    void aWatchIsLongRunningAndItsEventsAreCounted() {
        FakeExchange watch = new FakeExchange("GET", PODS + "?watch=true");
        rest.handler.handle(watch);
        watch.await();
        Waiting.until(() -> !rest.server.cursors.isEmpty());
        rest.server
                .cursors
                .get(0)
                .add(WatchCursor.Type.ADDED, rest.server.put("default", "a", 5), 5);
        Waiting.until(() -> rest.metrics().sum("apiserver_watch_events_total", "kind=Pod") == 1);
        MetricsText text = rest.metrics();
        assertEquals(1.0, text.sum("apiserver_longrunning_requests", "verb=WATCH"));
        assertEquals(1.0, text.sum("apiserver_watch_events_sizes_count", "kind=Pod"));
        assertEquals(0.0, text.sum("apiserver_current_inflight_requests", "kind=mutating"));
        assertEquals(0.0, text.sum("apiserver_request_sli_duration_seconds_count", "verb=WATCH"));
    }

    @Test
    void whoIsKnownAndWhoIsNotIsCounted() {
        rest.get("/version");
        rest.handler.addAuthenticator(
                new RankedReference<>(1),
                credentials -> {
                    throw Failures.unauthorized();
                });
        assertEquals(401, rest.get("/version").status());
        rest.handler.addAuthenticator(
                new RankedReference<>(2), credentials -> Optional.of(UserInfo.of("admin")));
        MetricsText text = rest.metrics();
        assertTrue(text.sum("authentication_attempts", "result=success") >= 2);
        assertEquals(1.0, text.sum("authentication_attempts", "result=failure"));
        assertEquals(1.0, text.sum("authentication_duration_seconds_count", "result=failure"));
    }

    @Test
    void otherPartsComeAndGo() {
        MetricSet part = new MetricSet();
        part.counter("part_things_total", "Things.").increment();
        rest.handler.addMetricSet(part);
        assertEquals(Optional.of(1.0), rest.metrics().value("part_things_total"));
        rest.handler.removeMetricSet(part);
        assertEquals(Optional.empty(), rest.metrics().value("part_things_total"));
    }

    @Test
    void whoMayNotSeesNothingAndWhoAsksGetsOpenMetrics() {
        assertEquals(403, rest.get("/metrics").status());
        rest.handler.addAuthenticator(
                new RankedReference<>(1), credentials -> Optional.of(UserInfo.of("admin")));
        FakeExchange answer =
                rest.send(
                        new FakeExchange("GET", "/metrics")
                                .with("accept", "application/openmetrics-text;version=1.0.0"));
        MediaType type = MediaType.parse(answer.responseHeader("Content-Type"));
        assertEquals("application/openmetrics-text", type.type());
        assertEquals("1.0.0", type.parameter("version"));
        assertTrue(answer.text().endsWith("# EOF\n"));
        assertEquals("counter", MetricsText.parse(answer.text()).types().get("apiserver_request"));
    }
}
