package io.felucca.client.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.apiserver.api.WatchCursor;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.Json;
import io.felucca.machinery.StatusReason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;

/**
 * A watch by HTTP: lines of JSON become events. No more is read from the connection while {@value
 * #ENOUGH} events wait, so what waits is those and what one read brings.
 *
 * <p>A connection that breaks ends the watch without an ERROR event. One that can't be opened makes
 * {@link #poll} throw, so that the reader waits before it tries again.
 */
final class RemoteCursor implements WatchCursor, HttpResponse.BodyHandler<byte[]> {
    private static final int ENOUGH = 256;

    /** Objects have at most 3 MB; a longer line is none of ours. */
    private static final int MAX_LINE_BYTES = 8 * 1024 * 1024;

    private static final String INITIAL_EVENTS_END = "k8s.io/initial-events-end";

    private final Runnable onClose;
    private final ArrayDeque<Event> events = new ArrayDeque<>();
    private Future<?> opening;
    private Flow.Subscription subscription;
    private boolean paused;
    private boolean heard = true;
    private boolean complete;
    private boolean closed;
    private ApiException failure;
    private Runnable available;
    private long delivered;
    private boolean initial;

    /**
     * @param revision from which the watch begins
     * @param initial whether all there is comes first
     */
    RemoteCursor(long revision, boolean initial, Runnable onClose) {
        this.delivered = revision;
        this.initial = initial;
        this.onClose = onClose;
    }

    @Override
    public synchronized List<Event> poll(int most) {
        if (events.isEmpty() && failure != null) {
            ApiException thrown = failure;
            failure = null;
            throw thrown;
        }
        List<Event> next = new ArrayList<>();
        while (next.size() < most && !events.isEmpty()) {
            Event event = events.remove();
            delivered = Math.max(delivered, event.revision());
            initial &= !endsInitialEvents(event);
            next.add(event);
        }
        if (paused && events.size() < ENOUGH) {
            paused = false;
            subscription.request(1);
        }
        return next;
    }

    private static boolean endsInitialEvents(Event event) {
        return event.type() == Type.BOOKMARK
                && new String(event.line(), StandardCharsets.UTF_8).contains(INITIAL_EVENTS_END);
    }

    @Override
    public void onAvailable(Runnable action) {
        synchronized (this) {
            if (events.isEmpty() && failure == null && !complete) {
                available = action;
                return;
            }
        }
        action.run();
    }

    @Override
    public synchronized long revision() {
        return initial ? 0 : delivered;
    }

    @Override
    public synchronized boolean ended() {
        return complete && events.isEmpty() && failure == null;
    }

    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            complete = true;
            available = null;
            if (opening != null) {
                opening.cancel(true);
            }
            if (subscription != null) {
                subscription.cancel();
            }
        }
        onClose.run();
    }

    /**
     * Ends the watch if nothing has come since the last call: the server sends a bookmark each
     * minute, so a silent connection is a dead one.
     */
    void endIfSilent() {
        boolean silent;
        synchronized (this) {
            silent = !heard && !paused && !complete;
            heard = false;
            if (silent && subscription != null) {
                subscription.cancel();
            }
        }
        if (silent) {
            finish(null);
        }
    }

    synchronized void opening(Future<?> future) {
        opening = future;
        if (closed) {
            future.cancel(true);
        }
    }

    /** The stream was refused or broke before it began. */
    void failed(ApiException why) {
        if (why.status().code() == StatusReason.Gone.code()) {
            // The same as an event: the history asked for is no more.
            var line = Json.object().put("type", "ERROR").set("object", why.status().toJson());
            synchronized (this) {
                events.add(new Event(Type.ERROR, null, delivered, Json.bytes(line)));
            }
            finish(null);
        } else {
            finish(why);
        }
    }

    private void finish(ApiException why) {
        synchronized (this) {
            if (!complete) {
                complete = true;
                failure = why;
            }
        }
        signal();
    }

    private void signal() {
        Runnable action;
        synchronized (this) {
            action = available;
            available = null;
        }
        if (action != null) {
            action.run();
        }
    }

    @Override
    public BodySubscriber<byte[]> apply(HttpResponse.ResponseInfo response) {
        return response.statusCode() == 200 ? new Lines() : BodySubscribers.ofByteArray();
    }

    /** Cuts what comes into lines. Called by one thread at a time. */
    private final class Lines implements BodySubscriber<byte[]> {
        private final ByteArrayOutputStream line = new ByteArrayOutputStream();

        /** At once: what follows is not the answer's body but a life of its own. */
        @Override
        public CompletionStage<byte[]> getBody() {
            return CompletableFuture.completedStage(new byte[0]);
        }

        @Override
        public void onSubscribe(Flow.Subscription to) {
            synchronized (RemoteCursor.this) {
                subscription = to;
                if (closed) {
                    to.cancel();
                    return;
                }
            }
            to.request(1);
        }

        @Override
        public void onNext(List<ByteBuffer> buffers) {
            try {
                List<Event> more = new ArrayList<>();
                for (ByteBuffer buffer : buffers) {
                    cut(buffer, more);
                }
                take(more);
            } catch (IOException | RuntimeException e) {
                subscription.cancel();
                finish(
                        ApiException.of(
                                StatusReason.InternalError,
                                "what a watch sent could not be read: " + e.getMessage()));
            }
        }

        private void cut(ByteBuffer buffer, List<Event> more) throws IOException {
            while (buffer.hasRemaining()) {
                byte next = buffer.get();
                line.write(next);
                if (next == '\n') {
                    more.add(event(line.toByteArray()));
                    line.reset();
                } else if (line.size() > MAX_LINE_BYTES) {
                    throw new IOException("a line of more than " + MAX_LINE_BYTES + " bytes");
                }
            }
        }

        private void take(List<Event> more) {
            boolean goOn;
            synchronized (RemoteCursor.this) {
                heard = true;
                events.addAll(more);
                paused = events.size() >= ENOUGH;
                goOn = !paused && !closed;
            }
            if (goOn) {
                subscription.request(1);
            }
            if (!more.isEmpty()) {
                signal();
            }
        }

        @Override
        public void onError(Throwable broken) {
            finish(null);
        }

        @Override
        public void onComplete() {
            finish(null);
        }
    }

    private static Event event(byte[] line) throws IOException {
        JsonNode json = Json.mapper().readTree(line);
        Type type = Type.valueOf(json.path("type").asText());
        JsonNode object = json.path("object");
        return switch (type) {
            case ADDED, MODIFIED, DELETED -> {
                RemoteObject one = RemoteObject.of(object);
                yield new Event(type, one, one.revision(), line);
            }
            case BOOKMARK ->
                    new Event(type, null, RemoteObject.revision(object.path("metadata")), line);
            case ERROR -> new Event(type, null, 0, line);
        };
    }
}
