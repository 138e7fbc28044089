package io.felucca.apiserver.rest;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.http.api.HttpExchange;
import io.felucca.http.api.RawChannel;
import io.felucca.http.api.ResponseStream;
import io.felucca.machinery.Json;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;

/** An exchange that keeps its answer for a test to look at; its client reads as told. */
final class FakeExchange implements HttpExchange, ResponseStream {
    private final String method;
    private final String path;
    private final String query;
    private final Map<String, List<String>> headers = new TreeMap<>();
    private final CountDownLatch answered = new CountDownLatch(1);
    private byte[] body = {};
    private Object resume;
    private RawChannel raw;

    // All below is guarded by this.
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final List<Runnable> onClose = new ArrayList<>();
    private int status;
    private Map<String, String> responseHeaders = Map.of();
    private boolean writable = true;
    private boolean open = true;
    private Runnable onWritable;
    private Object cursor;

    FakeExchange(String method, String target) {
        this.method = method;
        int mark = target.indexOf('?');
        path = mark < 0 ? target : target.substring(0, mark);
        query = mark < 0 ? "" : target.substring(mark + 1);
    }

    FakeExchange with(String header, String value) {
        headers.computeIfAbsent(header.toLowerCase(Locale.ROOT), key -> new ArrayList<>())
                .add(value);
        return this;
    }

    FakeExchange sending(String text) {
        body = text.getBytes(StandardCharsets.UTF_8);
        return this;
    }

    FakeExchange resuming(Object checkpoint) {
        resume = checkpoint;
        return this;
    }

    FakeExchange upgrading(RawChannel channel) {
        raw = channel;
        return this;
    }

    // What tests ask.

    FakeExchange await() {
        try {
            if (!answered.await(20, TimeUnit.SECONDS)) {
                throw new AssertionError("no answer in time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
        return this;
    }

    synchronized int status() {
        return status;
    }

    synchronized String responseHeader(String name) {
        return responseHeaders.get(name);
    }

    synchronized byte[] bytes() {
        return out.toByteArray();
    }

    synchronized String text() {
        if (!"gzip".equals(responseHeaders.get("Content-Encoding"))) {
            return out.toString(StandardCharsets.UTF_8);
        }
        try (GZIPInputStream in =
                new GZIPInputStream(new ByteArrayInputStream(out.toByteArray()))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    JsonNode json() {
        try {
            return Json.mapper().readTree(text());
        } catch (IOException e) {
            throw new UncheckedIOException(text(), e);
        }
    }

    List<JsonNode> lines() {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : text().split("\n", -1)) {
            if (!line.isEmpty()) {
                lines.add(Json.parseObject(line.getBytes(StandardCharsets.UTF_8)));
            }
        }
        return lines;
    }

    synchronized Object checkpoint() {
        return cursor;
    }

    void writable(boolean now) {
        Runnable action;
        synchronized (this) {
            writable = now;
            action = now ? onWritable : null;
            onWritable = now ? null : onWritable;
        }
        if (action != null) {
            action.run();
        }
    }

    // What the handler sees.

    @Override
    public String method() {
        return method;
    }

    @Override
    public String rawPath() {
        return path;
    }

    @Override
    public String rawQuery() {
        return query;
    }

    @Override
    public Optional<String> header(String name) {
        return headers(name).stream().findFirst();
    }

    @Override
    public List<String> headers(String name) {
        return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
    }

    @Override
    public Iterable<String> headerNames() {
        return headers.keySet();
    }

    @Override
    public List<X509Certificate> clientCertificates() {
        return List.of();
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return InetSocketAddress.createUnresolved("client", 1);
    }

    @Override
    public String protocol() {
        return "HTTP/1.1";
    }

    @Override
    public CompletionStage<byte[]> body(int maxBytes) {
        return body.length > maxBytes
                ? CompletableFuture.failedFuture(new BodyTooLargeException(maxBytes))
                : CompletableFuture.completedFuture(body);
    }

    @Override
    public void respond(int code, Map<String, String> head, List<ByteBuffer> content) {
        synchronized (this) {
            status = code;
            responseHeaders = head;
            content.forEach(this::append);
        }
        close();
        answered.countDown();
    }

    @Override
    public ResponseStream stream(int code, Map<String, String> head) {
        synchronized (this) {
            status = code;
            responseHeaders = head;
        }
        answered.countDown();
        return this;
    }

    @Override
    public RawChannel upgrade(Map<String, String> head) {
        if (raw == null) {
            throw new IllegalStateException("this exchange can't be upgraded");
        }
        synchronized (this) {
            status = 101;
            responseHeaders = head;
        }
        answered.countDown();
        return raw;
    }

    @Override
    public Optional<Object> resume() {
        return Optional.ofNullable(resume);
    }

    @Override
    public void onClose(Runnable action) {
        synchronized (this) {
            if (open) {
                onClose.add(action);
                return;
            }
        }
        action.run();
    }

    @Override
    public synchronized void write(List<ByteBuffer> buffers) {
        buffers.forEach(this::append);
    }

    @Override
    public synchronized void write(List<ByteBuffer> buffers, Object place) {
        write(buffers);
        cursor = place;
    }

    private void append(ByteBuffer buffer) {
        ByteBuffer copy = buffer.duplicate();
        byte[] bytes = new byte[copy.remaining()];
        copy.get(bytes);
        out.writeBytes(bytes);
    }

    @Override
    public synchronized boolean isWritable() {
        return writable;
    }

    @Override
    public void onWritable(Runnable action) {
        synchronized (this) {
            if (!writable && open) {
                onWritable = action;
                return;
            }
        }
        action.run();
    }

    @Override
    public synchronized boolean isOpen() {
        return open;
    }

    @Override
    public synchronized void checkpoint(Object place) {
        cursor = place;
    }

    @Override
    public void close() {
        List<Runnable> actions;
        synchronized (this) {
            open = false;
            actions = List.copyOf(onClose);
            onClose.clear();
        }
        actions.forEach(Runnable::run);
    }
}
