package io.felucca.apiserver.rest;

import io.felucca.apiserver.api.StoredObject;
import io.felucca.apiserver.api.WatchCursor;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** A cursor that gives what a test puts in. */
final class FakeCursor implements WatchCursor {
    private final Deque<Event> events = new ArrayDeque<>();
    private Runnable action;
    private long revision;
    private boolean ended;
    private int polls;

    void add(Type type, StoredObject object, long at) {
        String json =
                "{\"type\":\""
                        + type
                        + "\",\"object\":"
                        + new String(object.json(), StandardCharsets.UTF_8)
                        + "}\n";
        Runnable due;
        synchronized (this) {
            events.add(new Event(type, object, at, json.getBytes(StandardCharsets.UTF_8)));
            due = action;
            action = null;
        }
        if (due != null) {
            due.run();
        }
    }

    /** As when its server is swapped. */
    void end() {
        Runnable due;
        synchronized (this) {
            ended = true;
            due = action;
            action = null;
        }
        if (due != null) {
            due.run();
        }
    }

    synchronized int polls() {
        return polls;
    }

    @Override
    public synchronized List<Event> poll(int most) {
        polls++;
        List<Event> some = new ArrayList<>();
        while (some.size() < most && !events.isEmpty()) {
            Event event = events.remove();
            revision = event.revision();
            some.add(event);
        }
        return some;
    }

    @Override
    public void onAvailable(Runnable then) {
        synchronized (this) {
            if (events.isEmpty() && !ended) {
                action = then;
                return;
            }
        }
        then.run();
    }

    @Override
    public synchronized long revision() {
        return revision;
    }

    @Override
    public synchronized boolean ended() {
        return ended;
    }

    @Override
    public void close() {
        synchronized (this) {
            ended = true;
        }
    }
}
