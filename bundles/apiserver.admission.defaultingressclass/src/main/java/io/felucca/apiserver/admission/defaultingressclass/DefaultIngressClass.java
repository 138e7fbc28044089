package io.felucca.apiserver.admission.defaultingressclass;

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
 * Gives a new ingress that names no class the default one: the newest of those that are marked, the
 * first by name among equals. Thread-safe.
 */
@Component(property = AdmissionPlugin.NAME + "=DefaultIngressClass")
public final class DefaultIngressClass implements AdmissionPlugin {
    static final GroupVersionResource CLASSES =
            new GroupVersionResource("networking.k8s.io", "v1", "ingressclasses");

    private static final GroupResource INGRESSES =
            new GroupResource("networking.k8s.io", "ingresses");
    private static final String MARK = "ingressclass.kubernetes.io/is-default-class";

    /** How classes were named before there was a field; it still counts as a choice. */
    private static final String OLD_NAME = "kubernetes.io/ingress.class";

    @Override
    public void mutate(Request request) {
        if (!request.is(INGRESSES, Operation.CREATE) || namesOne(request.object())) {
            return;
        }
        request.server().list(CLASSES, "").stream()
                .map(StoredObject::json)
                .map(Json::parseObject)
                .map(ingressClass -> ingressClass.path("metadata"))
                .filter(metadata -> metadata.path("annotations").path(MARK).asText().equals("true"))
                .min(
                        Comparator.comparing(DefaultIngressClass::created)
                                .reversed()
                                .thenComparing(metadata -> metadata.path("name").asText()))
                .ifPresent(
                        metadata ->
                                request.object()
                                        .withObject("/spec")
                                        .set("ingressClassName", metadata.get("name")));
    }

    private static boolean namesOne(ObjectNode ingress) {
        return ingress.path("spec").hasNonNull("ingressClassName")
                || ingress.path("metadata").path("annotations").hasNonNull(OLD_NAME);
    }

    /** In the form that the server writes, which sorts as time does. */
    private static String created(JsonNode metadata) {
        return metadata.path("creationTimestamp").asText("");
    }
}
