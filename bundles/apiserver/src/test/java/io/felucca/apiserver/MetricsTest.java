package io.felucca.apiserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.AdmissionPlugin;
import io.felucca.apiserver.api.ApiRequest;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.machinery.ApiException;
import io.felucca.metrics.Exposition;
import io.felucca.metrics.Format;
import io.felucca.testing.MetricsText;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MetricsTest {
    private final Harbour harbour = new Harbour();

    @AfterEach
    void close() {
        harbour.close();
    }

    private MetricsText metrics() {
        byte[] text = Exposition.write(List.of(harbour.engine.metrics()), Format.TEXT);
        return MetricsText.parse(new String(text, StandardCharsets.UTF_8));
    }

    private Optional<Double> store(String name, String operation) {
        return metrics().value(name, "operation", operation, "type", "boats.harbour");
    }

    @Test
    void writesAreCountedByOperationAndResource() {
        harbour.create(Harbour.boat("a"));
        harbour.create(Harbour.boat("b"));
        ObjectNode changed = Harbour.boat("a");
        changed.withObject("/metadata/labels").put("colour", "red");
        harbour.update(changed);
        assertEquals(Optional.of(2.0), store("etcd_requests_total", "create"));
        assertEquals(Optional.of(1.0), store("etcd_requests_total", "update"));
        assertEquals(Optional.of(2.0), store("etcd_request_duration_seconds_count", "create"));
        assertEquals(Optional.of(0.0), store("etcd_request_errors_total", "create"));
        assertEquals(
                Optional.of(2.0),
                metrics().value("apiserver_storage_objects", "resource", "boats.harbour"));
        assertEquals(
                Optional.of(3.0),
                metrics()
                        .value(
                                "apiserver_watch_cache_events_received_total",
                                "resource",
                                "boats.harbour"));
    }

    private Optional<Double> plugin(String rejected, String type) {
        return metrics()
                .value(
                        "apiserver_admission_controller_admission_duration_seconds_count",
                        "name",
                        "Picky",
                        "operation",
                        "CREATE",
                        "rejected",
                        rejected,
                        "type",
                        type);
    }

    private Optional<Double> step(String rejected, String type) {
        return metrics()
                .value(
                        "apiserver_admission_step_admission_duration_seconds_count",
                        "operation",
                        "CREATE",
                        "rejected",
                        rejected,
                        "type",
                        type);
    }

    @Test
    void eachPluginsTimeIsToldWithWhetherItRefused() {
        AdmissionPlugin picky =
                new AdmissionPlugin() {
                    @Override
                    public void validate(Request request) {
                        if (request.name().equals("bad")) {
                            throw request.forbidden("its name is bad");
                        }
                    }
                };
        // The server itself has made what every cluster has.
        double before = step("false", "admit").orElse(0.0);
        harbour.engine.add(picky, "Picky", 0);
        harbour.create(Harbour.boat("good"));
        assertEquals(Optional.of(1.0), plugin("false", "admit"));
        assertEquals(Optional.of(1.0), plugin("false", "validate"));
        assertEquals(Optional.empty(), plugin("true", "validate"));
        assertThrows(ApiException.class, () -> harbour.create(Harbour.boat("bad")));
        assertEquals(Optional.of(2.0), plugin("false", "admit"));
        assertEquals(Optional.of(1.0), plugin("false", "validate"));
        assertEquals(Optional.of(1.0), plugin("true", "validate"));
        assertEquals(Optional.of(before + 2), step("false", "admit"));
        assertEquals(Optional.of(1.0), step("true", "validate"));
    }

    @Test
    void whatTheAuthorizersSayIsCounted() {
        harbour.create(Harbour.boat("a"));
        ApiRequest nobodys =
                ApiRequest.of(UserInfo.of("nobody"), "get", TestGroup.BOATS, "sea", "a");
        assertThrows(ApiException.class, () -> harbour.server.get(nobodys, Optional.empty()));
        MetricsText text = metrics();
        assertTrue(text.sum("authorization_attempts_total", "result=allowed") >= 1);
        assertEquals(1.0, text.sum("authorization_attempts_total", "result=no-opinion"));
        assertEquals(1.0, text.sum("authorization_duration_seconds_count", "result=no-opinion"));
    }
}
