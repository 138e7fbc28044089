package io.felucca.apiserver.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.felucca.apiserver.api.ApiServer.Patch;
import io.felucca.machinery.ApiException;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WritesTest {
    private static final String PODS = "/api/v1/namespaces/default/pods";
    private static final String POD =
            "{\"kind\":\"Pod\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"web\"}}";

    private final Rest rest = new Rest();

    @AfterEach
    void close() {
        rest.close();
    }

    private FakeExchange send(String method, String target, String body) {
        return rest.send(
                new FakeExchange(method, target)
                        .with("content-type", "application/json")
                        .with("user-agent", "kubectl/v1.36.0 (linux/amd64)")
                        .sending(body));
    }

    @Test
    void aCreatedObjectIs201() {
        FakeExchange answer = send("POST", PODS, POD);
        assertEquals(201, answer.status());
        assertEquals("web", answer.json().at("/metadata/name").asText());
        assertEquals("create", rest.server.requests.get(0).verb());
        assertEquals("default", rest.server.requests.get(0).namespace());
        assertEquals("kubectl", rest.server.requests.get(0).options().fieldManager());
    }

    @Test
    void anAnswerThatComesLaterIsSentWhenItComes() {
        rest.server.pendingCreate = new CompletableFuture<>();
        FakeExchange exchange = new FakeExchange("POST", PODS).sending(POD);
        rest.handler.handle(exchange);
        Waiting.until(() -> !rest.server.requests.isEmpty());
        assertEquals(0, exchange.status());
        rest.server.pendingCreate.complete(rest.server.put("default", "late", 9));
        assertEquals(201, exchange.await().status());
        assertEquals("late", exchange.json().at("/metadata/name").asText());
    }

    @Test
    void aFailureThatComesLaterIsAStatus() {
        rest.server.pendingCreate = new CompletableFuture<>();
        FakeExchange exchange = new FakeExchange("POST", PODS).sending(POD);
        rest.handler.handle(exchange);
        rest.server.pendingCreate.completeExceptionally(
                ApiException.alreadyExists(FakeServer.PODS.groupResource(), "web"));
        assertEquals(409, exchange.await().status());
        assertEquals("AlreadyExists", exchange.json().path("reason").asText());
    }

    @Test
    void updateAndPatchAre200() {
        assertEquals(200, send("PUT", PODS + "/web", POD).status());
        FakeExchange patched =
                rest.send(
                        new FakeExchange("PATCH", PODS + "/web/status")
                                .with("content-type", "application/merge-patch+json")
                                .sending("{}"));
        assertEquals(200, patched.status());
        assertEquals(Patch.Type.MERGE, rest.server.patch.type());
        assertEquals("status", rest.server.requests.get(1).subresource());
    }

    @Test
    void anActionIs201() {
        FakeExchange answer =
                send(
                        "POST",
                        PODS + "/web/eviction",
                        "{\"kind\":\"Eviction\",\"apiVersion\":\"policy/v1\"}");
        assertEquals(201, answer.status());
        assertEquals("eviction", rest.server.requests.get(0).subresource());
        assertEquals("Eviction", answer.json().path("kind").asText());
    }

    @Test
    void aDeletedObjectIsTold() {
        rest.server.put("default", "web", 5);
        FakeExchange answer =
                send(
                        "DELETE",
                        PODS + "/web?gracePeriodSeconds=3",
                        "{\"kind\":\"DeleteOptions\",\"apiVersion\":\"v1\",\"gracePeriodSeconds\":0,"
                            + "\"propagationPolicy\":\"Foreground\",\"preconditions\":{\"uid\":\"u\"}}");
        assertEquals(200, answer.status());
        assertEquals("Success", answer.json().path("status").asText());
        assertEquals("web", answer.json().at("/details/name").asText());
        assertEquals(OptionalLong.of(0), rest.server.deleteOptions.gracePeriodSeconds());
        assertEquals("Foreground", rest.server.deleteOptions.propagation());
        assertEquals("u", rest.server.deleteOptions.preconditionUid());
        assertNull(rest.server.deleteOptions.preconditionResourceVersion());
    }

    @Test
    void deleteOptionsMayBeInTheQuery() {
        rest.server.put("default", "web", 5);
        send("DELETE", PODS + "/web?gracePeriodSeconds=3&propagationPolicy=Orphan&dryRun=All", "");
        assertEquals(OptionalLong.of(3), rest.server.deleteOptions.gracePeriodSeconds());
        assertEquals("Orphan", rest.server.deleteOptions.propagation());
        assertTrue(rest.server.requests.get(0).options().dryRun());
    }

    @Test
    void aCollectionIsDeletedWithItsSelectors() {
        rest.server.put("default", "web", 5);
        FakeExchange answer = send("DELETE", PODS + "?labelSelector=a", "");
        assertEquals(200, answer.status());
        assertEquals("PodList", answer.json().path("kind").asText());
        assertEquals("web", answer.json().at("/items/0/metadata/name").asText());
        assertEquals("a", rest.server.lists.get(0).labelSelector());
        assertEquals("deletecollection", rest.server.requests.get(0).verb());
    }

    @Test
    void whatTheServerWarnsOfIsAHeader() {
        rest.server.warning = "unknown field \"spec.nodeNam\"";
        FakeExchange warned = send("POST", PODS, POD);
        assertEquals(201, warned.status());
        assertEquals(
                "299 - \"unknown field \\\"spec.nodeNam\\\"\"", warned.responseHeader("Warning"));
    }

    @Test
    void theServerGetsTheBodyAsItCame() {
        String twice = POD.replace("}}", "},\"spec\":{\"nodeName\":\"a\",\"nodeName\":\"b\"}}");
        send("POST", PODS, twice);
        assertEquals(twice, rest.server.body);
        send("PUT", PODS + "/web", twice);
        assertEquals(twice, rest.server.body);
        String eviction = "{\"kind\":\"Eviction\"}";
        send("POST", PODS + "/web/eviction", eviction);
        assertEquals(eviction, rest.server.body);
    }

    @Test
    void otherMediaTypesAreUnsupported() {
        FakeExchange create =
                rest.send(
                        new FakeExchange("POST", PODS)
                                .with("content-type", "text/xml")
                                .sending("k8s"));
        assertEquals(415, create.status());
        assertTrue(create.text().contains("accepted media types include: application/json"));
        FakeExchange patch =
                rest.send(
                        new FakeExchange("PATCH", PODS + "/web")
                                .with("content-type", "application/json")
                                .sending("{}"));
        assertEquals(415, patch.status());
        assertTrue(patch.text().contains("application/strategic-merge-patch+json"));
    }

    @Test
    void yamlIsReadAndWritten() {
        FakeExchange answer =
                rest.send(
                        new FakeExchange("POST", PODS)
                                .with("content-type", "application/yaml")
                                .with("accept", "application/yaml")
                                .sending("kind: Pod\napiVersion: v1\nmetadata:\n  name: web\n"));
        assertEquals(201, answer.status());
        assertEquals("application/yaml", answer.responseHeader("Content-Type"));
        assertTrue(answer.text().contains("\n  name: web\n"));
    }

    @Test
    void tooLargeABodyIs413() {
        FakeExchange answer = send("POST", PODS, " ".repeat(BodyReader.MAX_BYTES + 1));
        assertEquals(413, answer.status());
        assertEquals(
                "Request entity too large: limit is 3145728",
                answer.json().path("message").asText());
    }

    @Test
    void badOptionsAreInvalid() {
        FakeExchange answer = send("POST", PODS + "?dryRun=Some", POD);
        assertEquals(422, answer.status());
        assertTrue(answer.text().contains("CreateOptions.meta.k8s.io"));
        FakeExchange apply =
                rest.send(
                        new FakeExchange("PATCH", PODS + "/web")
                                .with("content-type", "application/apply-patch+yaml")
                                .sending("{}"));
        assertEquals(422, apply.status());
        assertTrue(apply.text().contains("is required for apply patch"));
    }

    @Test
    void methodsThatAResourceLacksAreNotAllowed() {
        assertEquals(405, send("POST", PODS + "/web", POD).status());
        assertEquals(405, send("PUT", PODS, POD).status());
        assertEquals(405, send("PUT", PODS + "/web/eviction", POD).status());
        assertEquals(405, send("POST", "/api/v1/pods", POD).status());
        assertEquals(405, send("POST", "/version", "").status());
        assertFalse(rest.server.objects.containsKey("default/web"));
    }
}
