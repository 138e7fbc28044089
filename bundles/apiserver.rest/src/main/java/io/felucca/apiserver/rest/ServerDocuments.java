package io.felucca.apiserver.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.OpenIdDocuments;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.Json;
import io.felucca.metrics.Exposition;
import io.felucca.metrics.Format;
import io.felucca.metrics.MetricSet;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** What the server says of itself: version, health, metrics, and how its tokens are verified. */
@Path("/")
public final class ServerDocuments {
    private final Health health;
    private final Supplier<Optional<OpenIdDocuments>> openId;
    private final Supplier<? extends Collection<MetricSet>> metrics;
    private final DocumentCache documents;

    ServerDocuments(
            Health health,
            Supplier<Optional<OpenIdDocuments>> openId,
            Supplier<? extends Collection<MetricSet>> metrics,
            DocumentCache documents) {
        this.health = health;
        this.openId = openId;
        this.metrics = metrics;
        this.documents = documents;
    }

    @GET
    @Path("version")
    public Response version() {
        return Response.ok(Json.bytes(ServerVersion.document())).type(Representation.JSON).build();
    }

    /** The paths there are, for people who look around. */
    @GET
    public Response index(@Context Call call) {
        return documents
                .get(
                        "/",
                        catalog -> {
                            ObjectNode index = Json.object();
                            RootPaths.of(catalog).forEach(index.putArray("paths")::add);
                            return Document.of(Representation.JSON, Json.bytes(index));
                        })
                .answer(call);
    }

    @GET
    @Path("{kind: healthz|livez|readyz}")
    public Response health(@Context Call call, @PathParam("kind") String kind) {
        return health.all(kind, call.query().texts("exclude"), call.query().has("verbose"));
    }

    @GET
    @Path("{kind: healthz|livez|readyz}/{name: .+}")
    public Response health(@PathParam("kind") String kind, @PathParam("name") String name) {
        return health.one(kind, name);
    }

    /** All that the parts of the control plane in this process count. */
    @GET
    @Path("metrics")
    public Response metrics(@Context Call call) {
        return write(call, metrics.get());
    }

    /** How healthy this server is and was, for service level indicators. */
    @GET
    @Path("metrics/slis")
    public Response indicators(@Context Call call) {
        health.look();
        return write(call, List.of(health.metrics()));
    }

    private static Response write(Call call, Collection<MetricSet> sets) {
        Format format = Format.negotiate(call.exchange().headers("accept"));
        return Response.ok(Exposition.write(sets, format)).type(format.contentType()).build();
    }

    @GET
    @Path("openid/v1/jwks")
    public Response jwks() {
        return Response.ok(openIdDocuments().jwks())
                .type("application/jwk-set+json")
                .header("Cache-Control", "public, max-age=3600")
                .build();
    }

    @GET
    @Path(".well-known/openid-configuration")
    public Response openIdConfiguration() {
        return Response.ok(openIdDocuments().configuration())
                .type(Representation.JSON)
                .header("Cache-Control", "public, max-age=3600")
                .build();
    }

    private OpenIdDocuments openIdDocuments() {
        return openId.get()
                .orElseThrow(
                        () -> ApiException.unavailable("no token issuer is there right now", 1));
    }
}
