package io.felucca.itests.benchmarks;

import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** One whole response. */
final class Answer implements Connection.Reply {
    private final CompletableFuture<Integer> done =
            new CompletableFuture<Integer>().orTimeout(60, TimeUnit.SECONDS);
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private int status;

    @Override
    public void status(int code) {
        status = code;
    }

    @Override
    public void data(ByteBuf data) {
        byte[] some = new byte[data.readableBytes()];
        data.getBytes(data.readerIndex(), some);
        bytes.writeBytes(some);
    }

    @Override
    public void end() {
        done.complete(status);
    }

    /** Waits for its end; gives the status. */
    int await() {
        return done.join();
    }

    byte[] bytes() {
        done.join();
        return bytes.toByteArray();
    }

    String text() {
        return new String(bytes(), StandardCharsets.UTF_8);
    }
}
