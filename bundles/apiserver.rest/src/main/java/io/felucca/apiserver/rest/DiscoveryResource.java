package io.felucca.apiserver.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.machinery.Json;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** {@code /api} and {@code /apis}: what is served. */
@Path("/")
public final class DiscoveryResource {
    private static final String GROUP = "apidiscovery.k8s.io";
    private static final String LIST = "APIGroupDiscoveryList";

    private final DocumentCache documents;
    private final String serverAddress;

    /**
     * @param serverAddress host and port for clients inside the cluster
     */
    DiscoveryResource(DocumentCache documents, String serverAddress) {
        this.documents = documents;
        this.serverAddress = serverAddress;
    }

    @GET
    @Path("api")
    public Response core(@Context Call call) {
        return overview(call, true, catalog -> Discovery.coreVersions(catalog, serverAddress));
    }

    @GET
    @Path("apis")
    public Response groups(@Context Call call) {
        return overview(call, false, Discovery::groupList);
    }

    @GET
    @Path("api/{version}")
    public Response coreResources(@Context Call call, @PathParam("version") String version) {
        return list(call, "", version);
    }

    @GET
    @Path("apis/{group}")
    public Response group(@Context Call call, @PathParam("group") String group) {
        return optional(
                call, "/apis/" + group, catalog -> Discovery.group(catalog, group, "APIGroup"));
    }

    @GET
    @Path("apis/{group}/{version}")
    public Response groupResources(
            @Context Call call,
            @PathParam("group") String group,
            @PathParam("version") String version) {
        return list(call, group, version);
    }

    private Response list(Call call, String group, String version) {
        return optional(
                call,
                "/apis/" + group + "/" + version,
                catalog -> Discovery.resourceList(catalog, group, version));
    }

    private Response optional(
            Call call, String name, Function<Catalog, Optional<ObjectNode>> maker) {
        Representation representation = call.representation();
        return documents
                .get(
                        name + representation.encoding(),
                        catalog ->
                                encode(
                                        representation,
                                        maker.apply(catalog).orElseThrow(Failures::noSuchResource)))
                .answer(call);
    }

    private Response overview(Call call, boolean core, Function<Catalog, ObjectNode> old) {
        String name = core ? "/api" : "/apis";
        String aggregated = aggregatedVersion(call.exchange().headers("accept"));
        if (!aggregated.isEmpty()) {
            String type = Representation.JSON + ";g=" + GROUP + ";v=" + aggregated + ";as=" + LIST;
            return documents
                    .get(
                            name + aggregated,
                            catalog ->
                                    Document.of(
                                            type,
                                            Json.bytes(
                                                    Discovery.aggregated(
                                                            catalog, core, aggregated))))
                    .answer(call);
        }
        Representation representation = call.representation();
        return documents
                .get(
                        name + representation.encoding(),
                        catalog -> encode(representation, old.apply(catalog)))
                .answer(call);
    }

    /** The version of aggregated discovery that the client would rather have than the old form. */
    private static String aggregatedVersion(List<String> accept) {
        for (MediaType type : MediaType.parseAccept(accept)) {
            if (type.covers(Representation.JSON)) {
                String version = type.parameter("v");
                boolean served = version.equals("v2") || version.equals("v2beta1");
                if (served
                        && type.parameter("g").equals(GROUP)
                        && type.parameter("as").equals(LIST)) {
                    return version;
                }
                if (type.parameters().isEmpty()) {
                    return "";
                }
            }
        }
        return "";
    }

    private static Document encode(Representation representation, JsonNode tree) {
        return Document.of(
                representation.encoding().mediaType(),
                Encodings.bytes(representation.encoding(), tree));
    }
}
