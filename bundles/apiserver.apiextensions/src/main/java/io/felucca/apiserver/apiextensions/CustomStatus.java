package io.felucca.apiserver.apiextensions;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.Subresource;

/** The status of a custom resource: unlike that of built-in ones it takes no labels. */
final class CustomStatus implements Subresource.View {
    @Override
    public ObjectNode show(ObjectNode object) {
        return object;
    }

    @Override
    public ObjectNode apply(ObjectNode object, ObjectNode body) {
        if (body.has("status")) {
            object.set("status", body.get("status"));
        } else {
            object.remove("status");
        }
        return object;
    }
}
