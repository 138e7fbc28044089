package io.felucca.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.AdmissionPlugin;
import io.felucca.apiserver.api.ApiRequest;
import io.felucca.apiserver.api.ApiServer;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.Subresource;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.GroupVersionKind;
import io.felucca.machinery.StatusReason;
import io.felucca.machinery.schema.Defaulter;
import io.felucca.machinery.schema.Schema;
import java.util.concurrent.CompletionStage;

/** What is created but never stored: action subresources and virtual resources. */
final class Actions {
    private final Core core;
    private final ApiServer server;

    Actions(Core core, ApiServer server) {
        this.core = core;
        this.server = server;
    }

    /** An action subresource, or the creation of a virtual resource. */
    CompletionStage<ObjectNode> run(ApiRequest request, Rules.Decoder decoder) {
        ResourceDefinition definition = core.groups().present(request.resource());
        if (request.subresource().isEmpty()) {
            if (!definition.isVirtual()) {
                throw Core.notAllowed();
            }
            core.authorization().check(request);
            return virtual(
                    request, definition, decoder.decode(definition.kind(), definition.schema()));
        }
        Subresource part = Core.part(definition, request.subresource());
        if (!(part.behaviour() instanceof Subresource.Action action)) {
            throw Core.notAllowed();
        }
        core.authorization().check(request);
        ObjectNode decoded = decoder.decode(part.kind(), part.schema(), action.otherApiVersions());
        return run(request, part.kind(), part.schema(), action, decoded);
    }

    /** The request has been authorized and the body decoded. */
    CompletionStage<ObjectNode> virtual(
            ApiRequest request, ResourceDefinition definition, ObjectNode body) {
        if (definition.namespaced()) {
            Meta.of(body).put("namespace", request.namespace());
        }
        return run(request, definition.kind(), definition.schema(), definition.action(), body);
    }

    private CompletionStage<ObjectNode> run(
            ApiRequest request,
            GroupVersionKind kind,
            Schema schema,
            Subresource.Action action,
            ObjectNode body) {
        String named = Meta.text(body, "name");
        if (!request.name().isEmpty() && !named.isEmpty() && !named.equals(request.name())) {
            throw ApiException.of(
                    StatusReason.BadRequest,
                    "the name of the object ("
                            + named
                            + ") does not match the name on the URL ("
                            + request.name()
                            + ")");
        }
        Defaulter.apply(body, schema);
        AdmissionPlugin.Request admitted =
                core.requests().create(request, kind, request.name(), body);
        core.admission().mutate(admitted);
        core.admission().validate(admitted);
        return action.run(server, request, body);
    }
}
