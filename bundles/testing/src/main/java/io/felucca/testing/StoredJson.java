package io.felucca.testing;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.StoredObject;
import io.felucca.machinery.Json;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** An object as a server would give it at a revision, for tests. */
public record StoredJson(ObjectNode object, long revision) implements StoredObject {
    /** At revision 1. */
    public StoredJson(ObjectNode object) {
        this(object, 1);
    }

    @Override
    public String namespace() {
        return metadata("namespace");
    }

    @Override
    public String name() {
        return metadata("name");
    }

    @Override
    public String uid() {
        return metadata("uid");
    }

    @Override
    public byte[] json() {
        return Json.bytes(object);
    }

    @Override
    public Map<String, String> labels() {
        Map<String, String> labels = new TreeMap<>();
        object.path("metadata")
                .path("labels")
                .properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
        return labels;
    }

    @Override
    public List<String> ownerUids() {
        return object.path("metadata").path("ownerReferences").findValuesAsText("uid");
    }

    private String metadata(String field) {
        return object.path("metadata").path(field).asText();
    }
}
