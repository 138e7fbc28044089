package io.felucca.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.felucca.http.api.HttpExchange;
import io.felucca.http.api.ResponseStream;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Many streams, slow readers, floods, and the end of a listener. */
class StreamsTest {
    private static EventLoopGroup group;

    @BeforeAll
    static void start() {
        group = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
    }

    @AfterAll
    static void stop() {
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Limits stall(long stallMillis) {
        return new Limits(4096, 8192, 100, 10_000, 10_000, stallMillis, 10_000, 100, 2000, 5000);
    }

    /** As Go's client sees it: the whole answer first, then that the rest may be kept. */
    @Test
    void answerBeforeAHugeBodyIsWholeAndThenTheRestIsRefused() throws Exception {
        byte[] why = utf8("too large ".repeat(1000));
        try (TestServer server =
                        TestServer.with(
                                exchange ->
                                        exchange.body(1000)
                                                .whenComplete(
                                                        (body, failure) ->
                                                                exchange.respond(
                                                                        413, Map.of(), why)));
                H2Client client = new H2Client(group, server.port())) {
            H2Client.Reply reply = client.post("/", 1L << 30);
            assertEquals("413", reply.head.get(30, TimeUnit.SECONDS).status().toString());
            assertTrue(reply.end.get(30, TimeUnit.SECONDS));
            assertEquals(new String(why, StandardCharsets.UTF_8), reply.text());
            assertTrue(reply.stream.closeFuture().await(30, TimeUnit.SECONDS));
        }
    }

    @Test
    void fiveThousandOpenStreamsNeedNoThreadEach() throws Exception {
        Set<ResponseStream> streams = ConcurrentHashMap.newKeySet();
        try (TestServer server =
                TestServer.with(
                        exchange -> {
                            ResponseStream stream = exchange.stream(200, Map.of());
                            stream.write(List.of(ByteBuffer.wrap(utf8("one "))), 1L);
                            streams.add(stream);
                        })) {
            List<H2Client> clients = new ArrayList<>();
            List<H2Client.Reply> replies = new ArrayList<>();
            int before = Thread.activeCount();
            for (int i = 0; i < 20; i++) {
                H2Client client = new H2Client(group, server.port());
                clients.add(client);
                for (int j = 0; j < Limits.MAX_STREAMS; j++) {
                    replies.add(client.get("/watch"));
                }
            }
            TestServer.await(() -> streams.size() == 5000);
            ByteBuffer event = ByteBuffer.wrap(utf8("two"));
            streams.forEach(stream -> stream.write(List.of(event.duplicate()), 2L));
            for (H2Client.Reply reply : replies) {
                TestServer.await(() -> reply.text().equals("one two"));
            }
            assertTrue(Thread.activeCount() <= before + 8, "threads: " + Thread.activeCount());
            streams.forEach(ResponseStream::close);
            for (H2Client.Reply reply : replies) {
                assertTrue(reply.end.get(30, TimeUnit.SECONDS));
            }
            clients.forEach(H2Client::close);
        }
    }

    private static int fill(ResponseStream stream) {
        int written = 0;
        while (stream.isWritable()) {
            stream.write(new byte[10_000]);
            written += 10_000;
            assertTrue(written < 50_000_000, "never full");
        }
        return written;
    }

    @Test
    void slowReaderOfAnHttp2StreamHoldsUpOnlyItsOwnWriter() throws Exception {
        CompletableFuture<ResponseStream> slow = new CompletableFuture<>();
        try (TestServer server =
                        TestServer.with(
                                exchange -> {
                                    if (exchange.rawPath().equals("/slow")) {
                                        slow.complete(exchange.stream(200, Map.of()));
                                    } else {
                                        exchange.respond(200, Map.of(), utf8("quick"));
                                    }
                                });
                H2Client client = new H2Client(group, server.port())) {
            H2Client.Reply reply = client.send("GET", "/slow", true, false, null);
            ResponseStream stream = slow.get(30, TimeUnit.SECONDS);
            // More than the client's window and the low mark: from there it can't go on by itself.
            int written = fill(stream);
            while (written <= (256 << 10) + (64 << 10)) {
                TestServer.await(stream::isWritable);
                written += fill(stream);
            }
            assertTrue(written < 2_000_000, "held: " + written);
            CompletableFuture<Void> writable = new CompletableFuture<>();
            stream.onWritable(() -> writable.complete(null));
            H2Client.Reply quick = client.get("/quick");
            assertTrue(quick.end.get(30, TimeUnit.SECONDS));
            assertEquals("quick", quick.text());
            assertFalse(writable.isDone());
            reply.stream.config().setAutoRead(true);
            writable.get(30, TimeUnit.SECONDS);
            stream.close();
            assertTrue(reply.end.get(30, TimeUnit.SECONDS));
            assertEquals(written, reply.bytes());
        }
    }

    /** Fills what the kernel holds, too. */
    private static CompletableFuture<Void> fillForGood(ResponseStream stream) throws Exception {
        int written = 0;
        while (true) {
            written += fill(stream);
            assertTrue(written < 50_000_000, "never full");
            CompletableFuture<Void> writable = new CompletableFuture<>();
            stream.onWritable(() -> writable.complete(null));
            try {
                writable.get(500, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                return writable;
            }
        }
    }

    @Test
    void slowReaderOfAnHttp1StreamHoldsUpItsWriter() throws Exception {
        CompletableFuture<ResponseStream> slow = new CompletableFuture<>();
        try (TestServer server = TestServer.with(e -> slow.complete(e.stream(200, Map.of())));
                RawClient client = new RawClient(server.port())) {
            client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n").head();
            ResponseStream stream = slow.get(30, TimeUnit.SECONDS);
            CompletableFuture<Void> writable = fillForGood(stream);
            CompletableFuture<String> rest = CompletableFuture.supplyAsync(client::rest);
            writable.get(30, TimeUnit.SECONDS);
            stream.close();
            client.close();
            rest.get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void whoTakesNothingOfAnAnswerIsCutOff() throws Exception {
        CompletableFuture<Void> first = new CompletableFuture<>();
        CompletableFuture<Void> second = new CompletableFuture<>();
        try (TestServer server =
                TestServer.with(
                        stall(200),
                        exchange -> {
                            boolean h2 = exchange.protocol().equals("HTTP/2.0");
                            exchange.onClose(() -> (h2 ? second : first).complete(null));
                            exchange.respond(200, Map.of(), new byte[20 << 20]);
                        })) {
            try (RawClient client = new RawClient(server.port())) {
                client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n").head();
                first.get(30, TimeUnit.SECONDS);
            }
            try (H2Client client = new H2Client(group, server.port())) {
                client.send("GET", "/", true, false, null);
                second.get(30, TimeUnit.SECONDS);
                assertTrue(client.channel.isActive(), "only the stream is cut off");
            }
        }
    }

    @Test
    void floodOfResetsEndsTheConnection() throws Exception {
        try (TestServer server = TestServer.with(exchange -> {});
                H2Client client = new H2Client(group, server.port())) {
            for (int i = 0; i < 1500 && client.channel.isActive(); i++) {
                H2Client.Reply reply = client.get("/");
                TestServer.await(() -> reply.stream != null || reply.end.isDone());
                if (reply.stream != null) {
                    reply.reset();
                }
            }
            client.goAway.get(30, TimeUnit.SECONDS);
            TestServer.await(() -> server.server.connections() == 0);
        }
    }

    @Test
    void uriAndHeadersAreBoundedOnHttp2Too() throws Exception {
        try (TestServer server = TestServer.with(e -> e.respond(200, Map.of(), utf8("ok")));
                H2Client client = new H2Client(group, server.port())) {
            H2Client.Reply uri = client.get("/" + "a".repeat(5000));
            assertEquals("414", uri.head.get(30, TimeUnit.SECONDS).status().toString());
            H2Client.Reply headers = client.get("/" + "a".repeat(8200));
            assertEquals("431", headers.head.get(30, TimeUnit.SECONDS).status().toString());
        }
    }

    @Test
    void bodiesReadByOpenStreamsDoNotUseUpTheConnection() throws Exception {
        Set<ResponseStream> streams = ConcurrentHashMap.newKeySet();
        try (TestServer server =
                        TestServer.with(
                                exchange ->
                                        exchange.body(1 << 20)
                                                .thenAccept(
                                                        body -> {
                                                            ResponseStream stream =
                                                                    exchange.stream(200, Map.of());
                                                            stream.write(
                                                                    utf8("got " + body.length));
                                                            streams.add(stream);
                                                        }));
                H2Client client = new H2Client(group, server.port())) {
            for (int i = 0; i < 20; i++) {
                H2Client.Reply reply = client.send("POST", "/", false, true, null);
                TestServer.await(() -> reply.stream != null);
                H2Client.write(reply, new byte[100_000], true);
                TestServer.await(() -> reply.text().equals("got 100000"));
            }
            assertEquals(20, streams.size());
        }
    }

    @Test
    void closingListenerSaysGoAwayFinishesRequestsAndEndsWatches() throws Exception {
        CompletableFuture<HttpExchange> asked = new CompletableFuture<>();
        TestServer server =
                TestServer.with(
                        exchange -> {
                            if (exchange.rawPath().equals("/watch")) {
                                ResponseStream stream = exchange.stream(200, Map.of());
                                stream.write(List.of(ByteBuffer.wrap(utf8("event"))), 1L);
                            } else {
                                asked.complete(exchange);
                            }
                        });
        H2Client client = new H2Client(group, server.port());
        RawClient idle = new RawClient(server.port());
        H2Client.Reply watch = client.get("/watch");
        watch.head.get(30, TimeUnit.SECONDS);
        H2Client.Reply request = client.get("/");
        HttpExchange exchange = asked.get(30, TimeUnit.SECONDS);
        CompletableFuture<Void> closed = CompletableFuture.runAsync(server::close);
        client.goAway.get(30, TimeUnit.SECONDS);
        assertTrue(watch.end.get(30, TimeUnit.SECONDS));
        assertEquals("event", watch.text());
        assertEquals("", idle.rest());
        assertFalse(closed.isDone());
        exchange.respond(200, Map.of(), utf8("done"));
        assertTrue(request.end.get(30, TimeUnit.SECONDS));
        assertEquals("done", request.text());
        closed.get(30, TimeUnit.SECONDS);
        assertEquals(0, server.server.connections());
        client.close();
        idle.close();
    }
}
