package io.felucca.apiserver.rest;

import io.felucca.apiserver.api.WatchCursor;
import io.felucca.http.api.ResponseStream;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.StatusReason;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Carries a cursor's events to a client, as fast as that reads. Holds no thread while there is
 * nothing to do: whatever may have changed calls {@link #wake}, and one thread at a time looks.
 */
final class WatchStream {
    /** Events to a chunk, so that a burst is a few writes and a long history doesn't pile up. */
    private static final int MAX_BATCH = 100;

    /** Opens a cursor that goes on from a place. */
    interface Opener {
        WatchCursor open(WatchPlace place);
    }

    private final Call call;
    private final ResponseStream stream;
    private final Opener opener;
    private final Shaper shaper;
    private final WatchPlace place;
    private final WatchSeries series;
    private final Executor executor;
    private final Runnable onEnd;
    private final AtomicInteger wakes = new AtomicInteger();
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile boolean expired;
    private volatile WatchCursor cursor;
    private boolean failed;
    private long checkpointed = -1;

    WatchStream(
            Call call,
            ResponseStream stream,
            WatchCursor cursor,
            Opener opener,
            Shaper shaper,
            WatchPlace place,
            WatchSeries series,
            Executor executor,
            Runnable onEnd) {
        this.call = call;
        this.stream = stream;
        this.cursor = cursor;
        this.opener = opener;
        this.shaper = shaper;
        this.place = place;
        this.series = series;
        this.executor = executor;
        this.onEnd = onEnd;
    }

    /** Has somebody look soon; cheap, and callable from anywhere. */
    void wake() {
        if (wakes.getAndIncrement() == 0) {
            try {
                executor.execute(this::run);
            } catch (RejectedExecutionException e) {
                // The bundle goes, or far too many streams want to write: the client comes again.
                end();
            }
        }
    }

    /** The time that the client or the server gave to this watch is over. */
    void expire() {
        expired = true;
        wake();
    }

    private void run() {
        int seen;
        do {
            seen = wakes.get();
            try {
                advance();
            } catch (RuntimeException e) {
                stream.write(shaper.error(Failures.toStatus(e, call)));
                end();
            }
        } while (wakes.addAndGet(-seen) != 0);
    }

    private void advance() {
        while (!ended.get()) {
            if (expired || !stream.isOpen()) {
                end();
            } else if (!stream.isWritable()) {
                stream.onWritable(this::wake);
                return;
            } else {
                List<WatchCursor.Event> events = cursor.poll(MAX_BATCH);
                if (!events.isEmpty()) {
                    send(events);
                } else if (cursor.ended()) {
                    goOnElsewhere();
                } else {
                    checkpoint();
                    cursor.onAvailable(this::wake);
                    return;
                }
            }
        }
    }

    /** A cursor that ends without an error has lost its server to a swap: the next one goes on. */
    private void goOnElsewhere() {
        if (failed) {
            end();
            return;
        }
        try {
            cursor = opener.open(place.at(cursor.revision()));
        } catch (ApiException e) {
            if (e.reason() != StatusReason.ServiceUnavailable) {
                throw e;
            }
            // No next one came: the client asks again where this ended.
            end();
        }
    }

    private void send(List<WatchCursor.Event> events) {
        List<ByteBuffer> lines = new ArrayList<>(events.size());
        for (WatchCursor.Event event : events) {
            byte[] line = shaper.event(event);
            series.sent(line.length);
            lines.add(ByteBuffer.wrap(line));
            failed |= event.type() == WatchCursor.Type.ERROR;
        }
        checkpointed = cursor.revision();
        stream.write(lines, place.checkpoint(checkpointed));
    }

    /** Also without events the history moves on, and what is old can't be resumed from. */
    private void checkpoint() {
        long revision = cursor.revision();
        if (revision != checkpointed) {
            checkpointed = revision;
            stream.checkpoint(place.checkpoint(revision));
        }
    }

    private void end() {
        if (ended.compareAndSet(false, true)) {
            cursor.close();
            stream.close();
            onEnd.run();
        }
    }
}
