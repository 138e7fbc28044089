package io.felucca.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.StoredObject;
import io.felucca.apiserver.api.WatchCursor;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.GroupVersionKind;
import io.felucca.machinery.Json;
import java.nio.charset.StandardCharsets;

/** The lines of a watch. */
final class Lines {
    private static final byte[] ADDED = head("ADDED");
    private static final byte[] MODIFIED = head("MODIFIED");
    private static final byte[] DELETED = head("DELETED");
    private static final byte[] END = "}\n".getBytes(StandardCharsets.US_ASCII);

    private Lines() {}

    static WatchCursor.Event event(WatchCursor.Type type, StoredObject object, long revision) {
        byte[] head =
                type == WatchCursor.Type.ADDED
                        ? ADDED
                        : type == WatchCursor.Type.MODIFIED ? MODIFIED : DELETED;
        byte[] json = object.json();
        byte[] line = new byte[head.length + json.length + END.length];
        System.arraycopy(head, 0, line, 0, head.length);
        System.arraycopy(json, 0, line, head.length, json.length);
        System.arraycopy(END, 0, line, head.length + json.length, END.length);
        return new WatchCursor.Event(type, object, revision, line);
    }

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

    private static byte[] head(String type) {
        return ("{\"type\":\"" + type + "\",\"object\":").getBytes(StandardCharsets.US_ASCII);
    }
}
