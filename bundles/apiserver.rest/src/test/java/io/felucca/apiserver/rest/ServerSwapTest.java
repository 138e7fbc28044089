package io.felucca.apiserver.rest;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.felucca.apiserver.api.ApiServer;
import io.felucca.apiserver.api.WatchCursor;
import java.lang.reflect.Method;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The API server goes and another comes, while the REST surface stays. */
class ServerSwapTest {
    private static final String PODS = "/api/v1/namespaces/default/pods";

    private final Rest rest = new Rest();
    private final FakeServer next = new FakeServer();

    @BeforeEach
    void fill() {
        rest.server.put("default", "a", 5);
        next.put("default", "a", 7);
    }

    @AfterEach
    void close() {
        rest.close();
    }

    private void swap() {
        rest.handler.unbindServer(rest.server);
        rest.handler.bindServer(next);
    }

    private static String revision(FakeExchange answer) {
        assertEquals(200, answer.status());
        return answer.json().at("/metadata/resourceVersion").asText();
    }

    /** A default of the interface would pass the server by. */
    @Test
    void everyCallGoesToTheServer() {
        for (Method method : ApiServer.class.getMethods()) {
            assertDoesNotThrow(
                    () ->
                            CurrentServer.class.getDeclaredMethod(
                                    method.getName(), method.getParameterTypes()),
                    method::toString);
        }
    }

    @Test
    void whoComesWhileNoServerIsThereWaitsForTheNext() {
        rest.handler.unbindServer(rest.server);
        FakeExchange get = new FakeExchange("GET", PODS + "/a");
        next.put("default", "b", 8);
        FakeExchange write = new FakeExchange("DELETE", PODS + "/b");
        rest.handler.handle(get);
        rest.handler.handle(write);
        assertEquals(0, get.status());
        rest.handler.bindServer(next);
        assertEquals("7", revision(get.await()));
        assertEquals(200, write.await().status());
        assertTrue(rest.server.requests.isEmpty());
    }

    @Test
    void serverThatStaysAwayIsNotWaitedForLongerThanAMoment() {
        rest.handler.unbindServer(rest.server);
        assertEquals(503, rest.get(PODS + "/a").status());
        // The moment is over for those who come later, too.
        assertEquals(503, rest.get(PODS).status());
    }

    @Test
    void whoComesAfterASwapGetsTheNewServersAnswer() {
        assertEquals("5", revision(rest.get(PODS + "/a")));
        swap();
        assertEquals("7", revision(rest.get(PODS + "/a")));
    }

    @Test
    void openWatchGoesOnWithTheNextServerWhereItWas() {
        FakeExchange watch = new FakeExchange("GET", PODS + "?watch=true&labelSelector=a");
        rest.handler.handle(watch);
        watch.await();
        Waiting.until(() -> !rest.server.cursors.isEmpty());
        FakeCursor first = rest.server.cursors.get(0);
        first.add(WatchCursor.Type.ADDED, rest.server.put("default", "a", 5), 5);
        Waiting.until(() -> watch.lines().size() == 1);
        rest.handler.unbindServer(rest.server);
        first.end();
        rest.handler.bindServer(next);
        Waiting.until(() -> !next.cursors.isEmpty());
        assertEquals("5", next.lists.get(0).resourceVersion());
        assertEquals("a", next.lists.get(0).labelSelector());
        next.cursors.get(0).add(WatchCursor.Type.MODIFIED, next.put("default", "a", 6), 6);
        Waiting.until(() -> watch.lines().size() == 2);
        assertTrue(watch.isOpen());
    }

    @Test
    void watchThatTheServerEndedWithAnErrorIsNotOpenedAgain() {
        FakeExchange watch = new FakeExchange("GET", PODS + "?watch=true");
        rest.handler.handle(watch);
        watch.await();
        Waiting.until(() -> !rest.server.cursors.isEmpty());
        FakeCursor cursor = rest.server.cursors.get(0);
        cursor.add(WatchCursor.Type.ERROR, rest.server.put("default", "a", 5), 5);
        cursor.end();
        Waiting.until(() -> !watch.isOpen());
        assertEquals(1, rest.server.cursors.size());
    }
}
