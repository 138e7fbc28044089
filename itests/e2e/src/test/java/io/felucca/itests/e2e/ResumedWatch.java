package io.felucca.itests.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/**
 * A watch whose server may die: it is resumed at the last revision it has seen, and starts anew
 * from a list only when the server says that this revision is gone.
 */
final class ResumedWatch implements AutoCloseable {
    private final RawApi api;
    private final String path;
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
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
        last = api.get(path).json().at("/metadata/resourceVersion").asLong();
        listed = last;
        lists++;
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
        if (event.get("type").asText().equals("ERROR")) {
            complainUnless(event.at("/object/code").asInt() == 410, event.toString());
            return false;
        }
        long revision = event.at("/object/metadata/resourceVersion").asLong();
        complainUnless(revision > last, "showed revision " + revision + " after " + last);
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
