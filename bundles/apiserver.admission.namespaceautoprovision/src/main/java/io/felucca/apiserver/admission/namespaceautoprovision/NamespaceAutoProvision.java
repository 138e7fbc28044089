package io.felucca.apiserver.admission.namespaceautoprovision;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.AdmissionPlugin;
import io.felucca.apiserver.api.ApiRequest;
import io.felucca.apiserver.api.ApiServer;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.machinery.Json;
import io.felucca.machinery.StatusReason;
import java.util.concurrent.CompletionException;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/**
 * Makes the namespace that something is about to be created in, if it is missing. Off unless it has
 * a configuration. Thread-safe.
 */
@Component(
        property = AdmissionPlugin.NAME + "=NamespaceAutoProvision",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class NamespaceAutoProvision implements AdmissionPlugin {
    static final GroupVersionResource NAMESPACES = new GroupVersionResource("", "v1", "namespaces");

    private static final UserInfo SERVER = UserInfo.of("system:apiserver", "system:masters");

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile ApiServer server;

    void server(ApiServer now) {
        server = now;
    }

    @Override
    public void mutate(Request request) {
        String namespace = request.namespace();
        if (request.operation() != Operation.CREATE
                || request.dryRun()
                || namespace.isEmpty()
                || request.resource().groupResource().equals(NAMESPACES.groupResource())
                || request.server().get(NAMESPACES, "", namespace).isPresent()) {
            return;
        }
        ApiServer now = server;
        if (now == null) {
            throw ApiException.unavailable("the API server is being replaced", 1);
        }
        create(now, namespace);
    }

    private static void create(ApiServer server, String namespace) {
        ObjectNode object = Json.object().put("apiVersion", "v1").put("kind", "Namespace");
        object.putObject("metadata").put("name", namespace);
        try {
            server.create(ApiRequest.of(SERVER, "create", NAMESPACES, "", namespace), object)
                    .toCompletableFuture()
                    .join();
        } catch (CompletionException e) {
            // Another request may have made it meanwhile, which is as good.
            if (!(e.getCause() instanceof ApiException refusal)) {
                throw e;
            }
            if (refusal.reason() != StatusReason.AlreadyExists) {
                throw refusal;
            }
        }
    }
}
