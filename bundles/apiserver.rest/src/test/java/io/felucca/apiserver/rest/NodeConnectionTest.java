package io.felucca.apiserver.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.felucca.apiserver.api.UserInfo;
import io.felucca.metrics.MetricSet;
import io.felucca.testing.FakeClock;
import io.felucca.testing.PartialTrust;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NodeConnectionTest {
    private static final String LOG = "/api/v1/namespaces/default/pods/web/log?follow=true";
    private static final String EXEC = "/api/v1/namespaces/default/pods/web/exec?command=sh";

    private final NodeClient client = new NodeClient(new PartialTrust() {}, new FakeClock());
    private final ExecutorService node = Executors.newSingleThreadExecutor();
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
        node.shutdownNow();
    }

    private interface Kubelet {
        void talk(BufferedReader in, OutputStream out) throws IOException;
    }

    /** Accepts one connection, reads the request's head, and goes on as told. */
    private void kubelet(Kubelet kubelet) {
        node.execute(
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
                        kubelet.talk(in, socket.getOutputStream());
                    } catch (IOException e) {
                        request.completeExceptionally(e);
                    }
                });
    }

    private static void send(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private static String head(String... lines) {
        return "HTTP/1.1 " + String.join("\r\n", lines) + "\r\n\r\n";
    }

    private void open(FakeExchange exchange, String uri) {
        open(
                exchange,
                new NodeTarget(
                        "127.0.0.1",
                        listener.getLocalPort(),
                        false,
                        true,
                        uri,
                        ProxyRoute.NONE,
                        null));
    }

    /** Something in a pod, behind a proxy. */
    private void proxy(FakeExchange exchange, String uri) {
        open(
                exchange,
                NodeTarget.proxied(
                        "127.0.0.1",
                        listener.getLocalPort(),
                        false,
                        uri,
                        new ProxyRoute("/api/v1/namespaces/default/pods/web/proxy")));
    }

    private void open(FakeExchange exchange, NodeTarget target) {
        RequestMetrics metrics = new RequestMetrics(new MetricSet(), System::nanoTime);
        Call call =
                new Call(
                        exchange,
                        "id",
                        RequestPath.parse(exchange.rawPath()),
                        Query.parse(exchange.rawQuery()),
                        UserInfo.ANONYMOUS,
                        metrics.begin(exchange.method(), false));
        client.open(call, target, new byte[0]);
    }

    @Test
    void aLogIsPassedOnAsItComes() throws Exception {
        CompletableFuture<Void> more = new CompletableFuture<>();
        kubelet(
                (in, out) -> {
                    send(
                            out,
                            head("200 OK", "Content-Type: text/plain", "Transfer-Encoding: chunked")
                                    + "4\r\none\n\r\n");
                    more.join();
                    send(out, "4\r\ntwo\n\r\n0\r\n\r\n");
                });
        FakeExchange log = new FakeExchange("GET", LOG).with("authorization", "Bearer secret");
        open(log, "/containerLogs/default/web/app?follow=true");
        Waiting.until(() -> log.text().equals("one\n"));
        assertTrue(log.isOpen());
        more.complete(null);
        Waiting.until(() -> log.text().equals("one\ntwo\n") && !log.isOpen());
        assertEquals("text/plain", log.responseHeader("Content-Type"));
        String head = request.get();
        assertTrue(head.startsWith("GET /containerLogs/default/web/app?follow=true HTTP/1.1"));
        assertFalse(head.contains("secret"));
    }

    @Test
    void aRefusalBecomesAStatus() {
        kubelet(
                (in, out) ->
                        send(out, head("400 Bad Request", "Content-Length: 10") + "is waiting"));
        FakeExchange log = new FakeExchange("GET", LOG);
        open(log, "/containerLogs/default/web/app");
        assertEquals(400, log.await().status());
        assertEquals("is waiting", log.json().path("message").asText());
    }

    @Test
    void aStreamsRefusalIsPassedOnInTheKubeletsWords() {
        kubelet(
                (in, out) ->
                        send(
                                out,
                                head(
                                                "500 Internal Server Error",
                                                "Content-Type: text/plain",
                                                "Content-Length: 27")
                                        + "container not found (\"app\")"));
        FakeExchange exec = new FakeExchange("POST", EXEC).with("upgrade", "SPDY/3.1");
        open(exec, "/exec/default/web/app?command=sh");
        Waiting.until(() -> exec.text().equals("container not found (\"app\")"));
        assertEquals(500, exec.await().status());
        assertEquals("text/plain", exec.responseHeader("Content-Type"));
    }

    @Test
    void anUpgradePassesBytesBothWays() {
        kubelet(
                (in, out) -> {
                    send(
                            out,
                            head(
                                            "101 Switching",
                                            "Upgrade: SPDY/3.1",
                                            "X-Stream-Protocol-Version: v4")
                                    + "hello ");
                    send(out, in.readLine());
                });
        FakeRawChannel raw = new FakeRawChannel();
        FakeExchange exec =
                new FakeExchange("POST", EXEC)
                        .with("upgrade", "SPDY/3.1")
                        .with("x-stream-protocol-version", "v4")
                        .upgrading(raw);
        open(exec, "/exec/default/web/app?command=sh");
        raw.type("world\n");
        Waiting.until(() -> raw.text().equals("hello world"));
        Waiting.until(raw::closed);
        assertEquals("SPDY/3.1", exec.responseHeader("Upgrade"));
        assertEquals("v4", exec.responseHeader("X-Stream-Protocol-Version"));
        assertTrue(request.join().contains("upgrade: SPDY/3.1"));
    }

    @Test
    void aClientThatHangsUpEndsTheConnection() {
        CompletableFuture<Integer> end = new CompletableFuture<>();
        kubelet(
                (in, out) -> {
                    send(
                            out,
                            head("101 Switching", "Upgrade: websocket", "Sec-WebSocket-Accept: x"));
                    end.complete(in.read());
                });
        FakeRawChannel raw = new FakeRawChannel();
        open(
                new FakeExchange("GET", EXEC).with("upgrade", "websocket").upgrading(raw),
                "/exec/default/web/app?command=sh");
        raw.type("");
        raw.hangUp();
        assertEquals(-1, end.join());
    }

    @Test
    void anUnreachableNodeIsAnInternalError() throws IOException {
        listener.close();
        FakeExchange log = new FakeExchange("GET", LOG);
        open(log, "/containerLogs/default/web/app");
        assertEquals(500, log.await().status());
        assertTrue(log.text().contains("error dialing backend"));
    }

    @Test
    void aPageBehindAProxyLinksToItselfThroughTheProxy() throws Exception {
        kubelet(
                (in, out) ->
                        send(
                                out,
                                head("200 OK", "Content-Type: text/html", "Content-Length: 19")
                                        + "<a href='/next'>x</"));
        FakeExchange page =
                new FakeExchange("GET", "/api/v1/namespaces/default/pods/web/proxy/")
                        .with("authorization", "Bearer secret")
                        .with("cookie", "session=1")
                        .with("impersonate-user", "boss")
                        .with("accept-encoding", "gzip")
                        .with("x-forwarded-for", "10.1.1.1");
        proxy(page, "/");
        Waiting.until(
                () ->
                        page.text()
                                .equals(
                                        "<a href='/api/v1/namespaces/default/pods/web/proxy/next'>"
                                                + "x</"));
        String sent = request.get().toLowerCase(java.util.Locale.ROOT);
        assertFalse(sent.contains("secret"), sent);
        assertFalse(sent.contains("boss"), sent);
        assertFalse(sent.contains("gzip"), sent);
        assertTrue(sent.contains("cookie: session=1"), sent);
        assertTrue(
                sent.contains("x-forwarded-uri: /api/v1/namespaces/default/pods/web/proxy/"), sent);
        assertTrue(sent.contains("x-forwarded-for: 10.1.1.1, "), sent);
    }

    @Test
    void aRedirectStaysBehindTheProxy() {
        kubelet(
                (in, out) ->
                        send(out, head("302 Found", "Location: /login?to=x", "Content-Length: 0")));
        FakeExchange page = new FakeExchange("GET", "/api/v1/namespaces/default/pods/web/proxy/");
        proxy(page, "/");
        assertEquals(302, page.await().status());
        assertEquals(
                "/api/v1/namespaces/default/pods/web/proxy/login?to=x",
                page.responseHeader("Location"));
    }

    @Test
    void aPageTooLongToBeHeldBackIsPassedOnAsItIs() {
        String long1 = "<a href='/x'>" + "y".repeat(1024 * 1024);
        kubelet(
                (in, out) ->
                        send(
                                out,
                                head(
                                                "200 OK",
                                                "Content-Type: text/html; charset=utf-8",
                                                "Content-Length: " + long1.length())
                                        + long1));
        FakeExchange page = new FakeExchange("GET", "/api/v1/namespaces/default/pods/web/proxy/");
        proxy(page, "/");
        Waiting.until(() -> page.text().length() == long1.length() && !page.isOpen());
        assertTrue(page.text().startsWith("<a href='/x'>y"));
    }

    @Test
    void aServerMayEndItsLinesAsItLikes() {
        kubelet((in, out) -> send(out, "HTTP/1.0 200 OK\r\nX-A: b\n\nbody"));
        FakeExchange page = new FakeExchange("GET", "/api/v1/namespaces/default/pods/web/proxy/");
        proxy(page, "/");
        Waiting.until(() -> page.text().equals("body") && !page.isOpen());
        assertEquals("b", page.responseHeader("X-A"));
    }

    @Test
    void whatIsNoHttpIsAnError() {
        kubelet((in, out) -> send(out, "220 mail ready\r\n\r\n"));
        FakeExchange page = new FakeExchange("GET", "/api/v1/namespaces/default/pods/web/proxy/");
        proxy(page, "/");
        assertEquals(500, page.await().status());
    }
}
