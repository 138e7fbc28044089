package io.felucca.apiserver.admission.namespacelifecycle;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.AdmissionPlugin;
import io.felucca.apiserver.api.Readings;
import io.felucca.apiserver.api.StoredObject;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.GroupResource;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.machinery.Status;
import io.felucca.machinery.StatusCause;
import io.felucca.machinery.StatusReason;
import java.util.List;
import java.util.Set;
import org.osgi.service.component.annotations.Component;

/**
 * Refuses content for namespaces that don't exist, new content for namespaces that are being
 * deleted, and the deletion of the namespaces without which no cluster works. Runs before anything
 * is filled in, as upstream's does. Thread-safe.
 */
@Component(property = AdmissionPlugin.NAME + "=NamespaceLifecycle")
public final class NamespaceLifecycle implements AdmissionPlugin {
    private static final GroupVersionResource NAMESPACES =
            new GroupVersionResource("", "v1", "namespaces");
    private static final GroupResource ACCESS_REVIEWS =
            new GroupResource("authorization.k8s.io", "localsubjectaccessreviews");
    private static final Set<String> IMMORTAL = Set.of("default", "kube-system", "kube-public");

    private final Readings<Boolean> terminating = new Readings<>(NamespaceLifecycle::isTerminating);

    @Override
    public void mutate(Request request) {
        GroupResource resource = request.resource().groupResource();
        if (resource.equals(NAMESPACES.groupResource())) {
            refuseIfImmortal(request);
            return;
        }
        boolean free = request.namespace().isEmpty() || resource.equals(ACCESS_REVIEWS);
        if (free || request.operation() == Operation.DELETE) {
            return;
        }
        StoredObject namespace =
                request.server()
                        .get(NAMESPACES, "", request.namespace())
                        .orElseThrow(
                                () ->
                                        ApiException.notFound(
                                                NAMESPACES.groupResource(), request.namespace()));
        if (request.operation() == Operation.CREATE && terminating.of(namespace)) {
            throw terminating(request);
        }
    }

    private static void refuseIfImmortal(Request request) {
        if (request.operation() == Operation.DELETE && IMMORTAL.contains(request.name())) {
            throw ApiException.forbidden(
                    NAMESPACES.groupResource(),
                    request.name(),
                    "this namespace may not be deleted");
        }
    }

    private static boolean isTerminating(ObjectNode namespace) {
        return namespace.path("status").path("phase").asText("").equals("Terminating");
    }

    private static ApiException terminating(Request request) {
        GroupResource resource = request.resource().groupResource();
        String namespace = request.namespace();
        ApiException plain =
                ApiException.forbidden(
                        resource,
                        request.name(),
                        "unable to create new content in namespace "
                                + namespace
                                + " because it is being terminated");
        StatusCause cause =
                new StatusCause(
                        "NamespaceTerminating",
                        "namespace " + namespace + " is being terminated",
                        "metadata.namespace");
        return new ApiException(
                new Status(
                        StatusReason.Forbidden.code(),
                        StatusReason.Forbidden,
                        plain.status().message(),
                        new Status.Details(
                                request.name(),
                                resource.group(),
                                resource.resource(),
                                "",
                                List.of(cause),
                                0)));
    }
}
