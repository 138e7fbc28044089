package io.felucca.apiserver.admission.noderestriction;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.AdmissionPlugin;
import io.felucca.apiserver.api.StoredObject;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.Json;
import java.util.Set;
import org.osgi.service.component.annotations.Component;

/**
 * Upstream's plugin NodeRestriction: the Node authorizer says what kinds of objects a node's agent
 * may write, this looks into them. Thread-safe.
 */
@Component(property = AdmissionPlugin.NAME + "=NodeRestriction")
public final class NodeRestriction implements AdmissionPlugin {
    private static final String LEASES = "kube-node-lease";

    @Override
    public void validate(Request request) {
        if (!request.user().isNode() || request.operation() == Operation.CONNECT) {
            return;
        }
        String node = request.user().nodeName();
        if (node.isEmpty()) {
            throw forbidden(
                    request,
                    "could not determine node from user \"" + request.user().name() + "\"");
        }
        String resource = request.resource().resource();
        switch (request.resource().group()) {
            case "" -> {
                switch (resource) {
                    case "pods" -> new PodRules(request, node).check();
                    case "nodes" -> new NodeObjectRules(request, node).check();
                    case "persistentvolumeclaims" -> claim(request, node);
                    case "serviceaccounts" -> new TokenRules(request, node).check();
                    default -> {
                        // What else there is, no rule of nodes is about.
                    }
                }
            }
            case "coordination.k8s.io" -> lease(request, node, resource);
            case "storage.k8s.io" -> csiNode(request, node, resource);
            case "resource.k8s.io" -> slice(request, node, resource);
            case "certificates.k8s.io" -> SigningRequestRules.check(request, node);
            default -> {
                // As above.
            }
        }
    }

    private static void claim(Request request, String node) {
        if (!request.subresource().equals("status")) {
            throw forbidden(request, "may only update PVC status");
        }
        if (request.operation() != Operation.UPDATE) {
            throw forbidden(request, "unexpected operation \"" + request.operation() + "\"");
        }
        if (!withoutProgress(request.object()).equals(withoutProgress(request.old()))) {
            throw forbidden(
                    request,
                    "node \""
                            + node
                            + "\" is not allowed to update fields other than status.capacity,"
                            + " status.conditions and status.allocatedResourceStatuses");
        }
    }

    /** A claim without what the growing of a file system changes. */
    private static JsonNode withoutProgress(ObjectNode claim) {
        ObjectNode rest = claim.deepCopy();
        if (rest.get("status") instanceof ObjectNode status) {
            status.remove(
                    Set.of(
                            "capacity",
                            "conditions",
                            "allocatedResources",
                            "allocatedResourceStatuses"));
        }
        rest.withObject("/metadata").remove(Set.of("managedFields", "resourceVersion"));
        return rest;
    }

    private static void lease(Request request, String node, String resource) {
        if (!resource.equals("leases")) {
            return;
        }
        if (!request.namespace().equals(LEASES)) {
            throw forbidden(
                    request, "can only access leases in the \"" + LEASES + "\" system namespace");
        }
        if (!name(request).equals(node)) {
            throw forbidden(
                    request,
                    "can only access node lease with the same name as the requesting node");
        }
    }

    private static void csiNode(Request request, String node, String resource) {
        if (resource.equals("csinodes") && !name(request).equals(node)) {
            throw forbidden(
                    request, "can only access CSINode with the same name as the requesting node");
        }
    }

    private static void slice(Request request, String node, String resource) {
        if (!resource.equals("resourceslices")) {
            return;
        }
        JsonNode slice = request.object() == null ? request.old() : request.object();
        if (slice != null && !slice.at("/spec/nodeName").asText("").equals(node)) {
            throw forbidden(
                    request,
                    "can only "
                            + request.operation().name().toLowerCase(java.util.Locale.ROOT)
                            + " ResourceSlice with the same NodeName as the requesting node");
        }
    }

    /** The URL's, or of what is created the object's own. */
    static String name(Request request) {
        return request.name().isEmpty() && request.object() != null
                ? request.object().path("metadata").path("name").asText("")
                : request.name();
    }

    static JsonNode stored(StoredObject object) {
        return Json.parseObject(object.json());
    }

    static ApiException forbidden(Request request, String why) {
        return ApiException.forbidden(request.resource().groupResource(), name(request), why);
    }
}
