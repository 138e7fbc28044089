package io.felucca.apiserver.admission.ownerreferencespermissionenforcement;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.apiserver.api.AdmissionPlugin;
import io.felucca.apiserver.api.ApiRequest;
import io.felucca.apiserver.api.ApiServer;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.GroupVersionKind;
import java.util.HashMap;
import java.util.Map;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/**
 * An owner takes its dependants along when it goes, so only who may delete an object may change its
 * owners; and a reference that blocks its owner's deletion is for those who may set finalizers on
 * that owner. Off unless it has a configuration. Thread-safe.
 */
@Component(
        property = AdmissionPlugin.NAME + "=OwnerReferencesPermissionEnforcement",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class OwnerReferencesPermissionEnforcement implements AdmissionPlugin {
    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile ApiServer server;

    void server(ApiServer now) {
        server = now;
    }

    @Override
    public void validate(Request request) {
        boolean written =
                request.operation() == Operation.CREATE || request.operation() == Operation.UPDATE;
        if (!written || request.object() == null) {
            return;
        }
        Map<String, JsonNode> owners = owners(request.object());
        Map<String, JsonNode> before = owners(request.old());
        if (owners.equals(before)) {
            return;
        }
        ApiServer now = server;
        if (now == null) {
            throw ApiException.unavailable("the API server is being replaced", 1);
        }
        if (request.operation() == Operation.UPDATE) {
            require(
                    now,
                    request,
                    ApiRequest.of(
                            request.user(),
                            "delete",
                            request.resource(),
                            request.namespace(),
                            request.name()),
                    "cannot set an ownerRef on a resource you can't delete: ");
        }
        owners.forEach(
                (uid, owner) -> {
                    if (blocks(owner) && !blocks(before.get(uid))) {
                        requireFinalizers(now, request, owner);
                    }
                });
    }

    private static Map<String, JsonNode> owners(JsonNode object) {
        Map<String, JsonNode> owners = new HashMap<>();
        if (object != null) {
            for (JsonNode owner : object.path("metadata").path("ownerReferences")) {
                owners.put(owner.path("uid").asText(), owner);
            }
        }
        return owners;
    }

    private static boolean blocks(JsonNode owner) {
        return owner != null && owner.path("blockOwnerDeletion").asBoolean();
    }

    private static void requireFinalizers(ApiServer server, Request request, JsonNode owner) {
        GroupVersionKind kind =
                GroupVersionKind.of(owner.path("apiVersion").asText(), owner.path("kind").asText());
        ResourceDefinition definition =
                server.resources()
                        .find(kind)
                        .orElseThrow(
                                () ->
                                        request.forbidden(
                                                "cannot set blockOwnerDeletion in this case because"
                                                        + " cannot find RESTMapping for APIVersion "
                                                        + kind.apiVersion()
                                                        + " Kind "
                                                        + kind.kind()));
        require(
                server,
                request,
                ApiRequest.of(
                                request.user(),
                                "update",
                                definition.resource(),
                                definition.namespaced() ? request.namespace() : "",
                                owner.path("name").asText())
                        .withSubresource("finalizers"),
                "cannot set blockOwnerDeletion if an ownerReference refers to a resource you can't"
                        + " set finalizers on: ");
    }

    private static void require(
            ApiServer server, Request request, ApiRequest wanted, String refusal) {
        try {
            server.authorize(wanted);
        } catch (ApiException e) {
            throw request.forbidden(refusal + e.status().message());
        }
    }
}
