package io.felucca.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Bytes that wait for a client, in order. Any thread may put in; the event loop takes out, no more
 * at a time than the connection has room for, so that a slow client's bytes stay as they are and
 * are not turned into TLS records early.
 */
final class Outbox {
    /** Where the bytes go. Called on the event loop, without locks. */
    interface Sink {
        void run(Runnable onLoop);

        boolean hasRoom();

        void data(ByteBuf bytes, boolean last, Runnable sent);

        void flushSoon();

        /** The last byte was handed to {@link #data}. */
        void ended();

        void overflowed();

        void writabilityChanged();
    }

    private static final int SLICE_BYTES = 64 << 10;
    private static final long HIGH_BYTES = 256 << 10;
    private static final long LOW_BYTES = 64 << 10;

    private final Sink sink;
    private final ArrayDeque<ByteBuf> queue = new ArrayDeque<>(4);
    private final List<Runnable> waiting = new ArrayList<>(1);
    private long unsent;
    private long progressNanos;
    private boolean writable = true;
    private boolean pumpIsComing;
    private boolean ending;
    private boolean closed;

    // The event loop's own.
    private boolean started;
    private boolean pumping;
    private boolean pumpAgain;
    private boolean ended;

    Outbox(Sink sink) {
        this.sink = sink;
    }

    /** Puts bytes in; {@link #kick} sends them. */
    synchronized void offer(ByteBuf bytes) {
        if (closed || ending || !bytes.isReadable()) {
            return;
        }
        queue.add(bytes);
        if (unsent == 0) {
            progressNanos = System.nanoTime();
        }
        unsent += bytes.readableBytes();
        if (unsent >= HIGH_BYTES) {
            writable = false;
        }
    }

    synchronized void end() {
        ending = true;
    }

    /** Lets the event loop send what was put in, at once when it is the caller. */
    void kick() {
        synchronized (this) {
            if (pumpIsComing) {
                return;
            }
            pumpIsComing = true;
        }
        sink.run(this::pump);
    }

    /** The head is out, the body may follow. On the event loop. */
    void start() {
        started = true;
        pump();
    }

    /** Sends while there is room. On the event loop; what it sends may call it again. */
    void pump() {
        if (pumping) {
            pumpAgain = true;
            return;
        }
        pumping = true;
        try {
            do {
                pumpAgain = false;
                sendWhatFits();
            } while (pumpAgain);
        } finally {
            pumping = false;
        }
    }

    private void sendWhatFits() {
        boolean wrote = false;
        while (true) {
            ByteBuf next;
            boolean last;
            synchronized (this) {
                pumpIsComing = false;
                if (closed || !started || ended) {
                    break;
                }
                if (unsent > Limits.MAX_UNSENT_BYTES && !ending) {
                    closed = true;
                    queue.clear();
                    next = null;
                    last = false;
                } else if (queue.isEmpty() ? !ending : !sink.hasRoom()) {
                    break;
                } else {
                    next = take();
                    last = ending && queue.isEmpty();
                    ended = last;
                }
            }
            if (next == null) {
                sink.overflowed();
                return;
            }
            int bytes = next.readableBytes();
            wrote = true;
            sink.data(next, last, () -> sent(bytes));
            if (last) {
                sink.ended();
            }
        }
        if (wrote) {
            sink.flushSoon();
        }
    }

    private ByteBuf take() {
        ByteBuf first = queue.peek();
        if (first == null) {
            return Unpooled.EMPTY_BUFFER;
        }
        return first.readableBytes() > SLICE_BYTES
                ? first.readRetainedSlice(SLICE_BYTES)
                : queue.remove();
    }

    private void sent(int bytes) {
        List<Runnable> ready = List.of();
        boolean more;
        boolean changed = false;
        synchronized (this) {
            progressNanos = System.nanoTime();
            unsent -= bytes;
            if (!writable && unsent <= LOW_BYTES) {
                writable = true;
                changed = true;
                ready = takeWaiting();
            }
            more = !queue.isEmpty();
        }
        if (changed) {
            sink.writabilityChanged();
            ready.forEach(Handlers::runSafely);
        }
        if (more) {
            pump();
        }
    }

    private List<Runnable> takeWaiting() {
        List<Runnable> taken = List.copyOf(waiting);
        waiting.clear();
        return taken;
    }

    synchronized boolean isWritable() {
        return writable && !closed;
    }

    /** False if the action is to run at once, by the caller. */
    synchronized boolean whenWritable(Runnable action) {
        if (writable || closed) {
            return false;
        }
        return waiting.add(action);
    }

    /** Those who wait for a stream that a handler gives up. */
    synchronized List<Runnable> forgetWaiting() {
        return takeWaiting();
    }

    /** Drops what is left; gives those who still waited. */
    synchronized List<Runnable> close() {
        closed = true;
        queue.clear();
        return takeWaiting();
    }

    /** Whether bytes wait and the client has taken none for that long. On the event loop. */
    synchronized boolean stalled(long now, long stallNanos) {
        return unsent > 0 && now - progressNanos > stallNanos;
    }
}
