package io.felucca.client;

import io.felucca.apiserver.api.StoredObject;
import io.felucca.apiserver.api.WatchCursor;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;

/** A cursor that gives what the test adds. */
final class ScriptedCursor implements WatchCursor {
    private final Queue<Event> events = new ArrayDeque<>();
    private Runnable waiting;
    private long revision;
    private boolean ended;
    private boolean closed;

    ScriptedCursor put(Type type, String name, long at) {
        return add(new Event(type, configMap(name, at), at, new byte[0]));
    }

    /** What was there at the start has been given. */
    ScriptedCursor bookmark(long at) {
        return add(new Event(Type.BOOKMARK, null, at, new byte[0]));
    }

    ScriptedCursor tooOld() {
        return add(new Event(Type.ERROR, null, 0, new byte[0]));
    }

    /** The store moved on, with no event for us. */
    synchronized void reach(long at) {
        revision = at;
    }

    void end() {
        Runnable wake;
        synchronized (this) {
            ended = true;
            wake = take();
        }
        wake.run();
    }

    private ScriptedCursor add(Event event) {
        Runnable wake;
        synchronized (this) {
            events.add(event);
            revision = Math.max(revision, event.revision());
            wake = take();
        }
        wake.run();
        return this;
    }

    private Runnable take() {
        Runnable wake = waiting == null ? () -> {} : waiting;
        waiting = null;
        return wake;
    }

    @Override
    public synchronized List<Event> poll(int most) {
        List<Event> given = new ArrayList<>();
        while (given.size() < most && !events.isEmpty()) {
            given.add(events.remove());
        }
        return given;
    }

    @Override
    public void onAvailable(Runnable action) {
        synchronized (this) {
            if (events.isEmpty() && !ended) {
                waiting = action;
                return;
            }
        }
        action.run();
    }

    @Override
    public synchronized long revision() {
        return revision;
    }

    @Override
    public synchronized boolean ended() {
        return ended && events.isEmpty();
    }

    @Override
    public synchronized void close() {
        closed = true;
    }

    synchronized boolean isClosed() {
        return closed;
    }

    private static StoredObject configMap(String name, long at) {
        byte[] json =
                ("{\"kind\":\"ConfigMap\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\""
                                + name
                                + "\",\"namespace\":\"ns\",\"resourceVersion\":\""
                                + at
                                + "\"}}")
                        .getBytes(StandardCharsets.UTF_8);
        return new StoredObject() {
            @Override
            public String namespace() {
                return "ns";
            }

            @Override
            public String name() {
                return name;
            }

            @Override
            public String uid() {
                return "uid-" + name;
            }

            @Override
            public long revision() {
                return at;
            }

            @Override
            public byte[] json() {
                return json;
            }

            @Override
            public Map<String, String> labels() {
                return Map.of();
            }

            @Override
            public List<String> ownerUids() {
                return List.of();
            }
        };
    }
}
