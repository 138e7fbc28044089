package io.felucca.http;

import io.felucca.http.api.HttpExchange.BodyTooLargeException;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;

/** Collects a request's body. On the event loop only, except for {@link #whole}. */
final class RequestBody {
    private static final byte[] NONE = new byte[0];

    final CompletableFuture<byte[]> whole = new CompletableFuture<>();
    private final int maxBytes;
    private final long startedNanos = System.nanoTime();
    private byte[] bytes;
    private int length;

    RequestBody(int maxBytes, long declaredLength) {
        this.maxBytes = maxBytes;
        // A declared length is only a promise: memory is taken as bytes arrive.
        int first = (int) Math.min(Math.min(declaredLength, maxBytes), 16 << 10);
        bytes = first > 0 ? new byte[first] : NONE;
    }

    boolean isOpen() {
        return !whole.isDone();
    }

    boolean isTooSlow(long now, long bodyNanos) {
        return isOpen() && now - startedNanos > bodyNanos;
    }

    /** Completes the future, which may run the handler's code, when it is over the bound. */
    void add(ByteBuf part) {
        int more = part.readableBytes();
        if (more > maxBytes - length) {
            tooLarge();
            return;
        }
        if (length + more > bytes.length) {
            long grown = Math.max(length + more, Math.min(bytes.length * 2L, maxBytes));
            bytes = Arrays.copyOf(bytes, (int) grown);
        }
        part.readBytes(bytes, length, more);
        length += more;
    }

    void end() {
        byte[] result = length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
        bytes = NONE;
        whole.complete(result);
    }

    void tooLarge() {
        bytes = NONE;
        whole.completeExceptionally(new BodyTooLargeException(maxBytes));
    }

    void fail(String why) {
        bytes = NONE;
        whole.completeExceptionally(new IOException(why));
    }
}
