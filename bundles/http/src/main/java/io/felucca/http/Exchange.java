package io.felucca.http;

import io.felucca.http.api.HttpExchange;
import io.felucca.http.api.RawChannel;
import io.felucca.http.api.ResponseStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * One handler's view of a call. When another handler takes the call's stream over, this one is cut
 * off: the call no longer listens to it.
 */
final class Exchange implements HttpExchange, ResponseStream {
    final Call call;
    private final HandlerSlot slot;
    private final Object resumedAt;

    // Guarded by this.
    private boolean streaming;
    private boolean left;

    /** {@code resumedAt} is null for a new request. */
    Exchange(Call call, HandlerSlot slot, Object resumedAt) {
        this.call = call;
        this.slot = slot;
        this.resumedAt = resumedAt;
    }

    /** The handler has nothing to do with the call any more; once is enough. */
    void leave() {
        boolean wasStreaming;
        synchronized (this) {
            if (left) {
                return;
            }
            left = true;
            wasStreaming = streaming;
        }
        slot.leave(this, wasStreaming);
    }

    /** The answer has begun, and may take any time from here on. */
    synchronized void streamBegan() {
        if (!left && !streaming) {
            streaming = true;
            slot.streamBegan();
        }
    }

    /** The handler may lose this exchange to the next one from now on. */
    void becameResumable() {
        slot.resumable(this);
    }

    boolean isResumed() {
        return resumedAt != null;
    }

    @Override
    public String method() {
        return call.head.method();
    }

    @Override
    public String rawPath() {
        return call.head.rawPath();
    }

    @Override
    public String rawQuery() {
        return call.head.rawQuery();
    }

    @Override
    public Optional<String> header(String name) {
        return Optional.ofNullable(call.head.header(name));
    }

    @Override
    public List<String> headers(String name) {
        return call.head.headers(name);
    }

    @Override
    public Iterable<String> headerNames() {
        return call.head.headerNames();
    }

    @Override
    public List<X509Certificate> clientCertificates() {
        return call.peer.certificates();
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return call.peer.address();
    }

    @Override
    public String protocol() {
        return call.head.protocol();
    }

    @Override
    public CompletionStage<byte[]> body(int maxBytes) {
        return call.intake.ask(maxBytes);
    }

    @Override
    public void respond(int status, Map<String, String> headers, List<ByteBuffer> body) {
        call.respond(this, status, headers, body);
    }

    @Override
    public ResponseStream stream(int status, Map<String, String> headers) {
        call.stream(this, status, headers);
        return this;
    }

    @Override
    public RawChannel upgrade(Map<String, String> headers) {
        return call.upgrade(this, headers);
    }

    @Override
    public Optional<Object> resume() {
        return Optional.ofNullable(resumedAt);
    }

    @Override
    public void onClose(Runnable action) {
        call.onClose(this, action);
    }

    @Override
    public void write(List<ByteBuffer> buffers) {
        call.write(this, buffers, null);
    }

    @Override
    public void write(List<ByteBuffer> buffers, Object cursor) {
        call.write(this, buffers, Objects.requireNonNull(cursor, "cursor"));
    }

    @Override
    public void checkpoint(Object cursor) {
        write(List.of(), cursor);
    }

    @Override
    public boolean isWritable() {
        return call.isWritable(this);
    }

    @Override
    public void onWritable(Runnable action) {
        call.onWritable(this, action);
    }

    @Override
    public boolean isOpen() {
        return call.isOpen(this);
    }

    @Override
    public void close() {
        call.end(this);
    }
}
