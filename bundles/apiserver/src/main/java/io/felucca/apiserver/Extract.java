package io.felucca.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The values of an object by which it is found and selected.
 *
 * @param fields in the order of the resource's {@link FieldSet}; not to be written to
 */
@SuppressWarnings("ArrayRecordComponent") // internal, and one array per cached object counts
record Extract(String uid, Map<String, String> labels, List<String> ownerUids, String[] fields) {
    private static final String[] NO_FIELDS = {};

    /**
     * Reads them from the stored form; shares what is equal in {@code before}, which may be null.
     */
    static Extract of(ObjectNode stored, FieldSet fieldSet, Extract before) {
        JsonNode metadata = stored.path("metadata");
        Map<String, String> labels = labels(metadata.path("labels"));
        List<String> owners = owners(metadata.path("ownerReferences"));
        if (before != null && before.labels.equals(labels)) {
            labels = before.labels;
        }
        if (before != null && before.ownerUids.equals(owners)) {
            owners = before.ownerUids;
        }
        String uid = metadata.path("uid").asText("");
        return new Extract(
                before != null && before.uid.equals(uid) ? before.uid : uid,
                labels,
                owners,
                fieldSet.isEmpty() ? NO_FIELDS : fieldSet.values(stored));
    }

    private static Map<String, String> labels(JsonNode labels) {
        if (labels.isEmpty()) {
            return Map.of();
        }
        Map<String, String> map = new LinkedHashMap<>();
        labels.properties()
                .forEach(
                        label ->
                                map.put(
                                        Words.shared(label.getKey()),
                                        Words.shared(label.getValue().asText())));
        return Map.copyOf(map);
    }

    private static List<String> owners(JsonNode references) {
        if (references.isEmpty()) {
            return List.of();
        }
        List<String> uids = new ArrayList<>(references.size());
        for (JsonNode reference : references) {
            uids.add(Words.shared(reference.path("uid").asText()));
        }
        return List.copyOf(uids);
    }
}
