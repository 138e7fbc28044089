package io.felucca.client;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.felucca.apiserver.api.ApiRequest;
import io.felucca.apiserver.api.ApiServer;
import io.felucca.apiserver.api.ApiServer.ListOptions;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.apiserver.api.WatchCursor;
import io.felucca.client.api.Informer.Change;
import io.felucca.client.api.Key;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.GroupVersionResource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One watch of one selection for every bundle that asked for it.
 *
 * <p>All state but the contents is touched only by {@link #step}, which runs serially. When the
 * server is replaced it goes on from the last revision seen, and lists again, with a comparison, if
 * that is no longer to be had.
 */
final class SharedInformer<T extends HasMetadata> {
    private static final Logger LOG = LoggerFactory.getLogger(SharedInformer.class);
    private static final int BATCH = 256;
    private static final long RETRY_MILLIS = 200;
    private static final long WAIT_MILLIS = 20;

    /** The informers read as the server itself; what a bundle sees is checked in its view. */
    private static final UserInfo INFORMERS = UserInfo.of("system:apiserver", "system:masters");

    private final GroupVersionResource resource;
    private final String fieldSelector;
    private final Function<byte[], T> decoder;
    private final Recent recent;
    private final Pool timer;
    private final SerialExecutor serial;
    private final Contents<T> contents = new Contents<>();
    private final Queue<Runnable> commands = new ConcurrentLinkedQueue<>();
    private final List<Consumer<Change<T>>> handlers = new ArrayList<>();
    private final PriorityQueue<Waiter> waiters =
            new PriorityQueue<>(Comparator.comparingLong(Waiter::revision));

    private volatile ApiServer server;
    private volatile boolean synced;
    private volatile long revision;
    private volatile boolean closed;
    private ApiServer openedOn;
    private WatchCursor cursor;
    private Set<Key> unseen;

    private record Waiter(long revision, Runnable action) {}

    SharedInformer(
            GroupVersionResource resource,
            String fieldSelector,
            Function<byte[], T> decoder,
            Recent recent,
            Pool pool) {
        this.resource = resource;
        this.fieldSelector = fieldSelector;
        this.decoder = decoder;
        this.recent = recent;
        this.timer = pool;
        this.serial = new SerialExecutor(pool, this::step);
    }

    Contents<T> contents() {
        return contents;
    }

    boolean synced() {
        return synced;
    }

    long revision() {
        return revision;
    }

    void serverArrived(ApiServer newer) {
        server = newer;
        serial.ask();
    }

    /** Runs an action on the informer's own thread. */
    void execute(Runnable action) {
        commands.add(action);
        serial.ask();
    }

    /** On the informer's thread: calls the handler with all there is, then with each change. */
    void addHandler(Consumer<Change<T>> handler) {
        for (Held<T> object : contents.held()) {
            tell(handler, new Change<>(object.key(), null, object));
        }
        handlers.add(handler);
    }

    /** On the informer's thread. */
    void removeHandler(Consumer<Change<T>> handler) {
        handlers.remove(handler);
    }

    void whenReached(long wanted, Runnable action) {
        execute(() -> waiters.add(new Waiter(wanted, action)));
    }

    void close() {
        closed = true;
        serial.ask();
    }

    private void step() {
        Runnable command;
        while ((command = commands.poll()) != null) {
            command.run();
        }
        if (closed) {
            closeCursor();
            return;
        }
        if (openedOn != server) {
            closeCursor();
            openedOn = server;
        }
        try {
            if (cursor == null && openedOn != null) {
                open();
            }
            if (cursor != null) {
                drain();
            }
        } catch (ApiException e) {
            retry(e);
        }
        release();
    }

    private void retry(ApiException why) {
        LOG.debug("informer of {} tries again: {}", resource, why.getMessage());
        closeCursor();
        timer.after(RETRY_MILLIS, serial::ask);
    }

    private void open() {
        ApiRequest request = ApiRequest.of(INFORMERS, "watch", resource, "", "");
        boolean again = synced && revision > 0;
        ListOptions options =
                new ListOptions(
                        "",
                        fieldSelector,
                        again ? Long.toString(revision) : "",
                        again ? "" : "NotOlderThan",
                        0,
                        "",
                        true,
                        !again,
                        0);
        unseen = again ? null : new HashSet<>(contents.keys());
        cursor = openedOn.watch(request, options);
    }

    private void drain() {
        List<WatchCursor.Event> events = cursor.poll(BATCH);
        for (WatchCursor.Event event : events) {
            take(event);
            if (cursor == null) {
                return;
            }
        }
        if (!events.isEmpty()) {
            revision = Math.max(revision, events.get(events.size() - 1).revision());
            serial.ask();
            return;
        }
        if (cursor.ended()) {
            closeCursor();
            serial.ask();
            return;
        }
        revision = Math.max(revision, cursor.revision());
        cursor.onAvailable(serial::ask);
    }

    private void take(WatchCursor.Event event) {
        switch (event.type()) {
            case ADDED, MODIFIED -> put(event);
            case DELETED -> change(key(event), null);
            case BOOKMARK -> {
                revision = Math.max(revision, event.revision());
                initialDone();
            }
            case ERROR -> {
                // Too old to go on from: list again and compare.
                LOG.info("informer of {} lists again", resource);
                synced = false;
                closeCursor();
                serial.ask();
            }
        }
    }

    private void initialDone() {
        if (unseen != null) {
            unseen.forEach(gone -> change(gone, null));
            unseen = null;
            synced = true;
        }
    }

    private void put(WatchCursor.Event event) {
        Key key = key(event);
        if (unseen != null) {
            unseen.remove(key);
        }
        change(key, new Held<>(key, event.object(), decoder, recent));
    }

    private void change(Key key, Held<T> now) {
        Held<T> before = contents.change(key, now);
        if (before == null && now == null) {
            return;
        }
        Change<T> change = new Change<>(key, before, now);
        for (Consumer<Change<T>> handler : handlers) {
            tell(handler, change);
        }
    }

    private void tell(Consumer<Change<T>> handler, Change<T> change) {
        try {
            handler.accept(change);
        } catch (RuntimeException | LinkageError e) {
            // A bundle that is being replaced may lack its classes for a moment.
            LOG.error("a handler of {} failed on {}", resource, change.key(), e);
        }
    }

    private static Key key(WatchCursor.Event event) {
        return new Key(event.object().namespace(), event.object().name());
    }

    private void release() {
        while (synced && !waiters.isEmpty() && waiters.peek().revision() <= revision) {
            waiters.remove().action().run();
        }
        if (!waiters.isEmpty()) {
            // The store may move on by changes of other types, of which no event tells us.
            timer.after(WAIT_MILLIS, serial::ask);
        }
    }

    private void closeCursor() {
        if (cursor != null) {
            cursor.close();
            cursor = null;
        }
    }
}
