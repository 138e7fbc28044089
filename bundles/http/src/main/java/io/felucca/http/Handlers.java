package io.felucca.http;

import io.felucca.http.api.HttpHandler;
import io.netty.util.concurrent.Future;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A listener's handlers as they come and go, the requests that wait for one, and the streams that
 * do. Thread-safe.
 */
// Netty tells of a failed write or close by ending the channel, which is seen elsewhere.
@SuppressWarnings("FutureReturnValueIgnored")
final class Handlers {
    private static final Logger LOG = LoggerFactory.getLogger(Handlers.class);

    /** The highest ranking first; of equals the newest. */
    private static final Comparator<HandlerSlot> BEST_FIRST =
            Comparator.<HandlerSlot>comparingInt(slot -> slot.ranking)
                    .thenComparingLong(slot -> slot.id)
                    .reversed();

    private record Parked(long sinceNanos, Future<?> timeout) {}

    private final Limits limits;
    private volatile HandlerSlot current;

    // Guarded by this.
    private final List<HandlerSlot> slots = new ArrayList<>();
    private final Map<Call, Parked> parked = new LinkedHashMap<>();
    private final Set<Call> orphans = new LinkedHashSet<>();
    private boolean closed;

    Handlers(Limits limits) {
        this.limits = limits;
    }

    /** Gives a new call to a handler, now or when one comes. On the call's event loop. */
    void dispatch(Call call) {
        while (true) {
            HandlerSlot slot = current;
            if (slot == null) {
                if (park(call)) {
                    return;
                }
            } else if (slot.enter()) {
                ask(slot, call);
                return;
            }
        }
    }

    private void ask(HandlerSlot slot, Call call) {
        Exchange exchange = call.giveTo(slot);
        if (exchange == null) {
            slot.release();
            return;
        }
        if (exchange.isResumed()) {
            exchange.becameResumable();
        }
        try {
            slot.handler.handle(exchange);
        } catch (RuntimeException | LinkageError | StackOverflowError e) {
            LOG.error("The handler failed on {} {}", call.head.method(), call.head.rawPath(), e);
            call.failed(exchange);
        }
    }

    /** False if a handler came just now. */
    private boolean park(Call call) {
        String refusal;
        synchronized (this) {
            if (current != null) {
                return false;
            }
            if (closed) {
                refusal = "the server is shutting down";
            } else if (parked.size() >= limits.maxParked()) {
                refusal = "too many requests wait for a part of the server that is being replaced";
            } else {
                Future<?> timeout =
                        call.wire
                                .loop()
                                .schedule(
                                        () -> parkedTooLong(call),
                                        limits.parkMillis(),
                                        TimeUnit.MILLISECONDS);
                parked.put(call, new Parked(System.nanoTime(), timeout));
                notifyAll();
                return true;
            }
        }
        call.refuse(503, PlainAnswer.RETRY, refusal);
        return true;
    }

    private void parkedTooLong(Call call) {
        synchronized (this) {
            if (parked.remove(call) == null) {
                return;
            }
        }
        call.refuse(
                503, PlainAnswer.RETRY, "a part of the server is being replaced, try again later");
    }

    /** The call's client has gone. */
    synchronized void forget(Call call) {
        Parked waited = parked.remove(call);
        if (waited != null) {
            waited.timeout().cancel(false);
        }
        orphans.remove(call);
    }

    void add(HttpHandler handler, int ranking, long id) {
        List<Call> waiting;
        synchronized (this) {
            slots.add(new HandlerSlot(this, handler, ranking, id));
            slots.sort(BEST_FIRST);
            current = slots.get(0);
            parked.values().forEach(each -> each.timeout().cancel(false));
            waiting = new ArrayList<>(parked.keySet());
            waiting.addAll(orphans);
            parked.clear();
            orphans.clear();
        }
        for (Call call : waiting) {
            call.run(() -> dispatchAgain(call));
        }
    }

    private void dispatchAgain(Call call) {
        if (call.isStreaming()) {
            resume(call);
        } else {
            dispatch(call);
        }
    }

    private void resume(Call call) {
        while (true) {
            HandlerSlot slot = current;
            if (slot == null) {
                if (keep(call)) {
                    return;
                }
            } else if (slot.enter()) {
                ask(slot, call);
                return;
            }
        }
    }

    /** False if a handler came just now. */
    private boolean keep(Call call) {
        synchronized (this) {
            if (current != null) {
                return false;
            }
            if (!closed) {
                orphans.add(call);
            }
        }
        if (call.isGone()) {
            forget(call);
        }
        return true;
    }

    /** Takes a stream from a departed handler and keeps it for the next, if it can be resumed. */
    void takeAway(Exchange exchange) {
        Call call = exchange.call;
        if (call.takeFrom(exchange)) {
            call.run(() -> resume(call));
        }
    }

    /** Returns when the handler's requests are done, or at a bound (see {@link HttpHandler}). */
    void remove(HttpHandler handler) {
        HandlerSlot gone = null;
        synchronized (this) {
            for (HandlerSlot slot : slots) {
                if (slot.handler == handler) {
                    gone = slot;
                }
            }
            if (gone == null) {
                return;
            }
            slots.remove(gone);
            current = slots.isEmpty() ? null : slots.get(0);
        }
        gone.depart();
        drain(gone);
    }

    private synchronized void drain(HandlerSlot gone) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limits.drainMillis());
        try {
            while (!gone.isIdle()) {
                long left = Math.min(end, parkedPatience()) - System.nanoTime();
                // A stream may go on for hours: who waits for the next handler goes first.
                if (left <= 0 || (gone.onlyStreams() && !parked.isEmpty())) {
                    return;
                }
                TimeUnit.NANOSECONDS.timedWait(this, Math.max(left, 1_000_000));
            }
        } catch (InterruptedException e) {
            // Whoever interrupts wants the departure to go on.
            Thread.currentThread().interrupt();
        }
    }

    /** Until when the first parked request may wait for those of the departed handler. */
    private long parkedPatience() {
        if (parked.isEmpty()) {
            return Long.MAX_VALUE;
        }
        long tenth = TimeUnit.MILLISECONDS.toNanos(limits.parkMillis()) / 10;
        return parked.values().iterator().next().sinceNanos() + tenth;
    }

    /** A departed handler has one call less. */
    synchronized void slotChanged() {
        notifyAll();
    }

    synchronized int parkedRequests() {
        return parked.size();
    }

    /** Refuses what waits and what comes. */
    void close() {
        List<Call> waiting;
        synchronized (this) {
            closed = true;
            current = null;
            slots.clear();
            waiting = new ArrayList<>(parked.keySet());
            parked.values().forEach(each -> each.timeout().cancel(false));
            parked.clear();
            orphans.clear();
        }
        for (Call call : waiting) {
            call.run(() -> call.refuse(503, PlainAnswer.RETRY, "the server is shutting down"));
        }
    }

    /** Runs a handler's callback; what it throws is its own affair. */
    static void runSafely(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException | LinkageError e) {
            LOG.error("A handler's callback failed", e);
        }
    }
}
