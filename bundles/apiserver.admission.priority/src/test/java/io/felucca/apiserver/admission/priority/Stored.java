package io.felucca.apiserver.admission.priority;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.StoredObject;
import io.felucca.machinery.Json;
import java.util.List;
import java.util.Map;

/** A stored object of a test. */
record Stored(ObjectNode object) implements StoredObject {
    @Override
    public String namespace() {
        return object.at("/metadata/namespace").asText();
    }

    @Override
    public String name() {
        return object.at("/metadata/name").asText();
    }

    @Override
    public String uid() {
        return "uid";
    }

    @Override
    public long revision() {
        return 1;
    }

    @Override
    public byte[] json() {
        return Json.bytes(object);
    }

    @Override
    public Map<String, String> labels() {
        return Map.of();
    }

    @Override
    public List<String> ownerUids() {
        return List.of();
    }
}
