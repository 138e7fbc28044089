package io.felucca.client.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.apiserver.api.StoredObject;
import io.felucca.machinery.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * An object as the server sent it; what a virtual resource answers has neither name nor revision.
 */
// The bytes are shared and not to be written to, as StoredObject says.
@SuppressWarnings("ArrayRecordComponent")
record RemoteObject(
        String namespace,
        String name,
        String uid,
        long revision,
        byte[] json,
        Map<String, String> labels,
        List<String> ownerUids)
        implements StoredObject {

    RemoteObject {
        labels = Map.copyOf(labels);
        ownerUids = List.copyOf(ownerUids);
    }

    static RemoteObject of(JsonNode object) {
        JsonNode metadata = object.path("metadata");
        Map<String, String> labels = new TreeMap<>();
        for (Map.Entry<String, JsonNode> label : metadata.path("labels").properties()) {
            labels.put(label.getKey(), label.getValue().asText());
        }
        List<String> owners = new ArrayList<>();
        for (JsonNode owner : metadata.path("ownerReferences")) {
            owners.add(owner.path("uid").asText());
        }
        return new RemoteObject(
                metadata.path("namespace").asText(),
                metadata.path("name").asText(),
                metadata.path("uid").asText(),
                revision(metadata),
                Json.bytes(object),
                labels,
                owners);
    }

    /** Our servers' resourceVersions are numbers; "" (nothing stored) counts as 0. */
    static long revision(JsonNode metadata) {
        String text = metadata.path("resourceVersion").asText();
        return text.isEmpty() ? 0 : Long.parseLong(text);
    }
}
