package io.felucca.client.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.felucca.apiserver.api.WatchCursor;
import io.felucca.apiserver.api.WatchCursor.Event;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.StatusReason;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class RemoteCursorTest {
    private static final String ADDED =
            """
            {"type":"ADDED","object":{"kind":"Pod","apiVersion":"v1","metadata":{"name":"a",\
            "namespace":"n","uid":"u","resourceVersion":"7","labels":{"k":"v"},\
            "ownerReferences":[{"uid":"o"}]}}}
            """;
    private static final String INITIAL_END =
            """
            {"type":"BOOKMARK","object":{"kind":"Pod","apiVersion":"v1","metadata":\
            {"resourceVersion":"9","annotations":{"k8s.io/initial-events-end":"true"}}}}
            """;

    private final AtomicInteger requested = new AtomicInteger();
    private final AtomicInteger cancelled = new AtomicInteger();

    @Test
    void eventsAreCutFromPiecesAsTheyCome() {
        RemoteCursor cursor = new RemoteCursor(0, true, () -> {});
        BodySubscriber<byte[]> body = open(cursor);
        int middle = ADDED.length() / 2;
        send(body, ADDED.substring(0, middle));
        assertEquals(List.of(), cursor.poll(10));
        send(body, ADDED.substring(middle) + ADDED);
        List<Event> events = cursor.poll(10);
        assertEquals(2, events.size());
        Event event = events.get(0);
        assertEquals(WatchCursor.Type.ADDED, event.type());
        assertEquals("n", event.object().namespace());
        assertEquals("a", event.object().name());
        assertEquals(7, event.revision());
        assertEquals(Map.of("k", "v"), event.object().labels());
        assertEquals(List.of("o"), event.object().ownerUids());
        assertEquals(ADDED, new String(event.line(), StandardCharsets.UTF_8));
    }

    @Test
    void revisionIsZeroUntilTheInitialEventsAreComplete() {
        RemoteCursor cursor = new RemoteCursor(0, true, () -> {});
        BodySubscriber<byte[]> body = open(cursor);
        send(body, ADDED + INITIAL_END);
        cursor.poll(1);
        assertEquals(0, cursor.revision());
        cursor.poll(1);
        assertEquals(9, cursor.revision());
    }

    @Test
    void moreIsReadOnlyAfterEnoughHasBeenTaken() {
        RemoteCursor cursor = new RemoteCursor(1, false, () -> {});
        BodySubscriber<byte[]> body = open(cursor);
        assertEquals(1, requested.get());
        send(body, ADDED.repeat(300));
        assertEquals(1, requested.get());
        cursor.poll(10);
        assertEquals(1, requested.get());
        cursor.poll(100);
        assertEquals(2, requested.get());
    }

    @Test
    void brokenConnectionEndsTheWatchAfterItsLastEvents() {
        RemoteCursor cursor = new RemoteCursor(1, false, () -> {});
        BodySubscriber<byte[]> body = open(cursor);
        AtomicInteger signals = new AtomicInteger();
        cursor.onAvailable(signals::incrementAndGet);
        send(body, ADDED);
        assertEquals(1, signals.get());
        body.onError(new java.io.IOException("reset"));
        assertFalse(cursor.ended());
        assertEquals(1, cursor.poll(10).size());
        assertTrue(cursor.ended());
        assertEquals(7, cursor.revision());
    }

    @Test
    void watchThatCouldNotBeOpenedThrowsSoThatItsReaderWaits() {
        RemoteCursor cursor = new RemoteCursor(1, false, () -> {});
        cursor.failed(ApiException.unavailable("no answer", 1));
        assertFalse(cursor.ended());
        assertThrows(ApiException.class, () -> cursor.poll(10));
        assertTrue(cursor.ended());
    }

    @Test
    void expiredHistoryIsAnErrorEvent() {
        RemoteCursor cursor = new RemoteCursor(1, false, () -> {});
        cursor.failed(ApiException.expired("too old resource version: 1 (5)"));
        assertEquals(WatchCursor.Type.ERROR, cursor.poll(10).get(0).type());
        assertTrue(cursor.ended());
    }

    @Test
    void unreadableLineIsAFailureAndNotSkipped() {
        RemoteCursor cursor = new RemoteCursor(1, false, () -> {});
        send(open(cursor), "{\"type\":\n");
        ApiException thrown = assertThrows(ApiException.class, () -> cursor.poll(10));
        assertEquals(StatusReason.InternalError, thrown.reason());
        assertEquals(1, cancelled.get());
    }

    @Test
    void silentWatchEndsAtTheSecondLook() {
        RemoteCursor cursor = new RemoteCursor(1, false, () -> {});
        send(open(cursor), INITIAL_END);
        cursor.poll(10);
        cursor.endIfSilent();
        assertFalse(cursor.ended());
        cursor.endIfSilent();
        assertTrue(cursor.ended());
        assertEquals(1, cancelled.get());
    }

    @Test
    void closedCursorLetsGoOfItsConnectionOnce() {
        AtomicInteger closed = new AtomicInteger();
        RemoteCursor cursor = new RemoteCursor(1, false, closed::incrementAndGet);
        open(cursor);
        cursor.close();
        cursor.close();
        assertEquals(1, cancelled.get());
        assertEquals(1, closed.get());
    }

    private BodySubscriber<byte[]> open(RemoteCursor cursor) {
        BodySubscriber<byte[]> body = cursor.apply(new Ok());
        body.onSubscribe(
                new Flow.Subscription() {
                    @Override
                    public void request(long n) {
                        requested.incrementAndGet();
                    }

                    @Override
                    public void cancel() {
                        cancelled.incrementAndGet();
                    }
                });
        return body;
    }

    private static void send(BodySubscriber<byte[]> body, String text) {
        body.onNext(List.of(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8))));
    }

    private record Ok() implements HttpResponse.ResponseInfo {
        @Override
        public int statusCode() {
            return 200;
        }

        @Override
        public HttpHeaders headers() {
            return HttpHeaders.of(Map.of(), (name, value) -> true);
        }

        @Override
        public HttpClient.Version version() {
            return HttpClient.Version.HTTP_1_1;
        }
    }
}
