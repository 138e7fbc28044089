package io.felucca.apiserver.admission.noderestriction;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.apiserver.api.AdmissionPlugin;
import io.felucca.apiserver.api.AdmissionPlugin.Request;
import io.felucca.apiserver.api.StoredObject;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.GroupVersionResource;
import java.util.List;
import java.util.Optional;

/**
 * Of pods, a node creates only mirrors of its static ones, and writes the status of, evicts and
 * deletes only those that are bound to it. For one request.
 */
record PodRules(Request request, String node) {
    static final GroupVersionResource PODS = new GroupVersionResource("", "v1", "pods");

    private static final GroupVersionResource NODES = new GroupVersionResource("", "v1", "nodes");
    private static final String MIRROR = "kubernetes.io/config.mirror";

    void check() {
        switch (request.subresource()) {
            case "" -> whole();
            case "status" -> status();
            case "eviction" -> eviction();
            default ->
                    throw refused(
                            "unexpected pod subresource \""
                                    + request.subresource()
                                    + "\", only 'status' and 'eviction' are allowed");
        }
    }

    private void whole() {
        switch (request.operation()) {
            case CREATE -> mirror(request.object());
            case DELETE -> {
                if (!isOurs(request.old())) {
                    throw refused(named("can only delete pods with spec.nodeName set to itself"));
                }
            }
            case UPDATE, CONNECT ->
                    throw refused(
                            "unexpected operation \""
                                    + request.operation()
                                    + "\", "
                                    + named("can only create and delete mirror pods"));
        }
    }

    private void mirror(JsonNode pod) {
        if (!pod.path("metadata").path("annotations").has(MIRROR)) {
            throw refused(
                    "pod does not have \""
                            + MIRROR
                            + "\" annotation, "
                            + named("can only create mirror pods"));
        }
        if (!isOurs(pod)) {
            throw refused(named("can only create pods with spec.nodeName set to itself"));
        }
        owner(pod.path("metadata").path("ownerReferences"));
        JsonNode spec = pod.path("spec");
        if (!spec.path("serviceAccountName").asText("").isEmpty()) {
            throw refused(named("can not create pods that reference a service account"));
        }
        for (JsonNode volume : spec.path("volumes")) {
            refuse(volume, "secret", "secrets");
            refuse(volume, "configMap", "configmaps");
            refuse(volume, "persistentVolumeClaim", "persistentvolumeclaims");
            refuse(volume, "ephemeral", "persistentvolumeclaims");
            for (JsonNode source : volume.path("projected").path("sources")) {
                refuse(source, "secret", "secrets");
                refuse(source, "configMap", "configmaps");
                refuse(source, "serviceAccountToken", "serviceaccounts");
                refuse(source, "clusterTrustBundle", "clustertrustbundles");
            }
        }
        for (String list : List.of("containers", "initContainers", "ephemeralContainers")) {
            spec.path(list).forEach(this::environment);
        }
        if (!spec.path("imagePullSecrets").isEmpty()) {
            throw refused(named("can not create pods that reference secrets"));
        }
        if (!spec.path("resourceClaims").isEmpty()) {
            throw refused(named("can not create pods that reference resourceclaims"));
        }
    }

    private void environment(JsonNode container) {
        for (JsonNode source : container.path("envFrom")) {
            refuse(source, "secretRef", "secrets");
            refuse(source, "configMapRef", "configmaps");
        }
        for (JsonNode variable : container.path("env")) {
            refuse(variable.path("valueFrom"), "secretKeyRef", "secrets");
            refuse(variable.path("valueFrom"), "configMapKeyRef", "configmaps");
        }
    }

    private void refuse(JsonNode source, String field, String what) {
        if (source.hasNonNull(field)) {
            throw refused(named("can not create pods that reference " + what));
        }
    }

    private void owner(JsonNode owners) {
        if (owners.size() > 1) {
            throw refused(
                    named("can only create pods with a single owner reference set to itself"));
        }
        JsonNode owner = owners.path(0);
        if (!owner.path("apiVersion").asText("").equals("v1")
                || !owner.path("kind").asText("").equals("Node")
                || !owner.path("name").asText("").equals(node)) {
            throw refused(named("can only create pods with an owner reference set to itself"));
        }
        if (!owner.path("controller").asBoolean()) {
            throw refused(
                    named("can only create pods with a controller owner reference set to itself"));
        }
        if (owner.path("blockOwnerDeletion").asBoolean()) {
            throw refused(named("must not set blockOwnerDeletion on an owner reference"));
        }
        String expected = request.server().get(NODES, "", node).map(StoredObject::uid).orElse("");
        if (!owner.path("uid").asText("").equals(expected)) {
            throw refused(
                    "node "
                            + node
                            + " UID mismatch: expected "
                            + expected
                            + " got "
                            + owner.path("uid").asText(""));
        }
    }

    private void status() {
        if (request.operation() != AdmissionPlugin.Operation.UPDATE) {
            throw refused("unexpected operation \"" + request.operation() + "\"");
        }
        if (!isOurs(request.old())) {
            throw refused(
                    named("can only update pod status for pods with spec.nodeName set to itself"));
        }
        same("/metadata/labels", "cannot update labels through pod status");
        same("/status/resourceClaimStatuses", "cannot update resource claim statuses");
        same("/status/extendedResourceClaimStatus", "cannot update extended resource claim status");
    }

    private void same(String path, String words) {
        JsonNode before = request.old().at(path);
        JsonNode now = request.object().at(path);
        if (!before.equals(now) && !(before.isEmpty() && now.isEmpty())) {
            throw refused(named(words));
        }
    }

    private void eviction() {
        if (request.operation() != AdmissionPlugin.Operation.CREATE) {
            throw refused("unexpected operation \"" + request.operation() + "\"");
        }
        Optional<StoredObject> pod =
                request.server().get(PODS, request.namespace(), NodeRestriction.name(request));
        if (pod.isPresent() && !isOurs(NodeRestriction.stored(pod.get()))) {
            throw refused("node " + node + " can only evict pods with spec.nodeName set to itself");
        }
    }

    private boolean isOurs(JsonNode pod) {
        return pod != null && pod.at("/spec/nodeName").asText("").equals(node);
    }

    private String named(String words) {
        return "node \"" + node + "\" " + words;
    }

    private ApiException refused(String why) {
        return NodeRestriction.forbidden(request, why);
    }
}
