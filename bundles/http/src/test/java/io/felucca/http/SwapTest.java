package io.felucca.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.felucca.http.api.HttpExchange;
import io.felucca.http.api.HttpHandler;
import io.felucca.http.api.ResponseStream;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Handlers that come and go. */
class SwapTest {
    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static HttpHandler saying(String text) {
        return exchange -> exchange.respond(200, Map.of(), utf8(text));
    }

    private static Limits limits(int maxParked, long parkMillis, long drainMillis) {
        return new Limits(
                4096,
                8192,
                100,
                10_000,
                10_000,
                10_000,
                10_000,
                maxParked,
                parkMillis,
                drainMillis);
    }

    private static CompletableFuture<HttpResponse<String>> get(
            HttpClient client, TestServer server) {
        return client.sendAsync(
                HttpRequest.newBuilder(server.uri("/")).build(), BodyHandlers.ofString());
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void requestWaitsForTheNextHandler(Version version) throws Exception {
        HttpHandler old = saying("old");
        try (TestServer server = TestServer.with(old)) {
            HttpClient client = Clients.http(version);
            assertEquals("old", get(client, server).get(30, TimeUnit.SECONDS).body());
            server.remove(old);
            CompletableFuture<HttpResponse<String>> waiting = get(client, server);
            TestServer.await(() -> server.server.parked() == 1);
            server.add(saying("new"));
            assertEquals("new", waiting.get(30, TimeUnit.SECONDS).body());
            assertEquals(0, server.server.parked());
        }
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void requestThatWaitedTooLongGets503(Version version) throws Exception {
        try (TestServer server = new TestServer(limits(10, 50, 100))) {
            server.open();
            HttpResponse<String> answer =
                    get(Clients.http(version), server).get(30, TimeUnit.SECONDS);
            assertEquals(503, answer.statusCode());
            assertEquals("1", answer.headers().firstValue("retry-after").orElseThrow());
            assertTrue(answer.body().contains("\"code\":503"), answer.body());
            // kubectl would keep it on its disk and show it again when all is well.
            assertEquals(
                    "no-cache, private", answer.headers().firstValue("cache-control").orElse(""));
        }
    }

    @Test
    void noMoreThanTheBoundWait() throws Exception {
        try (TestServer server = new TestServer(limits(3, 10_000, 100))) {
            server.open();
            HttpClient client = Clients.http(Version.HTTP_2);
            // The first alone, so that all share its connection.
            List<CompletableFuture<HttpResponse<String>>> waiting = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                waiting.add(get(client, server));
                int count = i + 1;
                TestServer.await(() -> server.server.parked() == count);
            }
            assertEquals(503, get(client, server).get(30, TimeUnit.SECONDS).statusCode());
            server.add(saying("new"));
            for (CompletableFuture<HttpResponse<String>> each : waiting) {
                assertEquals("new", each.get(30, TimeUnit.SECONDS).body());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void streamGoesOnWithTheNextHandlerWhereItWas(Version version) throws Exception {
        CompletableFuture<ResponseStream> oldStream = new CompletableFuture<>();
        CompletableFuture<Void> oldToldToStop = new CompletableFuture<>();
        HttpHandler old =
                exchange -> {
                    exchange.onClose(() -> oldToldToStop.complete(null));
                    ResponseStream stream = exchange.stream(200, Map.of());
                    stream.write(List.of(ByteBuffer.wrap(utf8("event 1\n"))), 1L);
                    stream.write(List.of(ByteBuffer.wrap(utf8("event 2\n"))), 2L);
                    oldStream.complete(stream);
                };
        CompletableFuture<HttpExchange> resumed = new CompletableFuture<>();
        try (TestServer server = TestServer.with(old)) {
            HttpResponse<InputStream> answer =
                    Clients.http(version)
                            .send(
                                    HttpRequest.newBuilder(server.uri("/watch")).build(),
                                    BodyHandlers.ofInputStream());
            BufferedReader lines =
                    new BufferedReader(
                            new InputStreamReader(answer.body(), StandardCharsets.UTF_8));
            assertEquals("event 1", lines.readLine());
            assertEquals("event 2", lines.readLine());

            server.remove(old);
            oldToldToStop.get(30, TimeUnit.SECONDS);
            assertFalse(oldStream.join().isOpen());
            oldStream.join().write(List.of(ByteBuffer.wrap(utf8("stray\n"))), 3L);

            HttpHandler middle = exchange -> exchange.stream(200, Map.of());
            server.add(middle);
            server.remove(middle);
            server.add(
                    exchange -> {
                        ResponseStream stream = exchange.stream(200, Map.of());
                        stream.write(List.of(ByteBuffer.wrap(utf8("event 3\n"))), 3L);
                        resumed.complete(exchange);
                        stream.close();
                    });
            HttpExchange next = resumed.get(30, TimeUnit.SECONDS);
            assertEquals(2L, next.resume().orElseThrow());
            assertEquals("/watch", next.rawPath());
            oldStream.join().write(utf8("stray\n"));
            oldStream.join().close();
            assertEquals("event 3", lines.readLine());
            assertEquals(null, lines.readLine());
        }
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void answerToAResumedExchangeEndsTheStream(Version version) throws Exception {
        HttpHandler old =
                exchange -> {
                    ResponseStream stream = exchange.stream(200, Map.of());
                    stream.write(List.of(ByteBuffer.wrap(utf8("event\n"))), "cursor");
                };
        try (TestServer server = TestServer.with(old)) {
            HttpResponse<InputStream> answer =
                    Clients.http(version)
                            .send(
                                    HttpRequest.newBuilder(server.uri("/watch")).build(),
                                    BodyHandlers.ofInputStream());
            server.remove(old);
            server.add(exchange -> exchange.respond(403, Map.of(), utf8("forbidden")));
            assertEquals(
                    "event\n", new String(answer.body().readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    @Test
    void departureWaitsForRequestsInFlightAndForStreamsWithoutACheckpoint() throws Exception {
        CompletableFuture<HttpExchange> asked = new CompletableFuture<>();
        HttpHandler old = asked::complete;
        try (TestServer server = TestServer.with(old)) {
            CompletableFuture<HttpResponse<String>> answer =
                    get(Clients.http(Version.HTTP_2), server);
            HttpExchange exchange = asked.get(30, TimeUnit.SECONDS);
            CompletableFuture<Void> departed = CompletableFuture.runAsync(() -> server.remove(old));
            server.add(saying("new"));
            ResponseStream stream = exchange.stream(200, Map.of());
            stream.write(utf8("still "));
            assertFalse(departed.isDone());
            stream.write(utf8("old"));
            stream.close();
            assertEquals("still old", answer.get(30, TimeUnit.SECONDS).body());
            departed.get(30, TimeUnit.SECONDS);
        }
    }

    /** The others are those that come before the handler's departure does. */
    private static HttpHandler firstTo(HttpHandler first, HttpHandler others) {
        AtomicBoolean came = new AtomicBoolean();
        return exchange -> (came.compareAndSet(false, true) ? first : others).handle(exchange);
    }

    @Test
    void departureDoesNotWaitForABegunStreamWhileARequestIsParked() throws Exception {
        CompletableFuture<ResponseStream> begun = new CompletableFuture<>();
        HttpHandler old =
                firstTo(exchange -> begun.complete(exchange.stream(200, Map.of())), saying("old"));
        try (TestServer server = TestServer.with(limits(10, 60_000, 60_000), old)) {
            HttpClient client = Clients.http(Version.HTTP_2);
            CompletableFuture<HttpResponse<String>> endless = get(client, server);
            ResponseStream stream = begun.get(30, TimeUnit.SECONDS);
            stream.write(utf8("a line, "));
            CompletableFuture<Void> swapped =
                    CompletableFuture.runAsync(
                            () -> {
                                server.remove(old);
                                server.add(saying("new"));
                            });
            TestServer.await(() -> get(client, server).join().body().equals("new"));
            swapped.get(30, TimeUnit.SECONDS);
            stream.write(utf8("and another"));
            stream.close();
            assertEquals("a line, and another", endless.get(30, TimeUnit.SECONDS).body());
        }
    }

    @Test
    void departureWaitsNoLongerThanParkedRequestsCan() throws Exception {
        CompletableFuture<HttpExchange> asked = new CompletableFuture<>();
        HttpHandler old = firstTo(asked::complete, saying("old"));
        try (TestServer server = TestServer.with(limits(10, 1000, 20_000), old)) {
            HttpClient client = Clients.http(Version.HTTP_2);
            CompletableFuture<HttpResponse<String>> slow = get(client, server);
            HttpExchange exchange = asked.get(30, TimeUnit.SECONDS);
            CompletableFuture<Void> swapped =
                    CompletableFuture.runAsync(
                            () -> {
                                server.remove(old);
                                server.add(saying("new"));
                            });
            TestServer.await(
                    () -> {
                        CompletableFuture<HttpResponse<String>> parked = get(client, server);
                        return parked.join().body().equals("new");
                    });
            swapped.get(30, TimeUnit.SECONDS);
            exchange.respond(200, Map.of(), utf8("late"));
            assertEquals("late", slow.get(30, TimeUnit.SECONDS).body());
        }
    }
}
