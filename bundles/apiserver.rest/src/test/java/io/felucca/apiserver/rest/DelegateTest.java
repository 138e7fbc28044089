package io.felucca.apiserver.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.felucca.apiserver.api.Aggregation.Connection;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.machinery.ApiException;
import io.felucca.metrics.MetricSet;
import io.felucca.testing.FakeClock;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests that another API server answers; without TLS, which has no part in it. */
class DelegateTest {
    private static final UserInfo JANE =
            new UserInfo(
                    "jane",
                    "u-1",
                    List.of("sailors", "system:authenticated"),
                    Map.of("example.com/Port é", List.of("north", "south")));
    private static final Duration LONG = Duration.ofMinutes(1);

    private final NodeClient client = new NodeClient(null, new FakeClock());
    private final ExecutorService other = Executors.newSingleThreadExecutor();
    private final CompletableFuture<String> request = new CompletableFuture<>();
    private ServerSocket listener;

    @BeforeEach
    void listen() throws IOException {
        listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws IOException {
        listener.close();
        client.close();
        other.shutdownNow();
    }

    /** Answers one request, if there is an answer; then waits until the connection ends. */
    private void answer(String answer) {
        other.execute(
                () -> {
                    try (Socket socket = listener.accept()) {
                        BufferedReader in =
                                new BufferedReader(
                                        new InputStreamReader(
                                                socket.getInputStream(), StandardCharsets.UTF_8));
                        StringBuilder head = new StringBuilder();
                        String line = in.readLine();
                        while (line != null && !line.isEmpty()) {
                            head.append(line).append('\n');
                            line = in.readLine();
                        }
                        request.complete(head.toString());
                        OutputStream out = socket.getOutputStream();
                        out.write(answer.getBytes(StandardCharsets.UTF_8));
                        out.flush();
                        while (in.read() >= 0) {
                            // Until the other side has had enough.
                        }
                    } catch (IOException e) {
                        request.completeExceptionally(e);
                    }
                });
    }

    private void open(FakeExchange exchange, Duration timeout) {
        RequestMetrics metrics = new RequestMetrics(new MetricSet(), System::nanoTime);
        Call call =
                new Call(
                        exchange,
                        "audit-1",
                        RequestPath.parse(exchange.rawPath()),
                        Query.parse(exchange.rawQuery()),
                        JANE,
                        metrics.begin(exchange.method(), false));
        NodeTarget target =
                new NodeTarget(
                        "127.0.0.1",
                        listener.getLocalPort(),
                        false,
                        false,
                        exchange.rawPath(),
                        ProxyRoute.NONE,
                        new NodeTarget.Delegate(
                                new Connection(
                                        "127.0.0.1", listener.getLocalPort(), null, "api.n.svc"),
                                timeout));
        client.open(call, target, new byte[0]);
    }

    @Test
    void theOtherServerLearnsWhoAsksFromThisOneOnly() {
        answer(String.join("\r\n", "HTTP/1.1 200 OK", "Content-Length: 2", "", "{}"));
        FakeExchange get =
                new FakeExchange("GET", "/apis/x.io/v1/boats")
                        .with("authorization", "Bearer secret")
                        .with("impersonate-user", "jane")
                        .with("x-remote-user", "root")
                        .with("x-remote-group", "system:masters")
                        .with("x-remote-extra-more", "rights")
                        .with("accept", "application/json");
        open(get, LONG);
        Waiting.until(() -> get.text().equals("{}"));
        assertEquals(200, get.await().status());
        List<String> head = request.join().lines().map(String::toLowerCase).sorted().toList();
        assertTrue(head.contains("get /apis/x.io/v1/boats http/1.1"), head.toString());
        assertEquals(
                List.of(
                        "x-remote-extra-example.com%2fport%20%c3%a9: north",
                        "x-remote-extra-example.com%2fport%20%c3%a9: south",
                        "x-remote-group: sailors",
                        "x-remote-group: system:authenticated",
                        "x-remote-uid: u-1",
                        "x-remote-user: jane"),
                head.stream().filter(line -> line.startsWith("x-remote-")).toList());
        assertTrue(head.contains("audit-id: audit-1"), head.toString());
        assertTrue(head.contains("accept: application/json"), head.toString());
        assertFalse(head.toString().contains("secret"), head.toString());
        assertFalse(head.toString().contains("impersonate"), head.toString());
    }

    @Test
    void whatItWarnsOfAndRefusesComesThrough() {
        answer(
                String.join(
                        "\r\n",
                        "HTTP/1.1 409 Conflict",
                        "Content-Type: application/json",
                        "Warning: 299 - \"old\"",
                        "Audit-Id: other",
                        "Content-Length: 17",
                        "",
                        "{\"kind\":\"Status\"}"));
        FakeExchange post = new FakeExchange("POST", "/apis/x.io/v1/boats");
        open(post, LONG);
        Waiting.until(() -> post.text().equals("{\"kind\":\"Status\"}"));
        assertEquals(409, post.await().status());
        assertEquals("299 - \"old\"", post.responseHeader("Warning"));
        assertEquals("audit-1", post.responseHeader("Audit-Id"));
    }

    @Test
    void whoCannotBeReachedIsUnavailable() throws IOException {
        listener.close();
        FakeExchange get = new FakeExchange("GET", "/apis/x.io/v1/boats");
        open(get, LONG);
        assertEquals(503, get.await().status());
        assertTrue(
                get.text().startsWith("error trying to reach service: dial tcp 127.0.0.1:"),
                get.text());
        assertEquals("text/plain; charset=utf-8", get.responseHeader("Content-Type"));
    }

    @Test
    void whoDoesNotAnswerInTimeIsUnavailable() {
        answer("");
        FakeExchange get = new FakeExchange("GET", "/apis/x.io/v1");
        open(get, Duration.ofMillis(50));
        assertEquals(503, get.await().status());
        assertEquals("error trying to reach service: context deadline exceeded\n", get.text());
    }

    @Test
    void aWatchMayTakeAsLongAsItLikes() {
        answer(
                String.join(
                        "\r\n",
                        "HTTP/1.1 200 OK",
                        "Transfer-Encoding: chunked",
                        "",
                        "3",
                        "one",
                        ""));
        FakeExchange watch = new FakeExchange("GET", "/apis/x.io/v1/boats?watch=true");
        open(watch, Duration.ZERO);
        Waiting.until(() -> watch.text().equals("one"));
        assertTrue(watch.isOpen());
    }

    @Test
    void noPathIsPassedOnThatCouldBeReadInTwoWays() {
        assertEquals("/apis/x.io/v1/boats/a%20b", RemoteProxy.sent("//apis/x.io/v1//boats/a%20b"));
        assertEquals("/apis/x.io/v1/", RemoteProxy.sent("/apis/x.io/v1/"));
        for (String path :
                List.of(
                        "/apis/x.io/v1/boats/a%2Fsecret",
                        "/apis/x.io/v1/boats/../secrets",
                        "/apis/x.io/v1/%2e%2e/secrets",
                        "/apis/x.io/v1/./boats")) {
            ApiException refused =
                    assertThrows(ApiException.class, () -> RemoteProxy.sent(path), path);
            assertEquals(400, refused.status().code());
        }
    }
}
