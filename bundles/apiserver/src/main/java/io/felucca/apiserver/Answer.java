package io.felucca.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.StoredObject;
import io.felucca.apiserver.api.Subresource;
import io.felucca.machinery.Json;
import java.util.List;
import java.util.Map;

/**
 * An answer that is not an object as it is stored: a view of one, or what a virtual resource says.
 */
@SuppressWarnings("ArrayRecordComponent") // shared by contract, see StoredObject
record Answer(
        String namespace,
        String name,
        String uid,
        long revision,
        byte[] json,
        Map<String, String> labels,
        List<String> ownerUids)
        implements StoredObject {

    /** What a virtual resource says; revision 0. */
    static Answer of(String namespace, ObjectNode body) {
        return new Answer(
                namespace, Meta.text(body, "name"), "", 0, Json.bytes(body), Map.of(), List.of());
    }

    /** The object as the subresource shows it; the object itself where that is the same kind. */
    static StoredObject of(Target target, Subresource part, StoredObject object) {
        if (part == null || part.kind().equals(target.definition().kind())) {
            return object;
        }
        ObjectNode shown =
                ((Subresource.View) part.behaviour()).show(Json.parseObject(object.json()));
        return new Answer(
                object.namespace(),
                object.name(),
                object.uid(),
                object.revision(),
                Json.bytes(shown),
                object.labels(),
                object.ownerUids());
    }
}
