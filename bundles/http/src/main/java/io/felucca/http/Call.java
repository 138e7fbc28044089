package io.felucca.http;

import io.felucca.http.api.RawChannel;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * A request and its answer, from the head's arrival to the answer's last byte. Handlers reach it
 * through an {@link Exchange}, from any thread; its connection calls it on the event loop.
 *
 * <p>Everything that writes goes through the event loop. The lock is never held while a handler's
 * code or the wire is called.
 */
final class Call implements Outbox.Sink {
    private enum Phase {
        NEW,
        /** A whole answer is being sent. */
        WHOLE,
        STREAM,
        UPGRADED,
        /** Complete, or the client has gone. */
        DONE
    }

    private static final int SMALL_BYTES = 64 << 10;

    final Wire wire;
    final RequestHead head;
    final Peer peer;
    final Intake intake;
    private final Limits limits;
    private final Handlers handlers;

    // Guarded by this.
    private Phase phase = Phase.NEW;
    private Exchange turn;
    private Object cursor;
    private boolean ending;
    private List<Runnable> closeActions = new ArrayList<>(1);
    private Outbox outbox;
    private RawConnection upgraded;

    // The event loop's own.
    private boolean headSent;
    private long doneNanos;

    Call(
            Wire wire,
            RequestHead head,
            Peer peer,
            Limits limits,
            Handlers handlers,
            boolean requestEnded) {
        this.wire = wire;
        this.head = head;
        this.peer = peer;
        this.limits = limits;
        this.handlers = handlers;
        intake = new Intake(this, requestEnded);
    }

    // --- the handlers' side -------------------------------------------------------------------

    /** Gives the call to a handler; null if the client has gone or the answer is complete. */
    synchronized Exchange giveTo(HandlerSlot slot) {
        if (phase == Phase.DONE || phase == Phase.UPGRADED) {
            return null;
        }
        turn = new Exchange(this, slot, phase == Phase.STREAM ? cursor : null);
        return turn;
    }

    /** Takes a stream that can be resumed from its handler; false if it is not such a one. */
    boolean takeFrom(Exchange by) {
        List<Runnable> actions;
        synchronized (this) {
            if (turn != by || phase != Phase.STREAM || cursor == null || ending) {
                return false;
            }
            turn = null;
            actions = takeCloseActions();
            actions.addAll(outbox.forgetWaiting());
        }
        run(
                () -> {
                    actions.forEach(Handlers::runSafely);
                    by.leave();
                });
        return true;
    }

    void respond(Exchange by, int status, Map<String, String> headers, List<ByteBuffer> buffers) {
        synchronized (this) {
            if (turn != by) {
                return;
            }
            if (phase == Phase.STREAM && by.isResumed()) {
                // Its head went out long ago; all that this answer can still say is: over.
                ending = true;
                outbox.end();
            } else if (phase == Phase.NEW) {
                phase = Phase.WHOLE;
            } else {
                return;
            }
        }
        if (by.isResumed()) {
            kick();
        } else {
            run(() -> sendWhole(status, headers, wrap(buffers)));
        }
    }

    void stream(Exchange by, int status, Map<String, String> headers) {
        synchronized (this) {
            if (turn == by && by.isResumed()) {
                return;
            }
            if (turn == by && phase == Phase.NEW) {
                phase = Phase.STREAM;
                outbox = new Outbox(this);
            } else if (phase == Phase.DONE || turn != by) {
                // The client has gone: the stream is one that is closed already.
                return;
            } else {
                throw new IllegalStateException("this request was answered before");
            }
        }
        by.streamBegan();
        run(() -> startStream(status, headers));
    }

    RawChannel upgrade(Exchange by, Map<String, String> headers) {
        RawConnection raw;
        synchronized (this) {
            if (!wire.upgradeable()) {
                throw new IllegalStateException("the connection can't be upgraded");
            }
            if (!intake.isComplete()) {
                throw new IllegalStateException("the request's body was not read");
            }
            raw = new RawConnection(wire.loop(), limits.stallMillis());
            if (phase == Phase.DONE) {
                raw.neverOpened();
                return raw;
            }
            if (turn != by || phase != Phase.NEW) {
                throw new IllegalStateException("this request was answered before");
            }
            phase = Phase.UPGRADED;
            upgraded = raw;
            takeCloseActions().forEach(raw::onClose);
        }
        run(
                () -> {
                    if (isGone()) {
                        raw.neverOpened();
                    } else {
                        wire.upgrade(headers, raw);
                    }
                    by.leave();
                });
        return raw;
    }

    void write(Exchange by, List<ByteBuffer> buffers, Object newCursor) {
        boolean first = false;
        boolean bytes = false;
        synchronized (this) {
            if (turn != by || phase != Phase.STREAM || ending) {
                return;
            }
            if (!buffers.isEmpty() && !head.isHead()) {
                outbox.offer(wrap(buffers));
                bytes = true;
            }
            if (newCursor != null) {
                first = cursor == null;
                cursor = newCursor;
            }
        }
        if (bytes) {
            kick();
        }
        if (first) {
            by.becameResumable();
        }
    }

    void end(Exchange by) {
        synchronized (this) {
            if (turn != by || phase != Phase.STREAM || ending) {
                return;
            }
            ending = true;
            outbox.end();
        }
        kick();
    }

    private void kick() {
        Outbox full;
        synchronized (this) {
            full = outbox;
        }
        full.kick();
    }

    synchronized boolean isOpen(Exchange by) {
        return turn == by && phase == Phase.STREAM && !ending;
    }

    synchronized boolean isWritable(Exchange by) {
        return isOpen(by) && outbox.isWritable();
    }

    void onWritable(Exchange by, Runnable action) {
        synchronized (this) {
            if (isOpen(by) && outbox.whenWritable(action)) {
                return;
            }
        }
        action.run();
    }

    void onClose(Exchange by, Runnable action) {
        synchronized (this) {
            if (turn == by && phase == Phase.UPGRADED) {
                upgraded.onClose(action);
                return;
            }
            if (turn == by && phase != Phase.DONE) {
                closeActions.add(action);
                return;
            }
        }
        action.run();
    }

    /** The handler threw: the client gets 500, or a stream that breaks off. */
    void failed(Exchange by) {
        respond(by, 500, PlainAnswer.HEADERS, PlainAnswer.body(500, "the server's handler failed"));
        synchronized (this) {
            if (turn != by || phase != Phase.STREAM || by.isResumed()) {
                return;
            }
        }
        run(this::breakOff);
    }

    // --- on the event loop --------------------------------------------------------------------

    /** Answers without a handler. */
    void refuse(int status, Map<String, String> headers, String message) {
        if (claim()) {
            sendWhole(status, headers, wrap(PlainAnswer.body(status, message)));
        }
    }

    private synchronized boolean claim() {
        if (phase != Phase.NEW) {
            return false;
        }
        phase = Phase.WHOLE;
        return true;
    }

    private void sendWhole(int status, Map<String, String> headers, ByteBuf bytes) {
        if (isGone()) {
            return;
        }
        int length = bytes.readableBytes();
        boolean headOnly = head.isHead() || PlainAnswer.hasNoBody(status) || length == 0;
        wire.head(status, headers, length, headOnly);
        headSent = true;
        if (headOnly) {
            ended();
        } else if (length <= SMALL_BYTES && wire.roomy()) {
            wire.data(bytes, true, null);
            ended();
        } else {
            Outbox big = new Outbox(this);
            synchronized (this) {
                outbox = big;
            }
            big.offer(bytes);
            big.end();
            big.start();
        }
        wire.flushSoon();
    }

    private void startStream(int status, Map<String, String> headers) {
        if (isGone()) {
            return;
        }
        boolean headOnly = head.isHead() || PlainAnswer.hasNoBody(status);
        wire.head(status, headers, -1, headOnly);
        headSent = true;
        if (headOnly) {
            ended();
        } else {
            outbox.start();
        }
        wire.flushSoon();
    }

    boolean headSent() {
        return headSent;
    }

    /** The connection takes bytes again. */
    void roomMade() {
        Outbox waiting;
        synchronized (this) {
            waiting = outbox;
        }
        if (waiting != null) {
            waiting.pump();
        }
    }

    /** Looks at the clock; what is overdue is ended. */
    void sweep(long now) {
        Outbox finite;
        synchronized (this) {
            // Who follows an open stream may pause it; whether that goes on is its handler's
            // matter.
            finite = phase == Phase.WHOLE || ending ? outbox : null;
        }
        if (intake.isTooSlow(now, nanos(limits.bodyMillis()))) {
            String why = "the request's body came too slowly";
            // Claimed first: what the handler answers to the failure is dropped.
            boolean unanswered = claim();
            intake.fail(why);
            if (unanswered) {
                sendWhole(408, PlainAnswer.CLOSE, wrap(PlainAnswer.body(408, why)));
            } else {
                wire.abort();
            }
        }
        if (finite != null && finite.stalled(now, nanos(limits.stallMillis()))) {
            wire.abort();
        }
        if (isGone() && !intake.isComplete() && now - doneNanos > nanos(limits.headMillis())) {
            // Nobody wants the rest of this body, and it takes its time.
            wire.abort();
        }
    }

    private static long nanos(long millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }

    /** The client has gone, or the connection was cut. */
    void gone() {
        finish("the client has gone");
    }

    /** The listener closes: a stream that never ends by itself is ended. */
    void listenerCloses() {
        synchronized (this) {
            if (phase != Phase.STREAM || cursor == null || ending) {
                return;
            }
            ending = true;
            outbox.end();
        }
        kick();
    }

    synchronized boolean isStreaming() {
        return phase == Phase.STREAM;
    }

    synchronized boolean isGone() {
        return phase == Phase.DONE;
    }

    private void breakOff() {
        if (!isGone()) {
            wire.abort();
            gone();
        }
    }

    private void finish(String why) {
        Exchange last;
        List<Runnable> actions;
        synchronized (this) {
            if (phase == Phase.DONE) {
                return;
            }
            phase = Phase.DONE;
            doneNanos = System.nanoTime();
            last = turn;
            turn = null;
            actions = takeCloseActions();
            if (outbox != null) {
                actions.addAll(outbox.close());
            }
        }
        intake.fail(why);
        if (last == null) {
            handlers.forget(this);
        } else {
            actions.forEach(Handlers::runSafely);
            last.leave();
        }
    }

    private List<Runnable> takeCloseActions() {
        List<Runnable> taken = closeActions;
        closeActions = new ArrayList<>(0);
        return taken;
    }

    private static ByteBuf wrap(List<ByteBuffer> buffers) {
        return switch (buffers.size()) {
            case 0 -> Unpooled.EMPTY_BUFFER;
            case 1 -> Unpooled.wrappedBuffer(buffers.get(0));
            default -> Unpooled.wrappedBuffer(joined(buffers));
        };
    }

    /**
     * As one: frames and TLS records are cut from it without regard to where each object begins,
     * and each boundary in a record costs more than to copy the object once.
     */
    private static byte[] joined(List<ByteBuffer> buffers) {
        int length = 0;
        for (ByteBuffer buffer : buffers) {
            length += buffer.remaining();
        }
        byte[] all = new byte[length];
        int at = 0;
        for (ByteBuffer buffer : buffers) {
            int bytes = buffer.remaining();
            buffer.get(buffer.position(), all, at, bytes);
            at += bytes;
        }
        return all;
    }

    // --- the outbox's side --------------------------------------------------------------------

    @Override
    public void run(Runnable onLoop) {
        if (wire.loop().inEventLoop()) {
            onLoop.run();
            return;
        }
        try {
            wire.loop().execute(onLoop);
        } catch (RejectedExecutionException e) {
            // The server has ended, and every connection with it: nobody is left to write to.
            gone();
        }
    }

    @Override
    public boolean hasRoom() {
        return wire.roomy();
    }

    @Override
    public void data(ByteBuf bytes, boolean last, Runnable sent) {
        wire.data(bytes, last, sent);
    }

    @Override
    public void flushSoon() {
        wire.flushSoon();
    }

    @Override
    public void ended() {
        finish("the request was answered before its body was read");
        wire.answered();
    }

    @Override
    public void overflowed() {
        breakOff();
    }

    @Override
    public void writabilityChanged() {
        // Who waits for it has left an action with the outbox.
    }
}
