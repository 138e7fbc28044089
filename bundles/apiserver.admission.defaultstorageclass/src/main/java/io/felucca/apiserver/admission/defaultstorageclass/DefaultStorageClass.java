package io.felucca.apiserver.admission.defaultstorageclass;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.AdmissionPlugin;
import io.felucca.apiserver.api.StoredObject;
import io.felucca.machinery.GroupResource;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.machinery.Json;
import java.util.Comparator;
import org.osgi.service.component.annotations.Component;

/**
 * Gives a new claim that names no storage class the default one: the newest of those that are
 * marked, the first by name among equals. An empty name is a name: the claim wants no class.
 * Thread-safe.
 */
@Component(property = AdmissionPlugin.NAME + "=DefaultStorageClass")
public final class DefaultStorageClass implements AdmissionPlugin {
    static final GroupVersionResource CLASSES =
            new GroupVersionResource("storage.k8s.io", "v1", "storageclasses");

    private static final GroupResource CLAIMS = new GroupResource("", "persistentvolumeclaims");
    private static final String MARK = "storageclass.kubernetes.io/is-default-class";
    private static final String OLD_MARK = "storageclass.beta.kubernetes.io/is-default-class";
    private static final String OLD_NAME = "volume.beta.kubernetes.io/storage-class";

    @Override
    public void mutate(Request request) {
        if (!request.is(CLAIMS, Operation.CREATE) || namesOne(request.object())) {
            return;
        }
        request.server().list(CLASSES, "").stream()
                .map(StoredObject::json)
                .map(Json::parseObject)
                .map(storageClass -> storageClass.path("metadata"))
                .filter(DefaultStorageClass::isMarked)
                .min(
                        Comparator.comparing(DefaultStorageClass::created)
                                .reversed()
                                .thenComparing(metadata -> metadata.path("name").asText()))
                .ifPresent(
                        metadata ->
                                request.object()
                                        .withObject("/spec")
                                        .set("storageClassName", metadata.get("name")));
    }

    private static boolean namesOne(ObjectNode claim) {
        return claim.path("spec").hasNonNull("storageClassName")
                || claim.path("metadata").path("annotations").hasNonNull(OLD_NAME);
    }

    private static boolean isMarked(JsonNode metadata) {
        JsonNode annotations = metadata.path("annotations");
        return annotations.path(MARK).asText("").equals("true")
                || annotations.path(OLD_MARK).asText("").equals("true");
    }

    /** In the form that the server writes, which sorts as time does. */
    private static String created(JsonNode metadata) {
        return metadata.path("creationTimestamp").asText("");
    }
}
