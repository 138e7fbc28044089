package io.felucca.itests.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.ObjLongConsumer;

/** One watch; each event is given to its consumer, on the event loop, with its moment. */
final class EventLines implements Connection.Reply {
    private final ObjLongConsumer<JsonNode> events;
    private final CountDownLatch open = new CountDownLatch(1);
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private volatile boolean ended;

    private EventLines(ObjLongConsumer<JsonNode> events) {
        this.events = events;
    }

    /** Returns once it is open. Moments are those of {@link System#nanoTime}. */
    static EventLines watch(Connection connection, String path, ObjLongConsumer<JsonNode> events)
            throws InterruptedException {
        EventLines lines = new EventLines(events);
        connection.send("GET", path, null, lines);
        if (!lines.open.await(10, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the watch was not opened: " + path);
        }
        return lines;
    }

    boolean isOpen() {
        return !ended;
    }

    @Override
    public void status(int status) {
        if (status == 200) {
            open.countDown();
        }
    }

    @Override
    public void data(ByteBuf bytes) {
        long now = System.nanoTime();
        for (int i = bytes.readerIndex(); i < bytes.writerIndex(); i++) {
            byte one = bytes.getByte(i);
            if (one == '\n') {
                events.accept(Api.parse(line.toString(StandardCharsets.UTF_8)), now);
                line.reset();
            } else {
                line.write(one);
            }
        }
    }

    @Override
    public void end() {
        ended = true;
    }
}
