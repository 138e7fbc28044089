package io.felucca.apiserver.admission.persistentvolumeclaimresize;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.apiserver.api.AdmissionPlugin;
import io.felucca.machinery.GroupResource;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.machinery.Json;
import io.felucca.machinery.Quantity;
import org.osgi.service.component.annotations.Component;

/**
 * Lets a claim grow only once it is bound, and only where its storage class says that its volumes
 * can. Thread-safe.
 */
@Component(property = AdmissionPlugin.NAME + "=PersistentVolumeClaimResize")
public final class PersistentVolumeClaimResize implements AdmissionPlugin {
    static final GroupVersionResource CLASSES =
            new GroupVersionResource("storage.k8s.io", "v1", "storageclasses");

    private static final GroupResource CLAIMS = new GroupResource("", "persistentvolumeclaims");
    private static final String OLD_NAME = "volume.beta.kubernetes.io/storage-class";

    @Override
    public void validate(Request request) {
        if (!request.is(CLAIMS, Operation.UPDATE)
                || size(request.object()).compareTo(size(request.old())) <= 0) {
            return;
        }
        if (!request.old().path("status").path("phase").asText().equals("Bound")) {
            throw request.forbidden("Only bound persistent volume claims can be expanded");
        }
        String name = className(request.old());
        boolean expandable =
                !name.isEmpty()
                        && name.equals(className(request.object()))
                        && request.server()
                                .get(CLASSES, "", name)
                                .map(found -> Json.parseObject(found.json()))
                                .filter(found -> found.path("allowVolumeExpansion").asBoolean())
                                .isPresent();
        if (!expandable) {
            throw request.forbidden(
                    "only dynamically provisioned pvc can be resized and the storageclass that"
                            + " provisions the pvc must support resize");
        }
    }

    private static Quantity size(JsonNode claim) {
        return Quantity.fromJson(
                claim.path("spec").path("resources").path("requests").path("storage"));
    }

    private static String className(JsonNode claim) {
        String old = claim.path("metadata").path("annotations").path(OLD_NAME).asText("");
        return old.isEmpty() ? claim.path("spec").path("storageClassName").asText("") : old;
    }
}
