package io.felucca.apiserver.api;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The usual status subresource: shows the whole object, takes the status, labels and annotations
 * from the body and leaves the rest alone.
 */
public class StatusView implements Subresource.View {
    @Override
    public ObjectNode show(ObjectNode object) {
        return object;
    }

    @Override
    public ObjectNode apply(ObjectNode object, ObjectNode body) {
        take(object, body, "status");
        if (body.get("metadata") instanceof ObjectNode theirs
                && object.get("metadata") instanceof ObjectNode ours) {
            take(ours, theirs, "labels");
            take(ours, theirs, "annotations");
        }
        return object;
    }

    private static void take(ObjectNode to, ObjectNode from, String field) {
        if (from.has(field)) {
            to.set(field, from.get(field));
        } else {
            to.remove(field);
        }
    }
}
