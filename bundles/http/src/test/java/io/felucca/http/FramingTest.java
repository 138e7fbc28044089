package io.felucca.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.felucca.http.api.HttpExchange;
import io.felucca.http.api.HttpHandler;
import io.felucca.http.api.RawChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP/1.1 byte by byte. */
class FramingTest {
    private static final String HOST = "Host: x\r\n";
    private static final HttpHandler PATH =
            exchange -> exchange.respond(200, Map.of(), utf8(exchange.rawPath()));

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Limits quick(long headMillis, long bodyMillis, long idleMillis) {
        return new Limits(
                4096, 8192, 2, headMillis, bodyMillis, 10_000, idleMillis, 1000, 2000, 5000);
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrderThoughAnswersComeLate() throws Exception {
        BlockingQueue<HttpExchange> asked = new LinkedBlockingQueue<>(10);
        try (TestServer server = TestServer.with(asked::add);
                RawClient client = new RawClient(server.port())) {
            client.send(
                    "GET /1 HTTP/1.1\r\n"
                            + HOST
                            + "\r\nGET /2 HTTP/1.1\r\n"
                            + HOST
                            + "\r\nPOST /3 HTTP/1.1\r\n"
                            + HOST
                            + "Content-Length: 3\r\n\r\nabcGET /4 HTTP/1.1\r\n"
                            + HOST
                            + "\r\n");
            for (int i = 1; i <= 4; i++) {
                HttpExchange exchange = asked.poll(30, TimeUnit.SECONDS);
                assertEquals("/" + i, exchange.rawPath());
                assertTrue(asked.isEmpty(), "one at a time");
                exchange.respond(200, Map.of(), utf8("answer" + i));
                assertTrue(client.head().startsWith("HTTP/1.1 200 OK\r\n"));
                assertEquals("answer" + i, client.bytes(7));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "414, 'GET /{8000} HTTP/1.1\r\nHost: x\r\n\r\n'",
        "431, 'GET / HTTP/1.1\r\nHost: x\r\nX-Long: {9000}\r\n\r\n'",
        "400, 'GET / HTTP/1.1\r\n\r\n'",
        "400, 'GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n'",
        "400, 'GET / HTTP/1.1\r\nHost : x\r\n\r\n'",
        "400, 'nonsense\r\n\r\n'",
        "400, 'GET nowhere HTTP/1.1\r\nHost: x\r\n\r\n'",
        "400, 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n'",
        "400, 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n'",
        "400, 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n'",
        "501, 'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n'",
        "505, 'GET / HTTP/3.0\r\nHost: x\r\n\r\n'",
        "417, 'GET / HTTP/1.1\r\nHost: x\r\nExpect: miracles\r\n\r\n'",
    })
    void badHeadIsRefusedAndTheConnectionCloses(int status, String head) throws Exception {
        String sent = head.replace("{8000}", "a".repeat(8000)).replace("{9000}", "a".repeat(9000));
        try (TestServer server = TestServer.with(PATH);
                RawClient client = new RawClient(server.port())) {
            String answer = client.send(sent).rest();
            assertTrue(answer.startsWith("HTTP/1.1 " + status + " "), answer);
            assertTrue(answer.contains("connection: close\r\n"), answer);
        }
    }

    @Test
    void brokenChunkIsRefused() throws Exception {
        try (TestServer server = TestServer.with(exchange -> exchange.body(1000));
                RawClient client = new RawClient(server.port())) {
            client.send("POST / HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n");
            assertTrue(client.rest().startsWith("HTTP/1.1 400 "));
        }
    }

    @Test
    void hugeBodyIsRefusedWithoutContinueAndTheConnectionCloses() throws Exception {
        try (TestServer server =
                        TestServer.with(
                                exchange ->
                                        exchange.body(1000)
                                                .whenComplete(
                                                        (body, failure) ->
                                                                exchange.respond(
                                                                        413,
                                                                        Map.of(),
                                                                        utf8("no"))));
                RawClient client = new RawClient(server.port())) {
            client.send(
                    "POST / HTTP/1.1\r\n"
                            + HOST
                            + "Content-Length: 9999999\r\nExpect: 100-continue\r\n\r\n");
            String answer = client.rest();
            assertTrue(answer.startsWith("HTTP/1.1 413 "), answer);
            assertTrue(answer.endsWith("no"), answer);
        }
    }

    @Test
    void unreadBodyDoesNotDisturbTheNextRequest() throws Exception {
        try (TestServer server = TestServer.with(PATH);
                RawClient client = new RawClient(server.port())) {
            client.send("POST /1 HTTP/1.1\r\n" + HOST + "Content-Length: 5\r\n\r\n");
            assertTrue(client.head().startsWith("HTTP/1.1 200"));
            assertEquals("/1", client.bytes(2));
            client.send("helloGET /2 HTTP/1.1\r\n" + HOST + "\r\n");
            assertTrue(client.head().startsWith("HTTP/1.1 200"));
            assertEquals("/2", client.bytes(2));
        }
    }

    @Test
    void oldClientGetsAStreamThatEndsWithTheConnection() throws Exception {
        try (TestServer server =
                        TestServer.with(
                                exchange -> {
                                    var stream = exchange.stream(200, Map.of());
                                    stream.write(utf8("all"));
                                    stream.close();
                                });
                RawClient client = new RawClient(server.port())) {
            String answer = client.send("GET / HTTP/1.0\r\n\r\n").rest();
            assertTrue(answer.endsWith("\r\n\r\nall"), answer);
            assertFalse(answer.contains("chunked"), answer);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "GET / HT", "GET / HTTP/1.1\r\nHost: x\r\nX-Slow: "})
    void slowHeadIsCutOff(String part) throws Exception {
        // Long enough for the part to come in time, also on a machine with other work.
        try (TestServer server = TestServer.with(quick(1000, 10_000, 10_000), PATH);
                RawClient client = new RawClient(server.port())) {
            String answer = client.send(part).rest();
            assertEquals(
                    part.isEmpty() ? "" : "HTTP/1.1 408",
                    answer.substring(0, part.isEmpty() ? 0 : 12));
            TestServer.await(() -> server.server.connections() == 0);
        }
    }

    @Test
    void slowBodyIsCutOffAndFailsForTheHandler() throws Exception {
        CompletableFuture<Throwable> failure = new CompletableFuture<>();
        try (TestServer server =
                        TestServer.with(
                                quick(10_000, 100, 10_000),
                                exchange ->
                                        exchange.body(1000)
                                                .whenComplete((b, e) -> failure.complete(e)));
                RawClient client = new RawClient(server.port())) {
            client.send("POST / HTTP/1.1\r\n" + HOST + "Content-Length: 5\r\n\r\nab");
            assertTrue(client.rest().startsWith("HTTP/1.1 408 "));
            assertTrue(failure.get(30, TimeUnit.SECONDS) instanceof IOException);
        }
    }

    @Test
    void idleConnectionCloses() throws Exception {
        try (TestServer server = TestServer.with(quick(10_000, 10_000, 100), PATH);
                RawClient client = new RawClient(server.port())) {
            client.send("GET /1 HTTP/1.1\r\n" + HOST + "\r\n");
            assertTrue(client.rest().endsWith("/1"));
        }
    }

    @Test
    void connectionsOverTheBoundAreClosed() throws Exception {
        try (TestServer server = TestServer.with(quick(10_000, 10_000, 10_000), PATH);
                RawClient first = new RawClient(server.port());
                RawClient second = new RawClient(server.port())) {
            assertThrows(IOException.class, () -> new RawClient(server.port()).close());
            first.close();
            TestServer.await(() -> server.server.connections() == 1);
            try (RawClient third = new RawClient(server.port())) {
                third.send("GET /3 HTTP/1.1\r\n" + HOST + "\r\n").head();
                assertEquals("/3", third.bytes(2));
            }
            second.send("GET /2 HTTP/1.1\r\n" + HOST + "\r\n").head();
            assertEquals("/2", second.bytes(2));
        }
    }

    private static void echo(RawChannel raw) {
        raw.onBytes(
                bytes -> {
                    ByteBuffer copy = ByteBuffer.allocate(bytes.remaining());
                    raw.write(copy.put(bytes).flip());
                });
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void upgradedBytesGoThroughAsTheyAreEvenThoseSentEarly(boolean atOnce) throws Exception {
        CompletableFuture<HttpExchange> asked = new CompletableFuture<>();
        CompletableFuture<Void> closed = new CompletableFuture<>();
        try (TestServer server =
                        TestServer.with(
                                exchange -> {
                                    if (atOnce) {
                                        echo(exchange.upgrade(Map.of("Upgrade", "SPDY/3.1")));
                                    }
                                    exchange.onClose(() -> closed.complete(null));
                                    asked.complete(exchange);
                                });
                RawClient client = new RawClient(server.port())) {
            String early = "GET / HTTP/1.1\r\n\r\n\0\u00ff early";
            client.send(
                    "POST /exec HTTP/1.1\r\n"
                            + HOST
                            + "Connection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\n"
                            + early);
            HttpExchange exchange = asked.get(30, TimeUnit.SECONDS);
            if (!atOnce) {
                echo(exchange.upgrade(Map.of("Upgrade", "SPDY/3.1", "X-Stream", "v4")));
            }
            String head = client.head().toLowerCase(Locale.ROOT);
            assertTrue(head.startsWith("http/1.1 101 "), head);
            assertTrue(head.contains("upgrade: spdy/3.1"), head);
            assertTrue(head.contains("connection: upgrade"), head);
            assertEquals(early, client.bytes(early.length()));
            String later = "x".repeat(300_000);
            CompletableFuture<Void> sent =
                    CompletableFuture.runAsync(
                            () -> {
                                try {
                                    client.send(later);
                                } catch (IOException e) {
                                    throw new IllegalStateException(e);
                                }
                            });
            assertEquals(later, client.bytes(later.length()));
            sent.get(30, TimeUnit.SECONDS);
            client.close();
            closed.get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void upgradedConnectionPushesBackOnBothSides() throws Exception {
        CompletableFuture<RawChannel> opened = new CompletableFuture<>();
        try (TestServer server =
                        TestServer.with(
                                e -> opened.complete(e.upgrade(Map.of("Upgrade", "websocket"))));
                RawClient client = new RawClient(server.port())) {
            client.send("GET / HTTP/1.1\r\n" + HOST + "Connection: Upgrade\r\n\r\n").head();
            RawChannel raw = opened.get(30, TimeUnit.SECONDS);
            CompletableFuture<Void> writable = new CompletableFuture<>();
            raw.onWritabilityChange(() -> writable.complete(null));
            int written = 0;
            while (raw.isWritable()) {
                raw.write(ByteBuffer.wrap(new byte[10_000]));
                written += 10_000;
            }
            assertFalse(writable.isDone());
            assertEquals(written, client.bytes(written).length());
            writable.get(30, TimeUnit.SECONDS);
            assertTrue(raw.isWritable());
            raw.close();
            assertEquals("", client.rest());
        }
    }

    @Test
    void upgradedConnectionMayBeIdleForLong() throws Exception {
        try (TestServer server =
                        TestServer.with(
                                quick(10_000, 10_000, 400),
                                exchange -> echo(exchange.upgrade(Map.of("Upgrade", "x"))));
                RawClient client = new RawClient(server.port())) {
            client.send("GET / HTTP/1.1\r\n" + HOST + "Connection: Upgrade\r\n\r\n").head();
            TestServer.awaitUntil(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(1000));
            assertEquals("still", client.send("still").bytes(5));
        }
    }

    @Test
    void upgradeIsRefusedAfterAnAnswer() throws Exception {
        CompletableFuture<Throwable> refused = new CompletableFuture<>();
        try (TestServer server =
                        TestServer.with(
                                exchange -> {
                                    exchange.stream(200, Map.of());
                                    refused.complete(
                                            assertThrows(
                                                    IllegalStateException.class,
                                                    () -> exchange.upgrade(Map.of())));
                                });
                RawClient client = new RawClient(server.port())) {
            client.send("GET / HTTP/1.1\r\n" + HOST + "\r\n").head();
            refused.get(30, TimeUnit.SECONDS);
        }
    }
}
