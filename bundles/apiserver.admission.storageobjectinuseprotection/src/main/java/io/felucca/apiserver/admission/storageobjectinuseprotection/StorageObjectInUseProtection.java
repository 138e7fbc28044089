package io.felucca.apiserver.admission.storageobjectinuseprotection;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.AdmissionPlugin;
import io.felucca.machinery.GroupResource;
import org.osgi.service.component.annotations.Component;

/**
 * Gives new claims and volumes the finalizer that {@code controller.pvcprotection} and {@code
 * controller.pvprotection} take off again: so none is without it, not even for the moment until its
 * controller sees it. Thread-safe.
 */
@Component(property = AdmissionPlugin.NAME + "=StorageObjectInUseProtection")
public final class StorageObjectInUseProtection implements AdmissionPlugin {
    private static final GroupResource CLAIMS = new GroupResource("", "persistentvolumeclaims");
    private static final GroupResource VOLUMES = new GroupResource("", "persistentvolumes");

    @Override
    public void mutate(Request request) {
        if (request.is(CLAIMS, Operation.CREATE)) {
            protect(request.object(), "kubernetes.io/pvc-protection");
        } else if (request.is(VOLUMES, Operation.CREATE)) {
            protect(request.object(), "kubernetes.io/pv-protection");
        }
    }

    private static void protect(ObjectNode object, String finalizer) {
        ObjectNode metadata = object.withObject("/metadata");
        ArrayNode finalizers =
                metadata.path("finalizers") instanceof ArrayNode present
                        ? present
                        : metadata.putArray("finalizers");
        for (JsonNode one : finalizers) {
            if (one.asText().equals(finalizer)) {
                return;
            }
        }
        finalizers.add(finalizer);
    }
}
