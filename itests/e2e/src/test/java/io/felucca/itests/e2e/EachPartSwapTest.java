package io.felucca.itests.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Each part is swapped for a visibly different build and back, while pods come and go, watches are
 * open, and the API and a Service are asked without a break. Nobody notices.
 */
@ExtendWith(Cluster.Resolver.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class EachPartSwapTest {
    private static final System.Logger LOG = System.getLogger(EachPartSwapTest.class.getName());
    private static final Duration EVERY = Duration.ofMillis(15);
    private static final int PODS_AT_ONCE = 1;
    private static final int NODE_PORT = 30_777;
    // One in a hundred may be slow: of fewer requests that would be none.
    private static final int MIN_REQUESTS = 200;
    private static final long MAX_P99_MILLIS = 500;

    private final Cluster cluster;
    private final HttpClient plain =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final SteadyLoad load = new SteadyLoad();
    private Kubectl kubectl;
    private Counter counter;
    private PodStream pods;

    EachPartSwapTest(Cluster cluster) {
        this.cluster = cluster;
    }

    @BeforeAll
    void loadTheCluster() {
        kubectl = cluster.newNamespace("part-swap");
        kubectl.apply(WEB);
        kubectl.ok("rollout status deployment web --timeout=60s");
        kubectl.ok("create configmap patched");
        String service = "http://" + kubectl.field("service web", "/spec/clusterIP") + "/";
        String nodePort = "http://" + cluster.setting("node.ip") + ":" + NODE_PORT + "/";
        Eventually.is("the Service answers", () -> answers(service) && answers(nodePort));
        String pod = kubectl.json("get pods -l app=web").at("/items/0/metadata/name").asText();
        addRequests(service, nodePort, pod);
        counter = new Counter(cluster, kubectl);
        pods = new PodStream(cluster, kubectl.namespace(), PODS_AT_ONCE);
        load.start(EVERY);
        pods.await(PODS_AT_ONCE);
        // What came before the first swap is nothing to judge it by.
        load.take();
    }

    @AfterAll
    void endTheLoad() {
        load.close();
        if (pods != null) {
            pods.close();
        }
        if (counter != null) {
            counter.close();
        }
        if (kubectl != null) {
            kubectl.ok("delete namespace --wait=false " + kubectl.namespace());
        }
    }

    /** Of each kind that some part serves, over HTTP/2 and HTTP/1.1 in turn. */
    private void addRequests(String service, String nodePort, String pod) {
        RawApi two = cluster.api();
        RawApi one = two.overHttp1();
        String core = "/api/v1/namespaces/" + kubectl.namespace();
        String web = "/apis/apps/v1/namespaces/" + kubectl.namespace() + "/deployments/web";
        String merge = "application/merge-patch+json";
        load.add("get configmap", () -> ok(two.get(core + "/configmaps/patched")))
                .add("list pods", () -> ok(one.get(core + "/pods")))
                .add(
                        "patch configmap",
                        () ->
                                ok(
                                        one.patch(
                                                core + "/configmaps/patched",
                                                merge,
                                                "{\"data\":{\"at\":\""
                                                        + System.nanoTime()
                                                        + "\"}}")))
                .add("get deployment", () -> ok(one.get(web)))
                .add("service", () -> assertTrue(answers(service)))
                .add(
                        "patch deployment",
                        () ->
                                ok(
                                        two.patch(
                                                web,
                                                merge,
                                                "{\"metadata\":{\"annotations\":{\"at\":\""
                                                        + System.nanoTime()
                                                        + "\"}}}")))
                .add("discover apps", () -> ok(two.get("/apis/apps/v1")))
                .add("pod log", () -> ok(two.get(core + "/pods/" + pod + "/log")))
                .add("node port", () -> assertTrue(answers(nodePort)))
                .add(
                        "access review",
                        () ->
                                assertEquals(
                                        201,
                                        two.post(
                                                        "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
                                                        "application/json",
                                                        REVIEW)
                                                .status()));
    }

    private static void ok(RawApi.Answer answer) {
        assertEquals(200, answer.status(), answer::toString);
    }

    private boolean answers(String uri) {
        try {
            HttpRequest request =
                    HttpRequest.newBuilder(URI.create(uri)).timeout(Duration.ofSeconds(5)).build();
            return plain.send(request, BodyHandlers.ofString()).statusCode() == 200;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "apiserver.rest",
                "apiserver.auth",
                "apiserver",
                "client",
                "scheduler",
                "scheduler.plugins",
                "controller.deployment",
                "controller.garbagecollector",
                "controller.namespace",
                "controller.manager",
                "kubelet",
                "kubeproxy",
                "api.apps",
                "api.core"
            })
    void nobodyNoticesTheSwapOf(String name) {
        Part part = new Part(cluster, name);
        Map<String, String> before = whatMustStay();
        load.take();
        try {
            part.swap();
            checkUnnoticed(name + " was swapped", before);
        } finally {
            part.swapBack();
        }
        checkUnnoticed(name + " was swapped back", before);
    }

    private void checkUnnoticed(String when, Map<String, String> before) {
        pods.await(PODS_AT_ONCE + 1);
        Eventually.is("enough was asked", () -> load.ended() >= MIN_REQUESTS);
        List<SteadyLoad.Sample> samples = load.take();
        String summary = summary(samples);
        LOG.log(System.Logger.Level.INFO, "{0}: {1}", when, summary);
        List<String> failures =
                samples.stream()
                        .filter(sample -> !sample.failure().isEmpty())
                        .map(sample -> sample.kind() + ": " + sample.failure())
                        .limit(10)
                        .toList();
        assertEquals(List.of(), failures, () -> "after " + when + ": " + summary);
        assertTrue(p99(samples) <= MAX_P99_MILLIS, () -> "after " + when + ": " + summary);
        counter.check();
        assertEquals(before, whatMustStay(), () -> "after " + when);
    }

    private static long p99(List<SteadyLoad.Sample> samples) {
        long[] took = samples.stream().mapToLong(SteadyLoad.Sample::tookMillis).sorted().toArray();
        return took[(int) Math.ceil(took.length * 0.99) - 1];
    }

    private static String summary(List<SteadyLoad.Sample> samples) {
        Map<String, Long> longest =
                samples.stream()
                        .collect(
                                Collectors.toMap(
                                        SteadyLoad.Sample::kind,
                                        SteadyLoad.Sample::tookMillis,
                                        Math::max,
                                        TreeMap::new));
        return samples.size() + " requests, p99 " + p99(samples) + " ms, longest " + longest;
    }

    /**
     * What neither restarts nor is made anew: by kind and name, its UID, and of pods the containers
     * and how often those were started.
     */
    private Map<String, String> whatMustStay() {
        Map<String, String> found = new TreeMap<>();
        JsonNode list =
                kubectl.json(
                        "get deployment,replicaset,service,endpointslices,configmap,serviceaccount");
        list.get("items").forEach(item -> found.put(nameOf(item), uidOf(item)));
        for (JsonNode pod : kubectl.json("get pods -l app=web").get("items")) {
            JsonNode status = pod.at("/status/containerStatuses/0");
            found.put(
                    nameOf(pod),
                    uidOf(pod)
                            + " "
                            + status.path("containerID").asText()
                            + " restarts "
                            + status.path("restartCount").asText());
        }
        return found;
    }

    private static String nameOf(JsonNode object) {
        return object.get("kind").asText() + "/" + object.at("/metadata/name").asText();
    }

    private static String uidOf(JsonNode object) {
        return object.at("/metadata/uid").asText();
    }

    private static final String REVIEW =
            """
            {"apiVersion":"authorization.k8s.io/v1","kind":"SelfSubjectAccessReview",
             "spec":{"resourceAttributes":{"verb":"get","resource":"pods"}}}
            """;

    private static final String WEB =
            """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web}
            spec:
              replicas: 2
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec:
                  terminationGracePeriodSeconds: 0
                  containers:
                  - name: web
                    image: %s
                    command: [sh, -c, "echo here > /www/index.html; exec httpd -f -p 80 -h /www"]
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: web}
            spec:
              type: NodePort
              selector: {app: web}
              ports: [{port: 80, nodePort: %d}]
            """
                    .formatted(Images.BUSYBOX, NODE_PORT);
}
