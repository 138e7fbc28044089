package io.felucca.itests.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/**
 * A copy of a list, kept by a watch whose server may die, as informers keep theirs: resumed at the
 * last revision it has seen, and begun anew from a list only when the server says that this
 * revision is gone.
 */
final class ResumedWatch implements AutoCloseable {
    private final RawApi api;
    private final String path;
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final Map<String, Long> copy = new TreeMap<>();
    private final List<Long> seen = new ArrayList<>();
    private long last;
    private long listed;
    private int lists;
    private String wrong = "";
    private volatile boolean closed;

    ResumedWatch(RawApi api, String path) {
        this.api = api;
        this.path = path;
        list();
        resume();
    }

    private synchronized void list() {
        JsonNode list = api.get(path).json();
        copy.clear();
        copy.putAll(revisions(list));
        last = list.at("/metadata/resourceVersion").asLong();
        listed = last;
        lists++;
    }

    /** Of the objects of a list, by name. */
    static Map<String, Long> revisions(JsonNode list) {
        Map<String, Long> revisions = new TreeMap<>();
        list.get("items").forEach(item -> revisions.put(name(item), revision(item)));
        return revisions;
    }

    private static String name(JsonNode object) {
        return object.at("/metadata/name").asText();
    }

    private static long revision(JsonNode object) {
        return object.at("/metadata/resourceVersion").asLong();
    }

    /** After the server has come back. */
    void resume() {
        thread.execute(this::follow);
    }

    private void follow() {
        boolean gone = true;
        while (gone && !closed) {
            gone = false;
            try {
                HttpResponse<Stream<String>> answer =
                        api.watch(path + "?watch=true&resourceVersion=" + lastRevision());
                try (Stream<String> lines = answer.body()) {
                    if (answer.statusCode() == 200) {
                        gone = lines.map(RawApi::parse).anyMatch(event -> !see(event));
                    } else {
                        gone = answer.statusCode() == 410;
                        complainUnless(gone, "answered " + answer.statusCode());
                    }
                }
            } catch (UncheckedIOException serverDied) {
                return;
            }
            if (gone) {
                list();
            }
        }
    }

    /** Whether it may go on after this event. */
    private synchronized boolean see(JsonNode event) {
        String type = event.get("type").asText();
        JsonNode object = event.get("object");
        if (type.equals("ERROR")) {
            complainUnless(object.path("code").asInt() == 410, event.toString());
            return false;
        }
        long revision = revision(object);
        complainUnless(revision > last, "showed revision " + revision + " after " + last);
        boolean known = copy.containsKey(name(object));
        complainUnless(known != type.equals("ADDED"), "showed " + type + " of " + name(object));
        if (type.equals("DELETED")) {
            copy.remove(name(object));
        } else {
            copy.put(name(object), revision);
        }
        seen.add(revision);
        last = revision;
        return true;
    }

    private synchronized void complainUnless(boolean right, String what) {
        if (!right && wrong.isEmpty()) {
            wrong = "the watch " + what;
        }
    }

    synchronized long lastRevision() {
        return last;
    }

    /** The revisions of the objects that are there, as far as it knows, by name. */
    synchronized Map<String, Long> copy() {
        return new TreeMap<>(copy);
    }

    /** What was wrong with it; empty if nothing was. */
    synchronized String wrong() {
        return wrong;
    }

    /** How often it began from a list: once, and again for each revision that was gone. */
    synchronized int lists() {
        return lists;
    }

    /** Those of the given revisions that it should have seen and has not. */
    synchronized List<Long> missing(List<Long> revisions) {
        List<Long> missing = new ArrayList<>(revisions);
        missing.removeIf(revision -> revision <= listed);
        missing.removeAll(seen);
        return missing;
    }

    @Override
    public void close() {
        closed = true;
        thread.shutdownNow();
    }
}
