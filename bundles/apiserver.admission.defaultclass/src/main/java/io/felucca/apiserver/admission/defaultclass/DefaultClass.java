package io.felucca.apiserver.admission.defaultclass;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.AdmissionPlugin.Operation;
import io.felucca.apiserver.api.AdmissionPlugin.Request;
import io.felucca.apiserver.api.StoredObject;
import io.felucca.machinery.GroupResource;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.machinery.Json;
import java.util.Comparator;
import java.util.List;

/**
 * Which kind of object gets which kind of class: the newest of those that are marked, the first by
 * name among equals.
 *
 * @param objects what gets one at its creation
 * @param field of its spec that names the class; empty is a name too, and says that none is wanted
 * @param oldName the annotation that named it before there was a field, and still counts
 * @param marks annotations, one of which says {@code true} on the default class
 */
record DefaultClass(
        GroupResource objects,
        String field,
        String oldName,
        GroupVersionResource classes,
        List<String> marks) {

    void give(Request request) {
        if (!request.is(objects, Operation.CREATE) || isNamed(request.object())) {
            return;
        }
        request.server().list(classes, "").stream()
                .map(StoredObject::json)
                .map(Json::parseObject)
                .map(one -> one.path("metadata"))
                .filter(this::isMarked)
                .min(
                        Comparator.comparing(DefaultClass::created)
                                .reversed()
                                .thenComparing(metadata -> metadata.path("name").asText()))
                .ifPresent(
                        metadata ->
                                request.object()
                                        .withObject("/spec")
                                        .set(field, metadata.get("name")));
    }

    private boolean isNamed(ObjectNode object) {
        return object.path("spec").hasNonNull(field)
                || object.path("metadata").path("annotations").hasNonNull(oldName);
    }

    private boolean isMarked(JsonNode metadata) {
        return marks.stream()
                .anyMatch(
                        mark -> metadata.path("annotations").path(mark).asText("").equals("true"));
    }

    /** In the form that the server writes, which sorts as time does. */
    private static String created(JsonNode metadata) {
        return metadata.path("creationTimestamp").asText("");
    }
}
