package io.felucca.client;

import io.felucca.apiserver.api.ApiRequest;
import io.felucca.apiserver.api.WatchCursor;
import io.felucca.testing.RefusingServer;
import java.util.ArrayList;
import java.util.List;

/** A server of which only the watch is there: it gives the cursors that the test puts in. */
final class ScriptedServer extends RefusingServer {
    private final List<ScriptedCursor> cursors = new ArrayList<>();
    private final List<ListOptions> opened = new ArrayList<>();

    synchronized ScriptedServer then(ScriptedCursor cursor) {
        cursors.add(cursor);
        return this;
    }

    /** With what each watch was opened. */
    synchronized List<ListOptions> opened() {
        return List.copyOf(opened);
    }

    @Override
    public synchronized WatchCursor watch(ApiRequest request, ListOptions options) {
        opened.add(options);
        return cursors.remove(0);
    }

    @Override
    public void authorize(ApiRequest request) {
        // Everybody may, here.
    }
}
