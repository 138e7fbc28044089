package io.felucca.itests.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.testing.MetricsText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Metrics as Prometheus reads them, under upstream's names. */
@ExtendWith(Cluster.Resolver.class)
final class MetricsTest {
    private static final String SLIS = "/metrics/slis";

    private final Cluster cluster;
    private final Kubectl kubectl;

    MetricsTest(Cluster cluster) {
        this.cluster = cluster;
        kubectl = cluster.kubectl().in("");
    }

    @BeforeAll
    static void allow(Cluster cluster) {
        cluster.kubectl()
                .in("")
                .ok("apply -f " + cluster.root().resolve("docs/examples/prometheus/access.yaml"));
    }

    @AfterAll
    static void forbid(Cluster cluster) {
        cluster.kubectl()
                .in("")
                .ok("delete -f " + cluster.root().resolve("docs/examples/prometheus/access.yaml"));
    }

    /** A page as the example's ServiceAccount gets it. */
    private String page(String path, String accept) {
        String token = kubectl.ok("create token prometheus -n monitoring").strip();
        RawApi api = RawApi.anonymous(cluster);
        RawApi.Answer answer =
                api.send(
                        api.request(path)
                                .header("Authorization", "Bearer " + token)
                                .header("Accept", accept)
                                .build());
        assertEquals(200, answer.status(), answer::body);
        return answer.body();
    }

    private MetricsText page(String path) {
        return MetricsText.parse(page(path, "text/plain"));
    }

    private String node(String path) {
        return "/api/v1/nodes/" + cluster.nodeName() + "/proxy" + path;
    }

    private record Known(String type, Set<String> labels) {}

    private static Map<String, Known> upstream() throws IOException {
        Map<String, Known> known = new TreeMap<>();
        try (InputStream in = MetricsTest.class.getResourceAsStream("/metrics.txt")) {
            String table = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            for (String line : table.lines().filter(one -> !one.startsWith("#")).toList()) {
                String[] words = line.split(" ", -1);
                Set<String> labels =
                        words.length < 3
                                ? Set.of()
                                : Set.copyOf(Arrays.asList(words[2].split(",", -1)));
                known.put(words[0], new Known(words[1], labels));
            }
        }
        return known;
    }

    private static void assertAsUpstream(MetricsText text) throws IOException {
        Map<String, Known> known = upstream();
        Set<String> wrong = new TreeSet<>();
        text.types()
                .forEach(
                        (name, type) -> {
                            Known one = known.get(name);
                            if (one == null) {
                                return;
                            }
                            boolean sameType = one.type().equals("-") || one.type().equals(type);
                            if (!sameType || !text.labels(name).equals(one.labels())) {
                                wrong.add(name + " " + type + " " + text.labels(name));
                            }
                        });
        assertEquals(Set.of(), wrong, "unlike upstream's");
    }

    private static void assertHas(MetricsText text, String... names) {
        Set<String> missing = new TreeSet<>(List.of(names));
        missing.removeAll(text.types().keySet());
        assertEquals(Set.of(), missing, "not there");
    }

    @Test
    void theControlPlaneTellsOfAllItsParts() throws IOException {
        kubectl.ok("get --raw /readyz");
        // So that there is something that the scheduler has counted.
        kubectl.create(
                """
                apiVersion: v1
                kind: Pod
                metadata: {name: nowhere, namespace: monitoring}
                spec:
                  nodeSelector: {there.is: none}
                  containers: [{name: c, image: none}]
                """);
        kubectl.ok("wait pod/nowhere -n monitoring --for=condition=PodScheduled=False");
        MetricsText text = page("/metrics");
        assertAsUpstream(text);
        assertHas(
                text,
                "apiserver_request_total",
                "apiserver_request_duration_seconds",
                "apiserver_request_sli_duration_seconds",
                "apiserver_response_sizes",
                "apiserver_request_body_sizes",
                "apiserver_current_inflight_requests",
                "apiserver_current_inqueue_requests",
                "apiserver_admission_step_admission_duration_seconds",
                "apiserver_admission_controller_admission_duration_seconds",
                "apiserver_storage_objects",
                "apiserver_watch_cache_events_received_total",
                "apiserver_flowcontrol_dispatched_requests_total",
                "apiserver_flowcontrol_request_execution_seconds",
                "authentication_attempts",
                "authorization_attempts_total",
                "etcd_request_duration_seconds",
                "workqueue_depth",
                "workqueue_work_duration_seconds",
                "scheduler_pending_pods",
                "scheduler_schedule_attempts_total",
                "kubernetes_build_info",
                "process_resident_memory_bytes",
                "process_cpu_seconds_total",
                "jvm_memory_used_bytes");
        assertTrue(text.sum("workqueue_adds_total", "name=namespace") > 0);
        assertTrue(text.sum("apiserver_storage_objects", "resource=namespaces") >= 4);
        assertTrue(text.sum("scheduler_scheduler_cache_size", "type=nodes") >= 1);
    }

    @Test
    void openMetricsIsForWhoAsksForIt() {
        String text = page("/metrics", "application/openmetrics-text;version=1.0.0,*/*;q=0.1");
        assertTrue(text.endsWith("# EOF\n"));
        assertEquals("counter", MetricsText.parse(text).types().get("apiserver_request"));
    }

    @Test
    void healthIsAMetricToo() throws IOException {
        MetricsText text = page(SLIS);
        assertAsUpstream(text);
        assertEquals(
                1.0,
                text.value("kubernetes_healthcheck", "name", "etcd", "type", "readyz")
                        .orElseThrow());
    }

    @Test
    void theNodeTellsOfItsAgentAndItsServices() throws IOException {
        MetricsText text = page(node("/metrics"));
        assertAsUpstream(text);
        assertHas(
                text,
                "kubelet_node_name",
                "kubelet_running_pods",
                "kubelet_runtime_operations_total",
                "kubelet_runtime_operations_duration_seconds",
                "kubelet_pleg_relist_duration_seconds",
                "kubelet_pod_start_duration_seconds",
                "kubeproxy_sync_proxy_rules_duration_seconds",
                "kubeproxy_sync_proxy_rules_service_changes_total",
                "process_resident_memory_bytes");
        assertTrue(text.sum("kubelet_runtime_operations_total", "list_containers") > 0);
    }

    @Test
    void whatIsUsedCanBeRead() {
        assertHas(
                page(node("/metrics/resource")),
                "node_cpu_usage_seconds_total",
                "node_memory_working_set_bytes",
                "resource_scrape_error");
        assertHas(page(node("/metrics/cadvisor")), "machine_cpu_cores", "machine_memory_bytes");
        JsonNode summary = RawApi.parse(page(node("/stats/summary"), "application/json"));
        assertEquals(cluster.nodeName(), summary.at("/node/nodeName").asText());
        assertTrue(summary.at("/node/memory/workingSetBytes").asLong() > 0);
        assertTrue(summary.at("/node/cpu/usageCoreNanoSeconds").asLong() > 0);
    }

    @Test
    void theScrapeLivesThroughTheSwapOfAPart() {
        String name = "apiserver_flowcontrol_dispatched_requests_total";
        double requests = page("/metrics").sum("apiserver_request_total", "code=200");
        Part part = new Part(cluster, "apiserver.flowcontrol");
        part.swap();
        try {
            // That no series is there twice is seen while it is read.
            MetricsText after = page("/metrics");
            assertHas(after, name);
            assertTrue(after.sum("apiserver_request_total", "code=200") > requests);
        } finally {
            part.swapBack();
        }
        assertHas(page("/metrics"), name);
    }
}
