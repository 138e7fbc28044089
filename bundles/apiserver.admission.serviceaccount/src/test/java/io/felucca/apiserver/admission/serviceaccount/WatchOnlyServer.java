package io.felucca.apiserver.admission.serviceaccount;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.ApiRequest;
import io.felucca.apiserver.api.ApiServer;
import io.felucca.apiserver.api.Resources;
import io.felucca.apiserver.api.StoredObject;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.apiserver.api.WatchCursor;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** A server with one watch, whose next event comes as soon as somebody waits for it. */
final class WatchOnlyServer implements ApiServer {
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

    @Override
    public Resources resources() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void authorize(ApiRequest request) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void authorizeNonResource(UserInfo user, String verb, String path) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<StoredObject> create(ApiRequest request, ObjectNode body) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<ObjectNode> act(ApiRequest request, ObjectNode body) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<StoredObject> update(ApiRequest request, ObjectNode body) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<StoredObject> patch(ApiRequest request, Patch patch) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<DeleteResult> delete(ApiRequest request, DeleteOptions options) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<ObjectList> deleteCollection(
            ApiRequest request, ListOptions list, DeleteOptions options) {
        throw new UnsupportedOperationException();
    }

    @Override
    public StoredObject get(ApiRequest request, Optional<String> resourceVersion) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ObjectList list(ApiRequest request, ListOptions options) {
        throw new UnsupportedOperationException();
    }
}
