package io.felucca.itests.benchmarks;

import io.netty.buffer.ByteBuf;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A watch over the pods of a namespace that have a node; counts those that come. */
final class BoundPods implements Connection.Reply {
    /** What comes before the type of an event in its line. */
    private static final int TYPE = "{\"type\":\"".length();

    private final CountDownLatch open = new CountDownLatch(1);
    private final CountDownLatch left;
    private int column;
    private volatile long lastNanos;

    private BoundPods(int wanted) {
        this.left = new CountDownLatch(wanted);
    }

    /**
     * @param labels a selector that no pod which has a node already fits
     */
    static BoundPods watch(Connection connection, String namespace, String labels, int wanted)
            throws InterruptedException {
        BoundPods pods = new BoundPods(wanted);
        connection.send(
                "GET",
                "/api/v1/namespaces/"
                        + namespace
                        + "/pods?watch=true&fieldSelector=spec.nodeName%21%3D&labelSelector="
                        + labels.replace("=", "%3D").replace(",", "%2C"),
                null,
                pods);
        if (!pods.open.await(10, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the watch was not opened");
        }
        return pods;
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
                column = 0;
                continue;
            }
            if (column == TYPE && one == 'A') {
                lastNanos = now;
                left.countDown();
            }
            column++;
        }
    }

    @Override
    public void end() {
        Results.print("the watch of pods with a node has ended%n");
    }

    /** Waits for all; gives when the last came, as {@link System#nanoTime}. */
    long await(int seconds) throws InterruptedException {
        if (!left.await(seconds, TimeUnit.SECONDS)) {
            throw new IllegalStateException(
                    left.getCount() + " pods have no node after " + seconds + " s");
        }
        return lastNanos;
    }
}
