package io.felucca.apiserver;

import io.felucca.apiserver.api.ApiRequest;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.Subresource;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.StatusReason;
import java.time.Clock;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * The parts that the operations share.
 *
 * @param executor for what goes on after an answer of the store; bounded
 * @param requests what admission plugins are told
 */
record Core(
        WatchCache cache,
        Groups groups,
        Authorization authorization,
        Admission admission,
        Writer writer,
        FieldOwners owners,
        Clock clock,
        Executor executor,
        AdmissionRequests requests,
        Freshness freshness) {

    /** Runs a write, on a cache that shows what its caller may have seen elsewhere. */
    <T> CompletionStage<T> fresh(Supplier<CompletionStage<T>> write) {
        return freshness.then(executor, write);
    }

    /** For a write: waits a moment for a group that is being replaced. */
    Target write(ApiRequest request, ResourceDefinition.Verb verb) {
        return target(request, groups.present(request.resource()), verb);
    }

    /** For a read, which works while the group is away. */
    Target read(ApiRequest request, ResourceDefinition.Verb verb) {
        return target(request, groups.known(request.resource()), verb);
    }

    private Target target(
            ApiRequest request, ResourceDefinition definition, ResourceDefinition.Verb verb) {
        if (cache.isClosed()) {
            throw ApiException.unavailable("the server is being replaced", 1);
        }
        Set<ResourceDefinition.Verb> verbs = definition.verbs();
        if (!request.subresource().isEmpty()) {
            verbs = part(definition, request.subresource()).verbs();
        }
        if (!verbs.contains(verb)) {
            throw notAllowed();
        }
        if (!definition.namespaced() && !request.namespace().isEmpty()) {
            throw ApiException.badRequest(
                    "namespace may not be given: " + definition.plural() + " are cluster-scoped");
        }
        return new Target(request, definition, cache.resource(definition.stored()));
    }

    /** The view that the request names; null for the object itself. */
    static Subresource view(Target target) {
        if (target.request().subresource().isEmpty()) {
            return null;
        }
        Subresource part = part(target.definition(), target.request().subresource());
        if (!(part.behaviour() instanceof Subresource.View)) {
            throw notAllowed();
        }
        return part;
    }

    /** Throws 404 if the resource has no such part. */
    static Subresource part(ResourceDefinition definition, String name) {
        return definition.subresource(name).orElseThrow(Groups::notServed);
    }

    static ApiException notAllowed() {
        return ApiException.of(
                StatusReason.MethodNotAllowed,
                "the server does not allow this method on the requested resource");
    }
}
