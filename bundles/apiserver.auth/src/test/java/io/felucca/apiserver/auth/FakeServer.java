package io.felucca.apiserver.auth;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.ApiRequest;
import io.felucca.apiserver.api.StoredObject;
import io.felucca.apiserver.api.WatchCursor;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.Json;
import io.felucca.testing.RefusingServer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A server that is read only: objects in a map, watches that end when told. Thread-safe. */
final class FakeServer extends RefusingServer {
    private final Map<String, Stored> objects = new LinkedHashMap<>();
    private final List<Cursor> cursors = new ArrayList<>();
    private final List<Logged> log = new ArrayList<>();
    private final Set<String> served = new HashSet<>();
    private boolean servesAll = true;
    private long revision = 1;

    // Shared as the real ones are, and as little written to.
    @SuppressWarnings("ArrayRecordComponent")
    record Stored(String namespace, String name, String uid, long revision, byte[] json)
            implements StoredObject {
        @Override
        public Map<String, String> labels() {
            return Map.of();
        }

        @Override
        public List<String> ownerUids() {
            return List.of();
        }
    }

    private record Logged(String resource, WatchCursor.Event event) {}

    synchronized void serveOnly(String... resources) {
        servesAll = false;
        served.clear();
        served.addAll(List.of(resources));
    }

    synchronized void put(String resource, ObjectNode object) {
        String namespace = object.at("/metadata/namespace").asText();
        String name = object.at("/metadata/name").asText();
        String uid = object.at("/metadata/uid").asText();
        Stored stored = new Stored(namespace, name, uid, ++revision, Json.bytes(object));
        boolean isNew = objects.put(key(resource, namespace, name), stored) == null;
        publish(resource, isNew ? WatchCursor.Type.ADDED : WatchCursor.Type.MODIFIED, stored);
    }

    synchronized void delete(String resource, String namespace, String name) {
        Stored gone = objects.remove(key(resource, namespace, name));
        revision++;
        publish(resource, WatchCursor.Type.DELETED, gone);
    }

    /** Ends all watches, as when they fell behind. */
    synchronized void endWatches() {
        cursors.forEach(Cursor::end);
        cursors.clear();
    }

    @Override
    public synchronized StoredObject get(ApiRequest request, Optional<String> resourceVersion) {
        requireMaster(request);
        Stored found =
                objects.get(
                        key(request.resource().resource(), request.namespace(), request.name()));
        if (found == null) {
            throw ApiException.notFound(request.resource().groupResource(), request.name());
        }
        return found;
    }

    @Override
    public synchronized ObjectList list(ApiRequest request, ListOptions options) {
        requireMaster(request);
        String resource = request.resource().resource();
        if (!servesAll && !served.contains(resource)) {
            throw ApiException.notFound(request.resource().groupResource(), "");
        }
        List<StoredObject> items = new ArrayList<>();
        objects.forEach(
                (key, stored) -> {
                    if (key.startsWith(resource + "|")) {
                        items.add(stored);
                    }
                });
        return new ObjectList(revision, items, "", 0);
    }

    @Override
    public synchronized WatchCursor watch(ApiRequest request, ListOptions options) {
        requireMaster(request);
        long from = Long.parseLong(options.resourceVersion());
        Cursor cursor = new Cursor(request.resource().resource());
        for (Logged logged : log) {
            if (logged.event.revision() > from && logged.resource.equals(cursor.resource)) {
                cursor.add(logged.event);
            }
        }
        cursors.add(cursor);
        return cursor;
    }

    private void publish(String resource, WatchCursor.Type type, Stored stored) {
        WatchCursor.Event event = new WatchCursor.Event(type, stored, revision, new byte[0]);
        log.add(new Logged(resource, event));
        for (Cursor cursor : cursors) {
            if (cursor.resource.equals(resource)) {
                cursor.add(event);
            }
        }
    }

    private static void requireMaster(ApiRequest request) {
        if (!request.user().groups().contains("system:masters")) {
            throw new IllegalStateException("the server's own reads come from itself");
        }
    }

    private static String key(String resource, String namespace, String name) {
        return resource + "|" + namespace + "|" + name;
    }

    private static final class Cursor implements WatchCursor {
        private final String resource;
        private final List<Event> pending = new ArrayList<>();
        private Runnable waiting;
        private boolean ended;

        Cursor(String resource) {
            this.resource = resource;
        }

        synchronized void add(Event event) {
            pending.add(event);
            wake();
        }

        synchronized void end() {
            ended = true;
            wake();
        }

        private void wake() {
            Runnable action = waiting;
            waiting = null;
            if (action != null) {
                action.run();
            }
        }

        @Override
        public synchronized List<Event> poll(int most) {
            List<Event> some = List.copyOf(pending.subList(0, Math.min(most, pending.size())));
            pending.subList(0, some.size()).clear();
            return some;
        }

        @Override
        public synchronized void onAvailable(Runnable action) {
            if (!pending.isEmpty() || ended) {
                action.run();
            } else {
                waiting = action;
            }
        }

        @Override
        public synchronized boolean ended() {
            return ended && pending.isEmpty();
        }

        @Override
        public long revision() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {
            end();
        }
    }
}
