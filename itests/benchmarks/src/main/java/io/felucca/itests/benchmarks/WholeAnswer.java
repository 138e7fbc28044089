package io.felucca.itests.benchmarks;

import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Hands over an answer when all of it is there, on the event loop. */
final class WholeAnswer implements Connection.Reply {
    private final Consumer consumer;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private int status;

    /** Takes a status and a body. */
    interface Consumer {
        void accept(int status, String text);
    }

    WholeAnswer(Consumer consumer) {
        this.consumer = consumer;
    }

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
        consumer.accept(status, bytes.toString(StandardCharsets.UTF_8));
    }
}
