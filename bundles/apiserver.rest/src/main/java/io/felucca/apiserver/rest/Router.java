package io.felucca.apiserver.rest;

import io.felucca.apiserver.api.ApiRequest;
import io.felucca.apiserver.api.ApiServer;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.ResourceDefinition.Verb;
import io.felucca.apiserver.api.Resources;
import io.felucca.apiserver.api.Subresource;
import io.felucca.apiserver.rest.Aggregated.ApiVersion;
import io.felucca.machinery.GroupVersionResource;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Sends each authenticated call to whoever answers it: other servers' groups to these, objects to
 * the raw paths, connections to the node, all else to JAX-RS. Thread-safe; never blocks.
 */
final class Router {
    private final ApiServer server;
    private final WorkerPool pool;
    private final ObjectReads reads;
    private final ObjectWrites writes;
    private final JaxrsBridge jaxrs;
    private final NodeProxy nodes;
    private final Aggregated aggregated;
    private final RemoteProxy remotes;
    private volatile Index index = new Index(Long.MIN_VALUE, Map.of());

    private record Index(
            long generation, Map<GroupVersionResource, ResourceDefinition> definitions) {}

    Router(
            ApiServer server,
            WorkerPool pool,
            ObjectReads reads,
            ObjectWrites writes,
            JaxrsBridge jaxrs,
            NodeProxy nodes,
            Aggregated aggregated,
            RemoteProxy remotes) {
        this.server = server;
        this.pool = pool;
        this.reads = reads;
        this.writes = writes;
        this.jaxrs = jaxrs;
        this.nodes = nodes;
        this.aggregated = aggregated;
        this.remotes = remotes;
    }

    void route(Call call) {
        String method = call.exchange().method();
        RequestPath path = call.path();
        Optional<ApiVersion> remote = aggregated.remote(path);
        if (remote.isPresent()) {
            remotes.handle(call, remote.get());
            return;
        }
        if (!path.isResource()) {
            server.authorizeNonResource(call.user(), method.toLowerCase(Locale.ROOT), path.path());
            if (!method.equals("GET") && !method.equals("HEAD")) {
                throw Failures.methodNotAllowed();
            }
            pool.submit(() -> jaxrs.dispatch(call));
            return;
        }
        ResourceDefinition definition = definition(call);
        if (!definition.warning().isEmpty()) {
            call.warnings().add(definition.warning());
        }
        Optional<Subresource> part = definition.subresource(path.subresource());
        if (!path.subresource().isEmpty() && part.isEmpty()) {
            throw unknown(call);
        }
        if (part.isPresent() && part.get().behaviour() instanceof Subresource.Connect) {
            nodes.connect(call, definition, part.get());
        } else if (method.equals("GET") || method.equals("HEAD")) {
            if (part.isPresent()) {
                requireReadable(call, part.get());
            }
            reads.handle(call, definition);
        } else {
            writes.handle(call, definition);
        }
    }

    private static void requireReadable(Call call, Subresource part) {
        boolean view = part.behaviour() instanceof Subresource.View;
        if (!view || !part.verbs().contains(Verb.GET)) {
            throw Failures.methodNotAllowed();
        }
        if (!call.path().rest().isEmpty()) {
            throw Failures.noSuchResource();
        }
    }

    private ResourceDefinition definition(Call call) {
        Resources resources = server.resources();
        Index known = index;
        if (known.generation() != resources.generation()) {
            Map<GroupVersionResource, ResourceDefinition> all = new HashMap<>();
            resources
                    .groups()
                    .forEach(
                            group ->
                                    group.resources().forEach(one -> all.put(one.resource(), one)));
            known = new Index(resources.generation(), all);
            index = known;
        }
        ResourceDefinition definition = known.definitions().get(call.path().groupVersionResource());
        if (definition == null || !call.path().fits(definition)) {
            throw unknown(call);
        }
        return definition;
    }

    /** Who may not ask learns no more than that; the others, that it isn't there. */
    private RuntimeException unknown(Call call) {
        server.authorize(call.request(verbOf(call), ApiRequest.Options.DEFAULT));
        return Failures.noSuchResource();
    }

    /** Upstream's verb for what the method and the path ask for. */
    static String verbOf(Call call) {
        boolean named = !call.path().name().isEmpty();
        return switch (call.exchange().method()) {
            case "POST" -> "create";
            case "PUT" -> "update";
            case "PATCH" -> "patch";
            case "DELETE" -> named ? "delete" : "deletecollection";
            default -> {
                if (call.path().watch() || call.query().flag("watch")) {
                    yield "watch";
                }
                yield named ? "get" : "list";
            }
        };
    }
}
