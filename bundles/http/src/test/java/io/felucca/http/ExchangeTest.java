package io.felucca.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.felucca.http.api.HttpExchange;
import io.felucca.http.api.ResponseStream;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What both protocols have in common. */
class ExchangeTest {
    private static final Map<String, String> TEXT = Map.of("Content-Type", "text/plain");

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void echo(HttpExchange exchange) {
        exchange.body(4 << 20)
                .whenComplete(
                        (body, failure) -> {
                            if (failure == null) {
                                exchange.respond(200, TEXT, body);
                            } else {
                                exchange.respond(413, TEXT, utf8("too large"));
                            }
                        });
    }

    private static HttpResponse<byte[]> send(Version version, HttpRequest.Builder request)
            throws Exception {
        return Clients.http(version)
                .send(request.timeout(Duration.ofSeconds(10)).build(), BodyHandlers.ofByteArray());
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void requestIsShownAsItWasSent(Version version) throws Exception {
        CompletableFuture<HttpExchange> seen = new CompletableFuture<>();
        try (TestServer server =
                TestServer.with(
                        exchange -> {
                            seen.complete(exchange);
                            exchange.respond(
                                    200, Map.of("X-Two", "a\nb", "Connection", "x"), utf8("ok"));
                        })) {
            HttpResponse<byte[]> answer =
                    send(
                            version,
                            HttpRequest.newBuilder(server.uri("/a%2Fb/c?x=1&y=%20"))
                                    .header("X-Mixed", "1")
                                    .header("X-Mixed", "2"));
            HttpExchange exchange = seen.get(30, TimeUnit.SECONDS);
            assertEquals("GET", exchange.method());
            assertEquals("/a%2Fb/c", exchange.rawPath());
            assertEquals("x=1&y=%20", exchange.rawQuery());
            assertEquals(List.of("1", "2"), exchange.headers("x-MIXED"));
            assertEquals("127.0.0.1:" + server.port(), exchange.header("Host").orElseThrow());
            List<String> names = new ArrayList<>();
            exchange.headerNames().forEach(names::add);
            assertTrue(names.containsAll(List.of("host", "x-mixed")), names.toString());
            assertEquals(List.of("a", "b"), answer.headers().allValues("x-two"));
            assertEquals("2", answer.headers().firstValue("content-length").orElseThrow());
            assertTrue(answer.headers().firstValue("date").orElseThrow().endsWith("GMT"));
            assertFalse(answer.headers().firstValue("connection").isPresent());
        }
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void bodiesOfMegabytesGoBothWays(Version version) throws Exception {
        byte[] body = new byte[3 << 20];
        new Random(7).nextBytes(body);
        try (TestServer server = TestServer.with(ExchangeTest::echo)) {
            HttpRequest.Builder request = HttpRequest.newBuilder(server.uri("/"));
            assertArrayEquals(
                    body, send(version, request.POST(BodyPublishers.ofByteArray(body))).body());
            // Of unknown length: chunked, or frames only.
            assertArrayEquals(
                    body,
                    send(
                                    version,
                                    request.POST(
                                            BodyPublishers.fromPublisher(
                                                    BodyPublishers.ofByteArray(body))))
                            .body());
        }
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void bodyOverTheBoundIsRefusedAndTheClientSeesTheAnswer(Version version) throws Exception {
        try (TestServer server =
                TestServer.with(
                        exchange ->
                                exchange.body(1000)
                                        .whenComplete(
                                                (body, failure) ->
                                                        exchange.respond(
                                                                413,
                                                                TEXT,
                                                                utf8(failure.getMessage()))))) {
            HttpRequest.Builder request = HttpRequest.newBuilder(server.uri("/"));
            HttpResponse<byte[]> answer =
                    send(version, request.POST(BodyPublishers.ofByteArray(new byte[100_000])));
            assertEquals(413, answer.statusCode());
            assertArrayEquals(utf8("request body is larger than 1000 bytes"), answer.body());
        }
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void bodyFarOverTheBoundIsRefusedAndTheClientSeesTheAnswer(Version version) throws Exception {
        byte[] why = utf8("too large ".repeat(10_000));
        try (TestServer server =
                TestServer.with(
                        exchange ->
                                exchange.body(1000)
                                        .whenComplete(
                                                (body, failure) ->
                                                        exchange.respond(413, TEXT, why)))) {
            HttpRequest.Builder request = HttpRequest.newBuilder(server.uri("/"));
            HttpResponse<byte[]> answer =
                    send(version, request.POST(BodyPublishers.ofByteArray(new byte[4 << 20])));
            assertEquals(413, answer.statusCode());
            assertArrayEquals(why, answer.body());
        }
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void continueIsSentWhenTheBodyIsWanted(Version version) throws Exception {
        try (TestServer server = TestServer.with(ExchangeTest::echo)) {
            HttpResponse<byte[]> answer =
                    send(
                            version,
                            HttpRequest.newBuilder(server.uri("/"))
                                    .expectContinue(true)
                                    .POST(BodyPublishers.ofString("hello")));
            assertArrayEquals(utf8("hello"), answer.body());
        }
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void headGetsTheHeadOnly(Version version) throws Exception {
        try (TestServer server =
                TestServer.with(exchange -> exchange.respond(200, TEXT, utf8("hello")))) {
            HttpRequest.Builder request = HttpRequest.newBuilder(server.uri("/"));
            HttpResponse<byte[]> answer =
                    send(version, request.method("HEAD", BodyPublishers.noBody()));
            assertEquals("5", answer.headers().firstValue("content-length").orElseThrow());
            assertEquals(0, answer.body().length);
        }
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void streamFromAnotherThreadKeepsItsOrder(Version version) throws Exception {
        ExecutorService pool = Executors.newSingleThreadExecutor();
        StringBuilder expected = new StringBuilder();
        for (int i = 0; i < 2000; i++) {
            expected.append("line ").append(i).append('\n');
        }
        try (TestServer server =
                TestServer.with(
                        exchange -> {
                            ResponseStream stream = exchange.stream(200, TEXT);
                            pool.execute(
                                    () -> {
                                        for (int i = 0; i < 2000; i++) {
                                            stream.write(
                                                    List.of(
                                                            ByteBuffer.wrap(utf8("line ")),
                                                            ByteBuffer.wrap(utf8(i + "\n"))));
                                        }
                                        stream.close();
                                        stream.write(utf8("too late"));
                                    });
                        })) {
            HttpResponse<byte[]> answer = send(version, HttpRequest.newBuilder(server.uri("/")));
            assertEquals(expected.toString(), new String(answer.body(), StandardCharsets.UTF_8));
        } finally {
            pool.shutdownNow();
        }
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void handlerThatThrowsAnswers500(Version version) throws Exception {
        try (TestServer server =
                TestServer.with(
                        exchange -> {
                            throw new IllegalStateException("a test's own failure");
                        })) {
            HttpClient client = Clients.http(version);
            HttpRequest request = HttpRequest.newBuilder(server.uri("/")).build();
            for (int i = 0; i < 3; i++) {
                assertEquals(500, client.send(request, BodyHandlers.ofString()).statusCode());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void closeActionsRunWhenTheClientGoes(Version version) throws Exception {
        CompletableFuture<Void> gone = new CompletableFuture<>();
        CompletableFuture<ResponseStream> opened = new CompletableFuture<>();
        try (TestServer server =
                TestServer.with(
                        exchange -> {
                            exchange.onClose(() -> gone.complete(null));
                            ResponseStream stream = exchange.stream(200, TEXT);
                            stream.write(utf8("first\n"));
                            opened.complete(stream);
                        })) {
            HttpResponse<java.io.InputStream> answer =
                    Clients.http(version)
                            .send(
                                    HttpRequest.newBuilder(server.uri("/")).build(),
                                    BodyHandlers.ofInputStream());
            assertEquals('f', answer.body().read());
            assertTrue(opened.join().isOpen());
            answer.body().close();
            gone.get(30, TimeUnit.SECONDS);
            assertFalse(opened.join().isOpen());
        }
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void secondAnswerIsDroppedAndSecondStreamRefused(Version version) throws Exception {
        CompletableFuture<HttpExchange> seen = new CompletableFuture<>();
        try (TestServer server =
                TestServer.with(
                        exchange -> {
                            ResponseStream stream = exchange.stream(200, TEXT);
                            assertThrows(
                                    IllegalStateException.class, () -> exchange.stream(200, TEXT));
                            exchange.respond(500, TEXT, utf8("dropped"));
                            stream.close();
                            seen.complete(exchange);
                        })) {
            HttpResponse<byte[]> answer = send(version, HttpRequest.newBuilder(server.uri("/")));
            assertEquals(200, answer.statusCode());
            assertEquals(0, answer.body().length);
            CompletableFuture<Void> atOnce = new CompletableFuture<>();
            seen.join().onClose(() -> atOnce.complete(null));
            assertTrue(atOnce.isDone());
        }
    }
}
