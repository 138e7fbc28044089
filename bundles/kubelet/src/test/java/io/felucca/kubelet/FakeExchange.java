package io.felucca.kubelet;

import io.felucca.http.api.HttpExchange;
import io.felucca.http.api.RawChannel;
import io.felucca.http.api.ResponseStream;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** A request without a server, and what was answered to it. Thread-safe. */
final class FakeExchange implements HttpExchange {
    private final String path;
    private final String query;
    private final Map<String, String> headers;
    private final List<X509Certificate> certificates;
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private volatile int status;
    private volatile boolean ended;
    private volatile Consumer<ByteBuffer> toRuntime;

    FakeExchange(String uri, Map<String, String> headers, List<X509Certificate> certificates) {
        String[] parts = uri.split("\\?", 2);
        this.path = parts[0];
        this.query = parts.length > 1 ? parts[1] : "";
        this.headers = new LinkedHashMap<>(headers);
        this.certificates = certificates;
    }

    int status() {
        return status;
    }

    boolean ended() {
        return ended;
    }

    String text() {
        synchronized (received) {
            return received.toString(StandardCharsets.UTF_8);
        }
    }

    void send(byte[] bytes) {
        toRuntime.accept(ByteBuffer.wrap(bytes));
    }

    private void add(ByteBuffer bytes) {
        synchronized (received) {
            byte[] copy = new byte[bytes.remaining()];
            bytes.get(copy);
            received.write(copy, 0, copy.length);
        }
    }

    @Override
    public String method() {
        return "GET";
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
        return Optional.ofNullable(headers.get(name));
    }

    @Override
    public List<String> headers(String name) {
        return List.of(headers.get(name));
    }

    @Override
    public Iterable<String> headerNames() {
        return headers.keySet();
    }

    @Override
    public List<X509Certificate> clientCertificates() {
        return certificates;
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
    }

    @Override
    public String protocol() {
        return "HTTP/1.1";
    }

    @Override
    public CompletionStage<byte[]> body(int maxBytes) {
        return CompletableFuture.completedFuture(new byte[0]);
    }

    @Override
    public void respond(int code, Map<String, String> head, List<ByteBuffer> body) {
        body.forEach(this::add);
        status = code;
        ended = true;
    }

    @Override
    public ResponseStream stream(int code, Map<String, String> head) {
        status = code;
        return new ResponseStream() {
            @Override
            public void write(List<ByteBuffer> buffers) {
                buffers.forEach(FakeExchange.this::add);
            }

            @Override
            public void write(List<ByteBuffer> buffers, Object cursor) {
                write(buffers);
            }

            @Override
            public boolean isWritable() {
                return true;
            }

            @Override
            public void onWritable(Runnable action) {
                action.run();
            }

            @Override
            public boolean isOpen() {
                return !ended;
            }

            @Override
            public void checkpoint(Object cursor) {
                // Nobody takes it over.
            }

            @Override
            public void close() {
                ended = true;
            }
        };
    }

    @Override
    public RawChannel upgrade(Map<String, String> head) {
        status = 101;
        return new RawChannel() {
            @Override
            public void onBytes(Consumer<ByteBuffer> reader) {
                toRuntime = reader;
            }

            @Override
            public void reading(boolean on) {
                // The test reads everything.
            }

            @Override
            public void write(ByteBuffer bytes) {
                add(bytes);
            }

            @Override
            public boolean isWritable() {
                return true;
            }

            @Override
            public void onWritabilityChange(Runnable action) {
                // It never changes.
            }

            @Override
            public void onClose(Runnable action) {
                // The test's end is the connection's.
            }

            @Override
            public void close() {
                ended = true;
            }
        };
    }

    @Override
    public Optional<Object> resume() {
        return Optional.empty();
    }

    @Override
    public void onClose(Runnable action) {
        // The test never goes away.
    }
}
