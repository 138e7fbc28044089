package io.felucca.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.WatchCursor;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.GroupVersionKind;
import io.felucca.machinery.Json;

/** The events of a watch that are of no object. */
final class Lines {
    private Lines() {}

    static WatchCursor.Event bookmark(
            GroupVersionKind kind, long revision, boolean initialEventsEnd) {
        ObjectNode object = Json.object();
        object.put("kind", kind.kind());
        object.put("apiVersion", kind.apiVersion());
        ObjectNode metadata = object.putObject("metadata");
        metadata.put("resourceVersion", Long.toString(revision));
        if (initialEventsEnd) {
            metadata.putObject("annotations").put("k8s.io/initial-events-end", "true");
        }
        return new WatchCursor.Event(
                WatchCursor.Type.BOOKMARK, null, revision, line("BOOKMARK", object));
    }

    static WatchCursor.Event error(ApiException problem, long revision) {
        return new WatchCursor.Event(
                WatchCursor.Type.ERROR, null, revision, line("ERROR", problem.status().toJson()));
    }

    private static byte[] line(String type, ObjectNode object) {
        ObjectNode event = Json.object();
        event.put("type", type);
        event.set("object", object);
        byte[] json = Json.bytes(event);
        byte[] line = java.util.Arrays.copyOf(json, json.length + 1);
        line[json.length] = '\n';
        return line;
    }
}
