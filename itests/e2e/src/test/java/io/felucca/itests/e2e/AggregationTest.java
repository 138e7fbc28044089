package io.felucca.itests.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** An API server of somebody else's behind this one, and what happens when it is not there. */
@ExtendWith(Cluster.Resolver.class)
final class AggregationTest {
    private static final String BOATS = "apiservice v1." + ExtensionServer.GROUP;
    private static final String METRICS = "apiservice v1beta1.metrics.k8s.io";
    private static final String BOAT =
            """
            apiVersion: boats.example.com/v1
            kind: Boat
            metadata:
              name: NAME
            sails: 3
            """;

    private final Cluster cluster;
    private final Kubectl kubectl;
    @TempDir private Path folder;
    private ExtensionServer server;

    AggregationTest(Cluster cluster) {
        this.cluster = cluster;
        kubectl = cluster.newNamespace("boats");
    }

    @BeforeEach
    void register() throws IOException, GeneralSecurityException {
        String address = cluster.setting("node.ip");
        ExtensionServer.certificates(folder, "boats." + kubectl.namespace() + ".svc");
        server =
                new ExtensionServer(
                        folder,
                        kubectl.in("kube-system")
                                .field(
                                        "configmap extension-apiserver-authentication",
                                        "/data/requestheader-client-ca-file"),
                        address,
                        cluster.nodeName());
        kubectl.apply(
                """
                apiVersion: v1
                kind: Service
                metadata:
                  name: boats
                spec:
                  ports:
                  - name: https
                    port: 443
                ---
                apiVersion: discovery.k8s.io/v1
                kind: EndpointSlice
                metadata:
                  name: boats-1
                  labels:
                    kubernetes.io/service-name: boats
                addressType: IPv4
                ports:
                - name: https
                  port: %d
                endpoints:
                - addresses: ["%s"]
                """
                        .formatted(server.port(), address));
        kubectl.apply(apiService(ExtensionServer.GROUP, "v1"));
        kubectl.apply(apiService("metrics.k8s.io", "v1beta1"));
        kubectl.ok("wait --for=condition=Available --timeout=30s " + BOATS);
        kubectl.ok("wait --for=condition=Available --timeout=30s " + METRICS);
        Eventually.is(
                "the boats are discovered",
                () -> kubectl.ok("api-resources --api-group=boats.example.com").contains("boats"));
    }

    private String apiService(String group, String version) throws IOException {
        String authority =
                Base64.getEncoder().encodeToString(Files.readAllBytes(folder.resolve("ca.crt")));
        return """
        apiVersion: apiregistration.k8s.io/v1
        kind: APIService
        metadata:
          name: %2$s.%1$s
        spec:
          group: %1$s
          version: %2$s
          groupPriorityMinimum: 100
          versionPriority: 100
          caBundle: %3$s
          service:
            namespace: %4$s
            name: boats
        """
                .formatted(group, version, authority, kubectl.namespace());
    }

    @AfterEach
    void remove() {
        kubectl.ok("delete --ignore-not-found " + BOATS);
        kubectl.ok("delete --ignore-not-found " + METRICS);
        server.close();
    }

    private String row(String apiService) {
        return kubectl.ok("get " + apiService + " --no-headers").replaceAll(" +", " ");
    }

    private void create(String name) {
        kubectl.create(BOAT.replace("NAME", name));
    }

    @Test
    void apiServicesShowWhoServes() {
        assertTrue(
                row(BOATS)
                        .startsWith("v1.boats.example.com " + kubectl.namespace() + "/boats True "),
                row(BOATS));
        assertTrue(row("apiservice v1.").startsWith("v1. Local True "), row("apiservice v1."));
        assertEquals(
                "onstart 17500 30",
                kubectl.run(
                                "get",
                                "apiservice",
                                "v2.autoscaling",
                                "-o",
                                "jsonpath={.metadata.labels.kube-aggregator\\.kubernetes\\.io"
                                        + "/automanaged} {.spec.groupPriorityMinimum}"
                                        + " {.spec.versionPriority}")
                        .ok());
        assertEquals(
                "Passed all checks passed",
                kubectl.run(
                                "get",
                                "apiservice",
                                "v1.boats.example.com",
                                "-o",
                                "jsonpath={.status.conditions[0].reason}"
                                        + " {.status.conditions[0].message}")
                        .ok());
    }

    @Test
    void customResourcesHaveAnApiServiceWhileTheyAreDefined() {
        kubectl.apply(
                """
                apiVersion: apiextensions.k8s.io/v1
                kind: CustomResourceDefinition
                metadata:
                  name: oars.aggregation.example.com
                spec:
                  group: aggregation.example.com
                  scope: Namespaced
                  names: {plural: oars, singular: oar, kind: Oar}
                  versions:
                  - name: v1
                    served: true
                    storage: true
                    schema: {openAPIV3Schema: {type: object}}
                """);
        Eventually.is(
                "its APIService is there",
                () -> kubectl.exists("apiservice v1.aggregation.example.com"));
        assertTrue(
                row("apiservice v1.aggregation.example.com")
                        .startsWith("v1.aggregation.example.com Local True "));
        kubectl.ok("delete crd oars.aggregation.example.com");
        Eventually.is(
                "its APIService is gone",
                () -> !kubectl.exists("apiservice v1.aggregation.example.com"));
    }

    @Test
    void objectsAreMadeReadAndWatchedThere() {
        create("gull");
        assertEquals("3", kubectl.field("boats.boats.example.com gull", "/sails"));
        assertTrue(kubectl.ok("get boats").contains("gull"));
        try (Stream<String> events =
                cluster.api()
                        .watch(
                                "/apis/boats.example.com/v1/namespaces/"
                                        + kubectl.namespace()
                                        + "/boats?watch=true")
                        .body()) {
            Iterator<String> lines = events.iterator();
            create("tern");
            assertEquals("tern", RawApi.parse(lines.next()).at("/object/metadata/name").asText());
            kubectl.ok("delete boat gull");
            assertEquals("DELETED", RawApi.parse(lines.next()).path("type").asText());
        }
        assertTrue(kubectl.ok("explain boat").contains("Boat floats."));
        assertTrue(kubectl.ok("explain boat.sails").contains("How many it carries."));
    }

    @Test
    void theOtherServerLearnsTheUserAndNoSecretOfHis() {
        assertTrue(kubectl.fails("get boats --as=jane").contains("Forbidden"));
        kubectl.ok("create role sailor --verb=get,list --resource=boats.boats.example.com");
        kubectl.ok("create rolebinding jane --role=sailor --user=jane");
        Eventually.passes(
                () -> kubectl.ok("get boats --as=jane --as-group=crew --as-group=friends"));
        assertEquals(List.of("jane"), server.lastHeaders().get("X-Remote-User"));
        assertEquals(
                List.of("crew", "friends", "system:authenticated"),
                server.lastHeaders().get("X-Remote-Group"));
        assertFalse(server.lastHeaders().containsKey("Impersonate-User"));

        kubectl.ok("create serviceaccount mate");
        kubectl.ok(
                "create rolebinding mate --role=sailor --serviceaccount="
                        + kubectl.namespace()
                        + ":mate");
        String token = kubectl.ok("create token mate").strip();
        Eventually.is(
                "the account may read boats",
                () -> withToken(token, "X-Remote-User", "root").code() == 0);
        assertEquals(
                List.of("system:serviceaccount:" + kubectl.namespace() + ":mate"),
                server.lastHeaders().get("X-Remote-User"));
        assertFalse(server.lastHeaders().containsKey("Authorization"));
    }

    /** By curl, which sends any header that it is told to. */
    private Run withToken(String token, String header, String value) {
        return Run.of(
                List.of(
                        "curl",
                        "-sSf",
                        "--cacert",
                        cluster.home().resolve("data/pki/ca.crt").toString(),
                        "-H",
                        "Authorization: Bearer " + token,
                        "-H",
                        header + ": " + value,
                        "https://127.0.0.1:"
                                + cluster.setting("api.port")
                                + "/apis/boats.example.com/v1/namespaces/"
                                + kubectl.namespace()
                                + "/boats"),
                java.util.Map.of(),
                "",
                20);
    }

    @Test
    void topShowsWhatAMetricsServerSays() {
        Eventually.passes(
                () ->
                        assertTrue(
                                kubectl.ok("top nodes").contains("123m"), kubectl.ok("top nodes")));
    }

    @Test
    void whoIsAwayIsUnavailableAndComesBack() throws IOException {
        create("gull");
        server.stop();
        Eventually.is("it is found to be away", () -> row(BOATS).contains("False"));
        assertTrue(row(BOATS).contains("False (FailedDiscoveryCheck)"), row(BOATS));
        RawApi.Answer answer = cluster.api().get("/apis/boats.example.com/v1");
        assertEquals(503, answer.status());
        assertEquals("service unavailable\n", answer.body());
        assertTrue(kubectl.fails("get boats").contains("ServiceUnavailable"));
        Eventually.is("discovery says so", () -> freshness().equals("Stale"));
        assertEquals("", kubectl.ok("get pods"));

        server.start();
        kubectl.ok("wait --for=condition=Available --timeout=40s " + BOATS);
        Eventually.is("discovery says so", () -> freshness().equals("Current"));
        Eventually.passes(() -> assertTrue(kubectl.ok("get boats").contains("gull")));
    }

    private String freshness() {
        RawApi api = cluster.api();
        String list =
                api.send(
                                api.request("/apis")
                                        .header(
                                                "Accept",
                                                "application/json;g=apidiscovery.k8s.io;v=v2;"
                                                        + "as=APIGroupDiscoveryList")
                                        .build())
                        .body();
        for (JsonNode group : RawApi.parse(list).path("items")) {
            if (group.at("/metadata/name").asText().equals(ExtensionServer.GROUP)) {
                return group.at("/versions/0/freshness").asText();
            }
        }
        return "none";
    }

    @Test
    void aNamespaceGoesWithWhatIsInItThere() throws IOException {
        Kubectl harbour = cluster.newNamespace("harbour");
        harbour.create(BOAT.replace("NAME", "gull"));
        server.stop();
        Eventually.is("it is found to be away", () -> row(BOATS).contains("False"));
        harbour.ok("delete namespace --wait=false " + harbour.namespace());
        String failure =
                ".status.conditions[?(@.type==\"NamespaceDeletionDiscoveryFailure\")].message";
        Eventually.is(
                "the namespace says what keeps it",
                () ->
                        harbour.run(
                                        "get",
                                        "namespace",
                                        harbour.namespace(),
                                        "-o",
                                        "jsonpath={" + failure + "}")
                                .ok()
                                .contains("boats.example.com/v1: stale GroupVersion discovery"));
        server.start();
        Eventually.is(
                "the namespace is gone", () -> !harbour.exists("namespace " + harbour.namespace()));
        kubectl.ok("wait --for=condition=Available --timeout=40s " + BOATS);
        assertFalse(kubectl.ok("get boats -A").contains("gull"));
    }

    @Test
    void whatIsMissingBehindTheApiServiceIsNamed() {
        kubectl.ok("delete endpointslice boats-1");
        Eventually.is("it is unavailable", () -> row(BOATS).contains("(EndpointsNotFound)"));
        kubectl.ok("delete service boats");
        Eventually.is("it is unavailable", () -> row(BOATS).contains("(ServiceNotFound)"));
        assertEquals(
                "service/boats in \"" + kubectl.namespace() + "\" is not present",
                kubectl.field(BOATS, "/status/conditions/0/message"));
    }
}
