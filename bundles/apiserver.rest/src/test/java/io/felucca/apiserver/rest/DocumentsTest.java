package io.felucca.apiserver.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.apiserver.api.HealthCheck;
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
        rest.handler.addHealthCheck(check("store", Optional.empty()));
        rest.handler.addHealthCheck(check("cache", Optional.of("behind")));
        FakeExchange readiness = rest.get("/readyz");
        assertEquals(500, readiness.status());
        assertTrue(readiness.text().contains("[+]store ok\n"));
        assertTrue(readiness.text().contains("[-]cache failed: reason withheld\n"));
        assertTrue(readiness.text().endsWith("readyz check failed\n"));
        assertEquals("ok", rest.get("/livez").text());
        assertEquals(200, rest.get("/readyz/store").status());
        assertEquals(500, rest.get("/readyz/cache").status());
        assertEquals(404, rest.get("/readyz/nonsense").status());
        assertEquals(200, rest.get("/readyz?exclude=cache").status());
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
    void metricsNameRequestsAsUpstreamDoes() {
        rest.get("/api/v1/namespaces/default/pods");
        String text = metricsText();
        assertTrue(
                text.contains(
                        "apiserver_request_total{code=\"200\",component=\"apiserver\",dry_run=\"\","
                            + "group=\"\",resource=\"pods\",scope=\"namespace\",subresource=\"\",verb=\"LIST\",version=\"v1\"}"
                            + " 1\n"),
                text);
        assertTrue(text.contains("# TYPE apiserver_request_duration_seconds histogram\n"));
        assertEquals(403, rest.get("/metrics").status());
    }

    private String metricsText() {
        rest.handler.addAuthenticator(
                new RankedReference<>(1),
                credentials -> Optional.of(io.felucca.apiserver.api.UserInfo.of("admin")));
        String text = rest.get("/metrics").text();
        rest.handler.removeAuthenticator(new RankedReference<>(1));
        return text;
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
