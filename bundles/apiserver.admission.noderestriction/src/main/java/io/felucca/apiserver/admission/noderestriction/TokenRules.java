package io.felucca.apiserver.admission.noderestriction;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.felucca.apiserver.api.AdmissionPlugin.Operation;
import io.felucca.apiserver.api.AdmissionPlugin.Request;
import io.felucca.apiserver.api.StoredObject;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.GroupVersionResource;
import java.util.Optional;

/** A node asks only for tokens that are bound to one of its own pods. For one request. */
record TokenRules(Request request, String node) {
    private static final GroupVersionResource DRIVERS =
            new GroupVersionResource("storage.k8s.io", "v1", "csidrivers");

    void check() {
        if (request.operation() != Operation.CREATE || !request.subresource().equals("token")) {
            return;
        }
        JsonNode spec = request.object().path("spec");
        JsonNode bound = spec.path("boundObjectRef");
        if (!bound.path("apiVersion").asText("").equals("v1")
                || !bound.path("kind").asText("").equals("Pod")
                || bound.path("name").asText("").isEmpty()) {
            throw refused("node requested token not bound to a pod");
        }
        String uid = bound.path("uid").asText("");
        if (uid.isEmpty()) {
            throw refused("node requested token with a pod binding without a uid");
        }
        Optional<StoredObject> found =
                request.server()
                        .get(PodRules.PODS, request.namespace(), bound.path("name").asText());
        if (found.isEmpty()) {
            throw ApiException.notFound(PodRules.PODS.groupResource(), bound.path("name").asText());
        }
        if (!found.get().uid().equals(uid)) {
            throw refused(
                    "the UID in the bound object reference ("
                            + uid
                            + ") does not match the UID in record. The object might have been"
                            + " deleted and then recreated");
        }
        JsonNode pod = NodeRestriction.stored(found.get());
        if (!pod.at("/spec/nodeName").asText("").equals(node)) {
            throw refused("node requested token bound to a pod scheduled on a different node");
        }
        audience(spec.path("audiences"), pod);
    }

    private void audience(JsonNode audiences, JsonNode pod) {
        if (audiences.size() > 1) {
            throw refused("node may only request 0 or 1 audiences");
        }
        String audience = audiences.path(0).asText("");
        for (JsonNode volume : pod.path("spec").path("volumes")) {
            for (JsonNode source : volume.path("projected").path("sources")) {
                JsonNode token = source.path("serviceAccountToken");
                if (token.isObject() && token.path("audience").asText("").equals(audience)) {
                    return;
                }
            }
            if (driver(volume).filter(name -> asksFor(name, audience)).isPresent()) {
                return;
            }
        }
        throw refused("audience \"" + audience + "\" not found in pod spec volume");
    }

    private Optional<String> driver(JsonNode volume) {
        if (volume.path("csi").isObject()) {
            return Optional.of(volume.path("csi").path("driver").asText(""));
        }
        String claim =
                volume.path("ephemeral").isObject()
                        ? request.object().at("/spec/boundObjectRef/name").asText("")
                                + "-"
                                + volume.path("name").asText("")
                        : volume.path("persistentVolumeClaim").path("claimName").asText("");
        if (claim.isEmpty()) {
            return Optional.empty();
        }
        return read("persistentvolumeclaims", request.namespace(), claim)
                .map(object -> object.at("/spec/volumeName").asText(""))
                .flatMap(name -> read("persistentvolumes", "", name))
                .map(object -> object.at("/spec/csi/driver").asText(""));
    }

    private boolean asksFor(String driver, String audience) {
        for (JsonNode token :
                request.server()
                        .get(DRIVERS, "", driver)
                        .map(NodeRestriction::stored)
                        .map(found -> found.at("/spec/tokenRequests"))
                        .orElse(MissingNode.getInstance())) {
            if (token.path("audience").asText("").equals(audience)) {
                return true;
            }
        }
        return false;
    }

    private Optional<JsonNode> read(String resource, String namespace, String name) {
        return request.server()
                .get(new GroupVersionResource("", "v1", resource), namespace, name)
                .map(NodeRestriction::stored);
    }

    private ApiException refused(String why) {
        return NodeRestriction.forbidden(request, why);
    }
}
