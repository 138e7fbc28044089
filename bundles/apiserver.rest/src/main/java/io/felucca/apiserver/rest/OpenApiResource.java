package io.felucca.apiserver.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.machinery.Json;
import io.felucca.schema.OpenApiProto;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

/**
 * {@code /openapi}: each document is made when it is first asked for, and kept until it changes.
 */
@Path("/openapi")
public final class OpenApiResource {
    private static final String V2_PROTOBUF =
            "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";

    /** What it is called in the answer: Go's clients can't parse a type with an at sign. */
    private static final String V2_PROTOBUF_SENT =
            "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

    /** Sets one bundle's documents apart from the next one's, whose types may be others. */
    private final String salt;

    private final DocumentCache documents;

    OpenApiResource(DocumentCache documents, UUID salt) {
        this.documents = documents;
        this.salt = salt.toString();
    }

    @GET
    @Path("v3")
    public Response index(@Context Call call) {
        requireJson(call);
        return documents
                .get(
                        "/openapi/v3",
                        catalog ->
                                json(
                                        OpenApiDocuments.index(
                                                catalog,
                                                path -> hash(path, catalog.stamp().resources()))))
                .answer(call);
    }

    @GET
    @Path("v3/api/{version}")
    public Response core(@Context Call call, @PathParam("version") String version) {
        return v3(call, "", version);
    }

    @GET
    @Path("v3/apis/{group}/{version}")
    public Response group(
            @Context Call call,
            @PathParam("group") String group,
            @PathParam("version") String version) {
        return v3(call, group, version);
    }

    @GET
    @Path("v2")
    public Response v2(@Context Call call) {
        for (MediaType type : MediaType.parseAccept(call.exchange().headers("accept"))) {
            if (type.covers(Representation.JSON)) {
                break;
            }
            if (type.type().equals(V2_PROTOBUF) || type.type().equals(V2_PROTOBUF_SENT)) {
                return documents
                        .get(
                                "/openapi/v2.pb",
                                catalog ->
                                        Document.of(
                                                V2_PROTOBUF_SENT,
                                                OpenApiProto.encode(OpenApiDocuments.v2(catalog))))
                        .answer(call);
            }
        }
        requireJson(call);
        return documents
                .get("/openapi/v2", catalog -> json(OpenApiDocuments.v2(catalog)))
                .answer(call);
    }

    private Response v3(Call call, String group, String version) {
        requireJson(call);
        return documents
                .get(
                        "/openapi/v3/" + group + "/" + version,
                        catalog ->
                                json(
                                        OpenApiDocuments.v3(catalog.resources(), group, version)
                                                .orElseThrow(Failures::noSuchResource)))
                .answer(call);
    }

    private static void requireJson(Call call) {
        List<MediaType> wanted = MediaType.parseAccept(call.exchange().headers("accept"));
        boolean fits =
                wanted.isEmpty()
                        || wanted.stream().anyMatch(type -> type.covers(Representation.JSON));
        if (!fits) {
            throw Representation.notAcceptable(Representation.JSON);
        }
    }

    private String hash(String path, long generation) {
        String text = salt + " " + generation + " " + path;
        return Document.of("", text.getBytes(StandardCharsets.UTF_8)).hash();
    }

    private static Document json(ObjectNode tree) {
        return Document.of(Representation.JSON, Json.bytes(tree));
    }
}
