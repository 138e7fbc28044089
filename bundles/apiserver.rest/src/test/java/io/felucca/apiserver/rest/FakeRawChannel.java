package io.felucca.apiserver.rest;

import io.felucca.http.api.RawChannel;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** The client's side of an upgraded connection, in a test's hands. */
final class FakeRawChannel implements RawChannel {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private Consumer<ByteBuffer> reader;
    private Runnable onClose = () -> {};
    private boolean closed;

    void type(String text) {
        Waiting.until(() -> reader() != null);
        reader().accept(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    void send(byte[] bytes) {
        Waiting.until(() -> reader() != null);
        reader().accept(ByteBuffer.wrap(bytes));
    }

    synchronized byte[] bytes() {
        return out.toByteArray();
    }

    private synchronized Consumer<ByteBuffer> reader() {
        return reader;
    }

    synchronized String text() {
        return out.toString(StandardCharsets.UTF_8);
    }

    synchronized boolean closed() {
        return closed;
    }

    void hangUp() {
        Runnable action;
        synchronized (this) {
            action = onClose;
        }
        action.run();
    }

    @Override
    public synchronized void onBytes(Consumer<ByteBuffer> consumer) {
        reader = consumer;
    }

    @Override
    public void reading(boolean on) {}

    @Override
    public synchronized void write(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        out.writeBytes(copy);
    }

    @Override
    public boolean isWritable() {
        return true;
    }

    @Override
    public void onWritabilityChange(Runnable action) {}

    @Override
    public synchronized void onClose(Runnable action) {
        onClose = action;
    }

    @Override
    public synchronized void close() {
        closed = true;
    }
}
