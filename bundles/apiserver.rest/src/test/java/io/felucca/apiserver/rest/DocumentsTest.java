package io.felucca.apiserver.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.apiserver.api.HealthCheck;
import io.felucca.testing.MetricsText;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DocumentsTest {
    private static final String AGGREGATED =
            "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"
                    + "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,"
                    + "application/json";

    private final Rest rest = new Rest();

    @AfterEach
    void close() {
        rest.close();
    }

    @Test
    void versionsAndGroupsAreListed() {
        assertEquals("[\"v1\"]", rest.get("/api").json().path("versions").toString());
        assertEquals(
                "10.1.2.3:6443",
                rest.get("/api").json().at("/serverAddressByClientCIDRs/0/serverAddress").asText());
        assertEquals("APIGroupList", rest.get("/apis").json().path("kind").asText());
        assertEquals("36", rest.get("/version").json().path("minor").asText());
        assertTrue(rest.get("/").text().contains("\"/healthz\""));
    }

    @Test
    void resourcesAreListedWithTheirParts() {
        JsonNode list = rest.get("/api/v1").json();
        assertEquals("APIResourceList", list.path("kind").asText());
        assertEquals("v1", list.path("groupVersion").asText());
        JsonNode namespaces = list.at("/resources/0");
        assertEquals("namespaces", namespaces.path("name").asText());
        assertFalse(namespaces.path("namespaced").asBoolean());
        JsonNode pods = list.at("/resources/2");
        assertEquals("[\"po\"]", pods.path("shortNames").toString());
        assertEquals("pod", pods.path("singularName").asText());
        assertTrue(pods.path("verbs").toString().contains("\"watch\""));
        JsonNode eviction = list.at("/resources/4");
        assertEquals("pods/eviction", eviction.path("name").asText());
        assertEquals("policy", eviction.path("group").asText());
    }

    @Test
    void aggregatedDiscoveryIsForWhoAsksForIt() {
        FakeExchange answer = rest.send(new FakeExchange("GET", "/api").with("accept", AGGREGATED));
        MediaType type = MediaType.parse(answer.responseHeader("Content-Type"));
        assertEquals("application/json", type.type());
        assertEquals("v2", type.parameter("v"));
        assertEquals("apidiscovery.k8s.io", type.parameter("g"));
        assertEquals("APIGroupDiscoveryList", type.parameter("as"));
        JsonNode pods = answer.json().at("/items/0/versions/0/resources/1");
        assertEquals("pods", pods.path("resource").asText());
        assertEquals("Pod", pods.at("/responseKind/kind").asText());
        assertEquals("Namespaced", pods.path("scope").asText());
        assertEquals("status", pods.at("/subresources/0/subresource").asText());
        FakeExchange again =
                rest.send(
                        new FakeExchange("GET", "/api")
                                .with("accept", AGGREGATED)
                                .with("if-none-match", answer.responseHeader("ETag")));
        assertEquals(304, again.status());
        assertEquals("", again.text());
    }

    @Test
    void healthIsTheSumOfItsChecks() {
        assertEquals("ok", rest.get("/healthz").text());
        rest.handler.addHealthCheck(check("etcd", Optional.empty()));
        rest.handler.addHealthCheck(check("poststarthook/cache", Optional.of("behind")));
        FakeExchange readiness = rest.get("/readyz");
        assertEquals(500, readiness.status());
        assertEquals(
                """
                [+]ping ok
                [+]etcd ok
                [-]poststarthook/cache failed: reason withheld
                readyz check failed
                """,
                readiness.text());
        assertEquals("ok", rest.get("/livez").text());
        assertEquals("[+]ping ok\nlivez check passed\n", rest.get("/livez?verbose").text());
    }

    @Test
    void checksAreAskedForByNameOrLeftOut() {
        rest.handler.addHealthCheck(check("etcd", Optional.empty()));
        rest.handler.addHealthCheck(check("poststarthook/cache", Optional.of("behind")));
        assertEquals("ok", rest.get("/readyz/etcd").text());
        assertEquals("ok", rest.get("/livez/ping").text());
        FakeExchange one = rest.get("/readyz/poststarthook/cache");
        assertEquals(500, one.status());
        assertEquals("internal server error: behind\n", one.text());
        assertEquals(404, rest.get("/readyz/nonsense").status());
        assertEquals(404, rest.get("/livez/etcd").status(), "a restart would not mend it");
        assertEquals(
                """
                [+]ping ok
                [+]etcd ok
                [+]poststarthook/cache excluded: ok
                warn: some health checks cannot be excluded: no matches for "x"
                readyz check passed
                """,
                rest.get("/readyz?verbose&exclude=poststarthook/cache&exclude=x").text());
    }

    @Test
    void whatTheChecksSaidIsCounted() {
        rest.handler.addHealthCheck(check("etcd", Optional.of("gone")));
        rest.get("/readyz");
        MetricsText said = rest.metrics("/metrics/slis");
        assertEquals(
                Optional.of(0.0),
                said.value("kubernetes_healthcheck", "name", "etcd", "type", "readyz"));
        assertEquals(
                Optional.of(1.0),
                said.value("kubernetes_healthcheck", "name", "ping", "type", "livez"));
        assertEquals(
                Optional.of(2.0),
                said.value(
                        "kubernetes_healthchecks_total",
                        "name",
                        "etcd",
                        "status",
                        "error",
                        "type",
                        "readyz"));
    }

    private static HealthCheck check(String name, Optional<String> problem) {
        return new HealthCheck() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public Optional<String> problem() {
                return problem;
            }
        };
    }

    @Test
    void openApiNamesEveryOperationWithItsKind() {
        JsonNode index = rest.get("/openapi/v3").json();
        String url = index.at("/paths/api~1v1/serverRelativeURL").asText();
        assertTrue(url.startsWith("/openapi/v3/api/v1?hash="));
        JsonNode document = rest.get(url).json();
        assertEquals("3.0.0", document.path("openapi").asText());
        JsonNode patch =
                document.at("/paths/~1api~1v1~1namespaces~1{namespace}~1pods~1{name}/patch");
        assertEquals("patchCoreV1NamespacedPod", patch.path("operationId").asText());
        assertEquals("Pod", patch.at("/x-kubernetes-group-version-kind/kind").asText());
        assertTrue(patch.path("parameters").toString().contains("\"fieldValidation\""));
        assertTrue(
                document.at("/components/schemas").has("io.k8s.api.core.v1.Pod"),
                "the built-in types are described");
        assertEquals(404, rest.get("/openapi/v3/apis/none/v1").status());
        assertReferencesResolve(document, document.at("/components/schemas"));
    }

    private static void assertReferencesResolve(JsonNode document, JsonNode schemas) {
        for (JsonNode value : document.findValues("$ref")) {
            if (!value.isTextual()) {
                // The type of schemas has a property of this name.
                continue;
            }
            String reference = value.asText();
            String name = reference.substring(reference.lastIndexOf('/') + 1);
            assertTrue(schemas.has(name), reference);
        }
    }

    @Test
    void oldClientsGetTheirDocumentInBothEncodings() {
        JsonNode document = rest.get("/openapi/v2").json();
        assertEquals("2.0", document.path("swagger").asText());
        assertReferencesResolve(document, document.path("definitions"));
        String type = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";
        FakeExchange protobuf =
                rest.send(new FakeExchange("GET", "/openapi/v2").with("accept", type));
        assertEquals(
                "application/com.github.proto-openapi.spec.v2.v1.0+protobuf",
                protobuf.responseHeader("Content-Type"),
                "an at sign is no part of a media type");
        assertTrue(protobuf.text().length() > 100_000);
    }

    @Test
    void aCustomTypeDescribesItself() {
        com.fasterxml.jackson.databind.node.ObjectNode definitions =
                io.felucca.machinery.Json.object();
        new SchemaDefinitions(definitions, true).define("x.Pod", FakeServer.POD_SCHEMA);
        assertEquals(
                "integer",
                definitions.at("/io.k8s.api.core.v1.PodSpec/properties/replicas/type").asText());
    }
}
