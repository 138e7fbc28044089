package io.felucca.apiserver.rest;

import io.felucca.http.api.HttpExchange;
import io.felucca.http.api.RawChannel;
import io.felucca.http.api.ResponseStream;
import io.felucca.machinery.ApiException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * A watch over a WebSocket (RFC 6455), which some clients ask for first: each event is a message.
 * It can't be taken over, so a swap closes it, and the client comes again. Thread-safe.
 */
final class WatchSocket implements ResponseStream {
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final String KEY = "sec-websocket-key";
    private static final int TEXT = 0x1;
    private static final int BINARY = 0x2;
    private static final int NORMAL = 1000;

    /** Of a frame in protobuf, whose length a message has already. */
    private static final int LENGTH_BYTES = 4;

    private final RawChannel channel;
    private final boolean binary;

    // All below is guarded by this.
    private Runnable onWritable;
    private boolean closed;

    private WatchSocket(RawChannel channel, boolean binary) {
        this.channel = channel;
        this.binary = binary;
    }

    /**
     * Whether the request is a handshake.
     *
     * @throws ApiException 400 for one that lacks what belongs to it
     */
    static boolean isAskedFor(HttpExchange exchange) {
        if (exchange.header("upgrade").filter("websocket"::equalsIgnoreCase).isEmpty()) {
            return false;
        }
        if (exchange.header(KEY).isEmpty()
                || !exchange.header("sec-websocket-version").orElse("").equals("13")) {
            throw ApiException.badRequest(
                    "a WebSocket needs the headers Sec-WebSocket-Key and"
                            + " Sec-WebSocket-Version: 13");
        }
        return true;
    }

    /**
     * Null when the call was answered already.
     *
     * @param binary whether events are frames of protobuf, not lines of JSON
     */
    static WatchSocket open(Call call, boolean binary) {
        if (!call.takeOver(101)) {
            return null;
        }
        String key = call.exchange().header(KEY).orElseThrow();
        RawChannel channel =
                call.exchange()
                        .upgrade(
                                Map.of(
                                        "Upgrade",
                                        "websocket",
                                        "Sec-WebSocket-Accept",
                                        accept(key)));
        WatchSocket socket = new WatchSocket(channel, binary);
        channel.onClose(socket::gone);
        channel.onWritabilityChange(socket::changed);
        channel.onBytes(new SocketReader(socket)::read);
        return socket;
    }

    private static String accept(String key) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-1")
                            .digest((key + GUID).getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }

    @Override
    public void write(List<ByteBuffer> buffers) {
        for (ByteBuffer buffer : buffers) {
            ByteBuffer message = buffer.duplicate();
            if (binary) {
                message.position(message.position() + LENGTH_BYTES);
            }
            frame(binary ? BINARY : TEXT, message);
        }
    }

    @Override
    public void write(List<ByteBuffer> buffers, Object cursor) {
        write(buffers);
    }

    /** Sends one whole message; together with nobody else's. */
    synchronized void frame(int opcode, ByteBuffer payload) {
        if (closed) {
            return;
        }
        int length = payload.remaining();
        ByteBuffer head = ByteBuffer.allocate(10).put((byte) (0x80 | opcode));
        if (length < 126) {
            head.put((byte) length);
        } else if (length < 1 << 16) {
            head.put((byte) 126).putShort((short) length);
        } else {
            head.put((byte) 127).putLong(length);
        }
        channel.write(head.flip());
        channel.write(payload);
    }

    @Override
    public boolean isWritable() {
        return channel.isWritable();
    }

    @Override
    public void onWritable(Runnable action) {
        synchronized (this) {
            onWritable = action;
        }
        changed();
    }

    private void changed() {
        Runnable due = null;
        synchronized (this) {
            if (closed || channel.isWritable()) {
                due = onWritable;
                onWritable = null;
            }
        }
        if (due != null) {
            due.run();
        }
    }

    @Override
    public synchronized boolean isOpen() {
        return !closed;
    }

    /** Nobody can go on with it. */
    @Override
    public void checkpoint(Object cursor) {}

    @Override
    public void close() {
        close(NORMAL);
    }

    /** Says why, by a code of RFC 6455, section 7.4. */
    void close(int code) {
        synchronized (this) {
            frame(SocketReader.CLOSE, ByteBuffer.allocate(2).putShort((short) code).flip());
        }
        gone();
        channel.close();
    }

    private void gone() {
        synchronized (this) {
            closed = true;
        }
        changed();
    }
}
