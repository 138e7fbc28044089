package io.felucca.apiserver.admission.serviceaccount;

import io.felucca.apiserver.api.ApiRequest;
import io.felucca.apiserver.api.StoredObject;
import io.felucca.apiserver.api.WatchCursor;
import io.felucca.testing.RefusingServer;
import java.util.List;
import java.util.function.Consumer;

/** A server with one watch, whose next event comes as soon as somebody waits for it. */
final class WatchOnlyServer extends RefusingServer {
    private final Consumer<WatchOnlyServer> whenAwaited;
    private WatchCursor.Event next;
    private boolean ended;
    private boolean closed;

    WatchOnlyServer(Consumer<WatchOnlyServer> whenAwaited) {
        this.whenAwaited = whenAwaited;
    }

    void add(StoredObject object) {
        next = new WatchCursor.Event(WatchCursor.Type.ADDED, object, 1, new byte[0]);
    }

    void end() {
        ended = true;
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public WatchCursor watch(ApiRequest request, ListOptions options) {
        return new WatchCursor() {
            @Override
            public List<Event> poll(int most) {
                List<Event> events = next == null ? List.of() : List.of(next);
                next = null;
                return events;
            }

            @Override
            public void onAvailable(Runnable action) {
                whenAwaited.accept(WatchOnlyServer.this);
                action.run();
            }

            @Override
            public long revision() {
                return 1;
            }

            @Override
            public boolean ended() {
                return ended;
            }

            @Override
            public void close() {
                closed = true;
            }
        };
    }
}
