package io.felucca.http;

import io.felucca.http.api.HttpHandler;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A handler and what is in flight with it. Thread-safe. */
final class HandlerSlot {
    final HttpHandler handler;
    final int ranking;
    final long id;
    private final Handlers owner;
    private final AtomicInteger active = new AtomicInteger();
    private final AtomicInteger streams = new AtomicInteger();
    private final Set<Exchange> resumable = ConcurrentHashMap.newKeySet();
    private volatile boolean departed;

    HandlerSlot(Handlers owner, HttpHandler handler, int ranking, long id) {
        this.owner = owner;
        this.handler = handler;
        this.ranking = ranking;
        this.id = id;
    }

    /** Counts a call in; false if the handler has gone and another must be found. */
    boolean enter() {
        active.incrementAndGet();
        if (departed) {
            release();
            return false;
        }
        return true;
    }

    /** Takes {@link #enter} back. */
    void release() {
        active.decrementAndGet();
        if (departed) {
            owner.slotChanged();
        }
    }

    void leave(Exchange exchange, boolean wasStreaming) {
        resumable.remove(exchange);
        if (wasStreaming) {
            streams.decrementAndGet();
        }
        release();
    }

    /** One of those that entered has begun its answer. */
    void streamBegan() {
        streams.incrementAndGet();
        if (departed) {
            owner.slotChanged();
        }
    }

    void resumable(Exchange exchange) {
        resumable.add(exchange);
        if (departed) {
            // It put its first checkpoint down while the others were being taken away.
            owner.takeAway(exchange);
        }
    }

    /** No call enters from now on; those with a checkpoint are taken away. */
    void depart() {
        departed = true;
        resumable.forEach(owner::takeAway);
    }

    boolean isIdle() {
        return active.get() == 0;
    }

    /** Whether all that is in flight has begun its answer. */
    boolean onlyStreams() {
        return active.get() == streams.get();
    }
}
