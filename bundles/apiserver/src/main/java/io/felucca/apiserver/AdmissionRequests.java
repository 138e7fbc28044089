package io.felucca.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.AdmissionPlugin;
import io.felucca.apiserver.api.AdmissionPlugin.Operation;
import io.felucca.apiserver.api.ApiRequest;
import io.felucca.apiserver.api.ApiServer.DeleteOptions;
import io.felucca.machinery.GroupVersionKind;
import io.felucca.machinery.Json;
import java.util.function.Supplier;

/** What admission plugins are told of a request. */
final class AdmissionRequests {
    private final AdmissionPlugin.Reader reader;

    AdmissionRequests(AdmissionPlugin.Reader reader) {
        this.reader = reader;
    }

    AdmissionPlugin.Request create(
            ApiRequest request, GroupVersionKind kind, String name, ObjectNode object) {
        return of(
                Operation.CREATE,
                request,
                kind,
                name,
                object,
                null,
                () -> options("CreateOptions", request.options()));
    }

    AdmissionPlugin.Request update(
            ApiRequest request, GroupVersionKind kind, ObjectNode object, ObjectNode old) {
        return of(
                Operation.UPDATE,
                request,
                kind,
                request.name(),
                object,
                old,
                () -> options("UpdateOptions", request.options()));
    }

    AdmissionPlugin.Request delete(
            ApiRequest request, GroupVersionKind kind, ObjectNode old, DeleteOptions how) {
        return of(
                Operation.DELETE,
                request,
                kind,
                request.name(),
                null,
                old,
                () -> options(request.options(), how));
    }

    AdmissionPlugin.Request connect(ApiRequest request, ObjectNode options) {
        GroupVersionKind kind =
                GroupVersionKind.of(
                        options.path("apiVersion").asText(), options.path("kind").asText());
        return of(Operation.CONNECT, request, kind, request.name(), options, null, Json::object);
    }

    private AdmissionPlugin.Request of(
            Operation operation,
            ApiRequest request,
            GroupVersionKind kind,
            String name,
            ObjectNode object,
            ObjectNode old,
            Supplier<ObjectNode> options) {
        return new AdmissionPlugin.Request(
                operation,
                request.user(),
                request.resource(),
                kind,
                request.subresource(),
                request.namespace(),
                name,
                object,
                old,
                request.options().dryRun(),
                reader,
                request.warnings(),
                request.annotations(),
                options);
    }

    private static ObjectNode options(String kind, ApiRequest.Options options) {
        ObjectNode shown = Json.object();
        shown.put("kind", kind).put("apiVersion", "meta.k8s.io/v1");
        if (options.dryRun()) {
            shown.putArray("dryRun").add("All");
        }
        if (!options.fieldManager().isEmpty()) {
            shown.put("fieldManager", options.fieldManager());
        }
        return shown.put("fieldValidation", options.fieldValidation().name());
    }

    private static ObjectNode options(ApiRequest.Options options, DeleteOptions how) {
        ObjectNode shown = Json.object();
        shown.put("kind", "DeleteOptions").put("apiVersion", "meta.k8s.io/v1");
        if (how.gracePeriodSeconds().isPresent()) {
            shown.put("gracePeriodSeconds", how.gracePeriodSeconds().getAsLong());
        }
        if (how.preconditionUid() != null) {
            shown.withObjectProperty("preconditions").put("uid", how.preconditionUid());
        }
        if (how.preconditionResourceVersion() != null) {
            shown.withObjectProperty("preconditions")
                    .put("resourceVersion", how.preconditionResourceVersion());
        }
        if (how.propagation() != null) {
            shown.put("propagationPolicy", how.propagation());
        }
        if (options.dryRun()) {
            shown.putArray("dryRun").add("All");
        }
        return shown;
    }
}
