package io.felucca.apiserver.apiextensions;

import io.felucca.apiserver.api.ApiRequest;
import io.felucca.apiserver.api.ApiServer;
import io.felucca.apiserver.api.ApiServer.ListOptions;
import io.felucca.apiserver.api.ApiServer.ObjectList;
import io.felucca.apiserver.api.StoredObject;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.apiserver.api.WatchCursor;
import io.felucca.apiserver.api.WatchCursor.Event;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.GroupVersionResource;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lists and then watches the definitions of one server. All of its work is done on the one thread
 * of {@link Worker}; {@link #close} may come from any.
 */
final class Follower implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Follower.class);

    /** Whom upstream's server is to itself. */
    static final UserInfo SERVER = UserInfo.of("system:apiserver", "system:masters");

    static final GroupVersionResource DEFINITIONS =
            new GroupVersionResource("apiextensions.k8s.io", "v1", "customresourcedefinitions");

    private static final int BATCH = 100;
    private static final long FIRST_DELAY_MILLIS = 50;
    private static final long LONGEST_DELAY_MILLIS = 5_000;

    private final ApiServer server;
    private final Worker worker;
    private final Listener listener;
    private volatile boolean closed;
    private volatile WatchCursor cursor;
    private long delayMillis = FIRST_DELAY_MILLIS;

    /** Told on the worker's thread. */
    interface Listener {
        /** All there are; those known before that are not among them are gone. */
        void all(List<StoredObject> definitions);

        void put(StoredObject definition);

        void gone(String name);
    }

    Follower(ApiServer server, Worker worker, Listener listener) {
        this.server = server;
        this.worker = worker;
        this.listener = listener;
    }

    void start() {
        worker.run(this::list);
    }

    @Override
    public void close() {
        closed = true;
        WatchCursor open = cursor;
        if (open != null) {
            open.close();
        }
    }

    private void list() {
        if (closed) {
            return;
        }
        try {
            ObjectList list = server.list(request("list"), ListOptions.ALL);
            listener.all(list.items());
            cursor = server.watch(request("watch"), from(list.resourceVersion()));
            delayMillis = FIRST_DELAY_MILLIS;
        } catch (ApiException e) {
            // The group may not be served yet; its bundle starts beside this one.
            LOG.debug("The definitions cannot be read yet: {}", e.getMessage());
            retryLater();
            return;
        }
        drain();
    }

    private void drain() {
        WatchCursor open = cursor;
        if (closed) {
            open.close();
            return;
        }
        List<Event> events = open.poll(BATCH);
        events.forEach(this::apply);
        if (open.ended()) {
            retryLater();
        } else if (events.size() == BATCH) {
            worker.run(this::drain);
        } else {
            open.onAvailable(() -> worker.run(this::drain));
        }
    }

    private void apply(Event event) {
        switch (event.type()) {
            case ADDED, MODIFIED -> listener.put(event.object());
            case DELETED -> listener.gone(event.object().name());
            case BOOKMARK, ERROR -> {
                // A bookmark changes nothing; after an error the cursor has ended.
            }
        }
    }

    private void retryLater() {
        WatchCursor open = cursor;
        if (open != null) {
            open.close();
        }
        long delay = delayMillis;
        delayMillis = Math.min(delay * 2, LONGEST_DELAY_MILLIS);
        worker.runIn(delay, this::list);
    }

    private static ApiRequest request(String verb) {
        return ApiRequest.of(SERVER, verb, DEFINITIONS, "", "");
    }

    private static ListOptions from(long resourceVersion) {
        return new ListOptions("", "", Long.toString(resourceVersion), "", 0, "", false, false, 0);
    }
}
