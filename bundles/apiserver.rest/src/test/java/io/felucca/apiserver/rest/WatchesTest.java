package io.felucca.apiserver.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.apiserver.api.WatchCursor;
import io.felucca.machinery.ApiException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WatchesTest {
    private static final String WATCH = "/api/v1/namespaces/default/pods?watch=true";

    private final Rest rest = new Rest();

    @AfterEach
    void close() {
        rest.close();
    }

    private FakeCursor cursor() {
        Waiting.until(() -> !rest.server.cursors.isEmpty());
        return rest.server.cursors.get(0);
    }

    private FakeExchange open(FakeExchange exchange) {
        rest.handler.handle(exchange);
        return exchange.await();
    }

    @Test
    void eventsFlowAndTheirPlaceIsPutDown() {
        FakeExchange watch = open(new FakeExchange("GET", WATCH));
        cursor().add(WatchCursor.Type.ADDED, rest.server.put("default", "a", 5), 5);
        cursor().add(WatchCursor.Type.MODIFIED, rest.server.put("default", "a", 6), 6);
        Waiting.until(() -> watch.lines().size() == 2);
        assertEquals("MODIFIED", watch.lines().get(1).path("type").asText());
        Waiting.until(() -> watch.checkpoint().toString().startsWith("6/"));
        assertEquals("watch", rest.server.requests.get(0).verb());
    }

    @Test
    void aClientThatDoesNotReadGetsNothingMore() {
        FakeExchange watch = new FakeExchange("GET", WATCH);
        watch.writable(false);
        open(watch);
        cursor().add(WatchCursor.Type.ADDED, rest.server.put("default", "a", 5), 5);
        assertEquals(0, watch.lines().size());
        assertEquals(0, cursor().polls());
        watch.writable(true);
        Waiting.until(() -> watch.lines().size() == 1);
    }

    @Test
    void afterASwapTheWatchGoesOnFromWhereItWas() {
        FakeExchange watch =
                open(
                        new FakeExchange("GET", WATCH + "&resourceVersion=3&labelSelector=a")
                                .resuming("17/" + (rest.clock.millis() + 60_000)));
        cursor();
        assertEquals("17", rest.server.lists.get(0).resourceVersion());
        assertEquals("a", rest.server.lists.get(0).labelSelector());
        cursor().add(WatchCursor.Type.ADDED, rest.server.put("default", "a", 18), 18);
        Waiting.until(() -> watch.lines().size() == 1);
    }

    @Test
    void halfOfTheInitialEventsAreSentAgainAfterASwap() {
        open(
                new FakeExchange("GET", WATCH + "&resourceVersion=0")
                        .resuming("0/" + (rest.clock.millis() + 60_000)));
        cursor();
        assertEquals("0", rest.server.lists.get(0).resourceVersion());
    }

    @Test
    void aPlaceThatIsTooOldEndsAResumedWatchWithAnEvent() {
        rest.server.failure = ApiException.expired("too old resource version: 17 (20)");
        FakeExchange watch =
                open(
                        new FakeExchange("GET", WATCH)
                                .resuming("17/" + (rest.clock.millis() + 60_000)));
        Waiting.until(() -> !watch.isOpen());
        JsonNode event = watch.lines().get(0);
        assertEquals("ERROR", event.path("type").asText());
        assertEquals(410, event.at("/object/code").asInt());
    }

    @Test
    void theTimeThatTheClientGaveEndsTheWatch() {
        FakeExchange watch =
                open(new FakeExchange("GET", WATCH).resuming("17/" + (rest.clock.millis() - 1)));
        Waiting.until(() -> !watch.isOpen());
        Waiting.until(() -> cursor().ended());
    }

    @Test
    void aClientThatGoesLeavesNoCursorBehind() {
        FakeExchange watch = open(new FakeExchange("GET", WATCH));
        FakeCursor cursor = cursor();
        watch.close();
        Waiting.until(cursor::ended);
    }

    @Test
    void tablesSayTheirColumnsOnce() {
        FakeExchange watch =
                open(
                        new FakeExchange("GET", WATCH)
                                .with("accept", "application/json;as=Table;v=v1;g=meta.k8s.io"));
        cursor().add(WatchCursor.Type.ADDED, rest.server.put("default", "a", 5), 5);
        cursor().add(WatchCursor.Type.MODIFIED, rest.server.put("default", "a", 6), 6);
        Waiting.until(() -> watch.lines().size() == 2);
        List<JsonNode> lines = watch.lines();
        assertEquals("Table", lines.get(0).at("/object/kind").asText());
        assertEquals(4, lines.get(0).at("/object/columnDefinitions").size());
        assertEquals(0, lines.get(1).at("/object/columnDefinitions").size());
        assertEquals("a", lines.get(1).at("/object/rows/0/cells/0").asText());
    }

    @Test
    void aWatchOfOneNameSelectsItByItsField() {
        open(new FakeExchange("GET", "/api/v1/watch/namespaces/default/pods/web"));
        cursor();
        assertEquals("metadata.name=web", rest.server.lists.get(0).fieldSelector());
    }

    @Test
    void whoMayNotWatchGets403() {
        rest.server.forbiddenVerb = "watch";
        assertEquals(403, open(new FakeExchange("GET", WATCH)).status());
        assertTrue(rest.server.cursors.isEmpty());
    }

    @Test
    void initialEventsNeedAMatch() {
        FakeExchange refused = open(new FakeExchange("GET", WATCH + "&sendInitialEvents=true"));
        assertEquals(422, refused.status());
        FakeExchange taken =
                open(
                        new FakeExchange(
                                "GET",
                                WATCH
                                        + "&sendInitialEvents=true&resourceVersionMatch=NotOlderThan"
                                        + "&allowWatchBookmarks=true"));
        assertEquals(200, taken.status());
        cursor();
        assertTrue(rest.server.lists.get(0).sendInitialEvents());
        assertTrue(rest.server.lists.get(0).allowWatchBookmarks());
        assertFalse(taken.isOpen() && taken.lines().size() > 0);
    }
}
