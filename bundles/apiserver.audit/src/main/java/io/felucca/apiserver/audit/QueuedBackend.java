package io.felucca.apiserver.audit;

import io.felucca.metrics.Counter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands events to a sink in batches, on a thread of its own. The queue is bounded: when it is full
 * events are lost, which the log says, rather than requests held up.
 */
final class QueuedBackend implements Backend {
    private static final Logger LOG = LoggerFactory.getLogger(QueuedBackend.class);
    private static final long LINGER_SECONDS = 5;

    /** Writes a batch; may take long. */
    interface Sink extends AutoCloseable {
        void write(List<byte[]> events) throws IOException;

        @Override
        void close() throws IOException;
    }

    private final String name;
    private final Sink sink;
    private final int batch;
    private final long waitMillis;
    private final BlockingQueue<byte[]> queue;
    private final Counter lost;
    private final Thread thread;
    private volatile boolean closed;

    /**
     * @param batch at most so many at once
     * @param waitMillis so long a batch is waited for to fill up
     * @param lost counts events that nobody will see
     */
    QueuedBackend(String name, Sink sink, int capacity, int batch, long waitMillis, Counter lost) {
        this.lost = lost;
        this.name = name;
        this.sink = sink;
        this.batch = batch;
        this.waitMillis = waitMillis;
        this.queue = new ArrayBlockingQueue<>(capacity);
        this.thread = Executors.defaultThreadFactory().newThread(this::run);
        thread.setName("audit-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void take(byte[] event) {
        if (closed || !queue.offer(event)) {
            lost.increment();
        }
    }

    private void run() {
        long said = 0;
        while (!closed || !queue.isEmpty()) {
            try {
                List<byte[]> events = next();
                if (!events.isEmpty()) {
                    write(events);
                }
            } catch (InterruptedException e) {
                // The end: what still waits is lost.
                lost.add(queue.size());
                return;
            }
            if (lost.count() > said) {
                LOG.warn("Audit events that the {} backend has lost: {}", name, lost.count());
                said = lost.count();
            }
        }
    }

    private List<byte[]> next() throws InterruptedException {
        List<byte[]> events = new ArrayList<>();
        byte[] first = queue.poll(1, TimeUnit.SECONDS);
        if (first == null) {
            return events;
        }
        events.add(first);
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(waitMillis);
        while (events.size() < batch && !closed) {
            queue.drainTo(events, batch - events.size());
            long left = end - System.nanoTime();
            byte[] more =
                    events.size() < batch && left > 0
                            ? queue.poll(left, TimeUnit.NANOSECONDS)
                            : null;
            if (more == null) {
                break;
            }
            events.add(more);
        }
        return events;
    }

    private void write(List<byte[]> events) {
        try {
            sink.write(events);
        } catch (IOException e) {
            lost.add(events.size());
            LOG.error("The audit backend {} failed: {}", name, e.getMessage());
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            thread.join(TimeUnit.SECONDS.toMillis(LINGER_SECONDS));
            thread.interrupt();
            sink.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.error("The audit backend {} could not be closed: {}", name, e.getMessage());
        }
    }
}
