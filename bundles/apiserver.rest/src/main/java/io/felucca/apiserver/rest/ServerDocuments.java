package io.felucca.apiserver.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.HealthCheck;
import io.felucca.apiserver.api.OpenIdDocuments;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.Json;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** What the server says of itself: version, health, metrics, and how its tokens are verified. */
@Path("/")
public final class ServerDocuments {
    private static final String TEXT = "text/plain; charset=utf-8";

    private final Supplier<List<HealthCheck>> checks;
    private final Supplier<Optional<OpenIdDocuments>> openId;
    private final Supplier<String> metrics;
    private final DocumentCache documents;

    ServerDocuments(
            Supplier<List<HealthCheck>> checks,
            Supplier<Optional<OpenIdDocuments>> openId,
            Supplier<String> metrics,
            DocumentCache documents) {
        this.checks = checks;
        this.openId = openId;
        this.metrics = metrics;
        this.documents = documents;
    }

    @GET
    @Path("version")
    public Response version() {
        ObjectNode version = Json.object();
        version.put("major", "1");
        version.put("minor", "36");
        version.put("emulationMajor", "1");
        version.put("emulationMinor", "36");
        version.put("minCompatibilityMajor", "1");
        version.put("minCompatibilityMinor", "35");
        version.put("gitVersion", "v1.36.0+felucca");
        version.put("gitCommit", "");
        version.put("gitTreeState", "clean");
        version.put("buildDate", "1970-01-01T00:00:00Z");
        version.put("goVersion", "java" + System.getProperty("java.version"));
        version.put("compiler", "javac");
        version.put("platform", "linux/" + goArchitecture(System.getProperty("os.arch")));
        return Response.ok(Json.bytes(version)).type(Representation.JSON).build();
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
        List<String> excluded = call.query().texts("exclude");
        List<HealthCheck> wanted =
                checksOf(kind).stream().filter(one -> !excluded.contains(one.name())).toList();
        return report(kind, wanted, call.query().has("verbose"));
    }

    @GET
    @Path("{kind: healthz|livez|readyz}/{name}")
    public Response health(
            @Context Call call, @PathParam("kind") String kind, @PathParam("name") String name) {
        if (name.equals("ping")) {
            return report(kind, List.of(), call.query().has("verbose"));
        }
        List<HealthCheck> wanted =
                checksOf(kind).stream().filter(one -> one.name().equals(name)).toList();
        if (wanted.isEmpty()) {
            throw Failures.noSuchResource();
        }
        return report(kind, wanted, call.query().has("verbose"));
    }

    @GET
    @Path("metrics")
    public Response metrics() {
        return Response.ok(metrics.get().getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .type("text/plain; version=0.0.4; charset=utf-8")
                .build();
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

    /** Liveness asks only for what a restart could mend. */
    private List<HealthCheck> checksOf(String kind) {
        List<HealthCheck> all = new ArrayList<>(checks.get());
        all.removeIf(check -> kind.equals("livez") && !check.liveness());
        all.sort(java.util.Comparator.comparing(HealthCheck::name));
        return all;
    }

    private static Response report(String kind, List<HealthCheck> checks, boolean verbose) {
        StringBuilder lines = new StringBuilder();
        if (checks.stream().noneMatch(check -> check.name().equals("ping"))) {
            lines.append("[+]ping ok\n");
        }
        boolean healthy = true;
        for (HealthCheck check : checks) {
            boolean ok = check.problem().isEmpty();
            healthy &= ok;
            // Anybody may ask, so the reason is in the log and not here.
            lines.append(ok ? "[+]" : "[-]")
                    .append(check.name())
                    .append(ok ? " ok\n" : " failed: reason withheld\n");
        }
        lines.append(kind).append(healthy ? " check passed\n" : " check failed\n");
        String body = healthy && !verbose ? "ok" : lines.toString();
        return Response.status(healthy ? 200 : 500)
                .entity(body.getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .type(TEXT)
                .header("X-Content-Type-Options", "nosniff")
                .build();
    }

    private static String goArchitecture(String java) {
        return java.equals("aarch64") ? "arm64" : java;
    }
}
