package io.felucca.http;

import io.felucca.http.api.HttpHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** A listener on a free loopback port. */
final class TestServer implements AutoCloseable {
    static final Limits LIMITS =
            new Limits(4096, 8192, 10_000, 10_000, 10_000, 10_000, 60_000, 1000, 2000, 5000);

    final Server server;
    private final EventLoops loops = new EventLoops();
    private final AtomicLong ids = new AtomicLong();

    TestServer(Limits limits) {
        this(limits, 0);
    }

    TestServer(Limits limits, int port) {
        server =
                new Server(
                        "test",
                        List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)),
                        limits,
                        loops.group(),
                        Clock.systemUTC());
    }

    /** An open one that asks this handler. */
    static TestServer with(HttpHandler handler) {
        return with(LIMITS, handler);
    }

    static TestServer with(Limits limits, HttpHandler handler) {
        TestServer started = new TestServer(limits);
        started.add(handler);
        started.open();
        return started;
    }

    void open() {
        server.identity(TestIdentity.named("server"));
        await(() -> !server.addresses().isEmpty());
    }

    void add(HttpHandler handler) {
        server.handlers().add(handler, 0, ids.incrementAndGet());
    }

    void remove(HttpHandler handler) {
        server.handlers().remove(handler);
    }

    int port() {
        return server.addresses().get(0).getPort();
    }

    URI uri(String path) {
        return URI.create("https://127.0.0.1:" + port() + path);
    }

    static void awaitUntil(long nanoTime) {
        while (System.nanoTime() < nanoTime) {
            LockSupport.parkNanos(nanoTime - System.nanoTime());
        }
    }

    static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("waited too long");
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    @Override
    public void close() {
        server.close();
        loops.close();
    }
}
