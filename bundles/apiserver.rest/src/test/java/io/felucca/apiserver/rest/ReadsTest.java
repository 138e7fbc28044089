package io.felucca.apiserver.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReadsTest {
    private static final String TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io";
    private static final String PODS = "/api/v1/namespaces/default/pods";

    private final Rest rest = new Rest();

    @AfterEach
    void close() {
        rest.close();
    }

    @Test
    void anObjectsStoredBytesAreTheAnswer() {
        byte[] stored = rest.server.put("default", "web", 5).json();
        FakeExchange answer = rest.get(PODS + "/web");
        assertEquals(200, answer.status());
        assertEquals(new String(stored, java.nio.charset.StandardCharsets.UTF_8), answer.text());
        assertEquals("application/json", answer.responseHeader("Content-Type"));
        assertEquals("no-cache, private", answer.responseHeader("Cache-Control"));
        assertNotNull(answer.responseHeader("Audit-Id"));
    }

    @Test
    void aMissingObjectIsAStatus() {
        FakeExchange answer = rest.get(PODS + "/web");
        assertEquals(404, answer.status());
        assertEquals("Status", answer.json().path("kind").asText());
        assertEquals("NotFound", answer.json().path("reason").asText());
        assertEquals("pods \"web\" not found", answer.json().path("message").asText());
    }

    @Test
    void whoMayNotReadGets403() {
        rest.server.forbiddenVerb = "get";
        assertEquals(403, rest.get(PODS + "/web").status());
    }

    @Test
    void aListSplicesItsItems() {
        rest.server.put("default", "a", 5);
        rest.server.put("default", "b", 6);
        JsonNode list = rest.get(PODS).json();
        assertEquals("PodList", list.path("kind").asText());
        assertEquals("v1", list.path("apiVersion").asText());
        assertEquals("42", list.at("/metadata/resourceVersion").asText());
        assertEquals(2, list.path("items").size());
        assertEquals("b", list.at("/items/1/metadata/name").asText());
        assertFalse(list.path("metadata").has("continue"));
    }

    @Test
    void anEmptyListHasItems() {
        JsonNode list = rest.get(PODS).json();
        assertTrue(list.path("items").isArray());
        assertEquals(0, list.path("items").size());
    }

    @Test
    void aChunkSaysWhereToGoOnAndWhatRemains() {
        for (String name : new String[] {"a", "b", "c"}) {
            rest.server.put("default", name, 5);
        }
        JsonNode list = rest.get(PODS + "?limit=1").json();
        assertEquals("more", list.at("/metadata/continue").asText());
        assertEquals(2, list.at("/metadata/remainingItemCount").asInt());
        assertEquals(1, list.path("items").size());
    }

    @Test
    void longListsAreCompressedForWhoTakesThat() {
        for (int i = 0; i < 1000; i++) {
            rest.server.put("default", "pod-" + i, i);
        }
        FakeExchange answer =
                rest.send(new FakeExchange("GET", PODS).with("accept-encoding", "gzip"));
        assertEquals("gzip", answer.responseHeader("Content-Encoding"));
        assertEquals(1000, answer.json().path("items").size());
        assertNull(rest.get(PODS).responseHeader("Content-Encoding"));
    }

    @Test
    void veryLongListsWaitForTheirReader() {
        for (int i = 0; i < 8000; i++) {
            rest.server.put("default", "pod-" + i, i);
        }
        FakeExchange exchange = new FakeExchange("GET", PODS);
        exchange.writable(false);
        rest.handler.handle(exchange);
        exchange.await();
        assertEquals("", exchange.text());
        exchange.writable(true);
        Waiting.until(() -> !exchange.isOpen());
        assertEquals(8000, exchange.json().path("items").size());
    }

    @Test
    void optionsOfAListArriveAndBadOnesAreRefused() {
        rest.get(PODS + "?labelSelector=a%3Db&fieldSelector=x&limit=3&continue=c");
        assertEquals("a=b", rest.server.lists.get(0).labelSelector());
        assertEquals("x", rest.server.lists.get(0).fieldSelector());
        assertEquals(3, rest.server.lists.get(0).limit());
        assertEquals("c", rest.server.lists.get(0).continueToken());
        assertEquals(400, rest.get(PODS + "?limit=many").status());
        FakeExchange match = rest.get(PODS + "?resourceVersionMatch=Exact");
        assertEquals(422, match.status());
        assertTrue(match.text().contains("resourceVersionMatch is forbidden unless"));
    }

    @Test
    void kubectlGetsRowsWithCellsAndMetadata() {
        rest.server.put("default", "web", 5);
        FakeExchange answer = rest.send(new FakeExchange("GET", PODS).with("accept", TABLE));
        JsonNode table = answer.json();
        assertEquals("Table", table.path("kind").asText());
        assertEquals("meta.k8s.io/v1", table.path("apiVersion").asText());
        assertEquals("Name", table.at("/columnDefinitions/0/name").asText());
        assertEquals("name", table.at("/columnDefinitions/0/format").asText());
        assertEquals("integer", table.at("/columnDefinitions/2/type").asText());
        JsonNode row = table.at("/rows/0");
        assertEquals("[\"web\",\"Running\",3,\"5m3s\"]", row.path("cells").toString());
        assertEquals("PartialObjectMetadata", row.at("/object/kind").asText());
        assertFalse(row.path("object").has("status"));
        assertEquals("42", table.at("/metadata/resourceVersion").asText());
    }

    @Test
    void oneObjectIsATableOfOneRow() {
        rest.server.put("default", "web", 5);
        FakeExchange answer =
                rest.send(
                        new FakeExchange("GET", PODS + "/web?includeObject=Object")
                                .with("accept", TABLE));
        assertEquals("Running", answer.json().at("/rows/0/object/status/phase").asText());
        assertEquals("5", answer.json().at("/metadata/resourceVersion").asText());
    }

    @Test
    void aViewIsReadLikeAnObjectAndAnActionIsNot() {
        rest.server.put("default", "web", 5);
        assertEquals(200, rest.get(PODS + "/web/status").status());
        assertEquals("status", rest.server.requests.get(0).subresource());
        assertEquals(405, rest.get(PODS + "/web/eviction").status());
        assertEquals(404, rest.get(PODS + "/web/nonsense").status());
    }

    @Test
    void unknownResourcesAndPathsAreNotFoundInUpstreamsWords() {
        for (String path :
                new String[] {
                    "/apis/none/v1/things",
                    "/nowhere",
                    "/apis/none",
                    "/api/v1/namespaces/x/namespaces/y",
                    "/api/v1/pods/web"
                }) {
            FakeExchange answer = rest.get(path);
            assertEquals(404, answer.status(), path);
            assertEquals(
                    "the server could not find the requested resource",
                    answer.json().path("message").asText(),
                    path);
        }
    }

    @Test
    void cborAloneIsNotAcceptable() {
        rest.server.put("default", "web", 5);
        FakeExchange answer =
                rest.send(
                        new FakeExchange("GET", PODS + "/web").with("accept", "application/cbor"));
        assertEquals(406, answer.status());
        assertEquals("NotAcceptable", answer.json().path("reason").asText());
    }

    @Test
    void unexpectedFailuresTellTheClientNoDetails() {
        rest.server.failure = new IllegalStateException("secret details");
        FakeExchange answer = rest.get(PODS + "/web");
        assertEquals(500, answer.status());
        assertEquals("InternalError", answer.json().path("reason").asText());
        assertFalse(answer.text().contains("secret"));
        assertTrue(answer.text().contains(answer.responseHeader("Audit-Id")));
    }

    @Test
    void adviceToRetryIsAHeaderToo() {
        rest.server.failure = io.felucca.machinery.ApiException.unavailable("not now", 3);
        FakeExchange answer = rest.get(PODS + "/web");
        assertEquals(503, answer.status());
        assertEquals("3", answer.responseHeader("Retry-After"));
    }
}
