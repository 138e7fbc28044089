package io.felucca.apiserver.aggregation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.Aggregation.Documents;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;

/** Reads what a remote server says that it serves. Stateless. */
final class RemoteDocuments {
    private static final String JSON = "application/json";
    private static final String DISCOVERY =
            "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"
                    + "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,"
                    + JSON;

    private RemoteDocuments() {}

    /**
     * Asks the server. OpenAPI documents are a bonus: without them the rest is as good.
     *
     * @throws IOException saying why the server could not be asked for its resources
     */
    static Documents read(RemoteServer server) throws IOException {
        Asked asked = new Asked(server);
        return new Documents(true, asked.resources(), asked.openApiV3(), asked.openApiV2());
    }

    /** One reading, at one endpoint. */
    private static final class Asked {
        private final RemoteServer server;
        private final HttpClient client;
        private final URI root;

        Asked(RemoteServer server) throws IOException {
            this.server = server;
            this.client = server.client();
            try {
                this.root = HttpExchanges.url(server.endpoint(), "");
            } catch (ApiException e) {
                throw new IOException(e.getMessage(), e);
            }
        }

        private String path() {
            return "/apis/" + server.group() + "/" + server.version();
        }

        private HttpResponse<byte[]> get(String path, String accept) throws IOException {
            return HttpExchanges.get(client, URI.create(root + path), accept);
        }

        /** In the aggregated form, or made from the old one. */
        ArrayNode resources() throws IOException {
            HttpResponse<byte[]> all = get("/apis", DISCOVERY);
            if (all.statusCode() == 200) {
                JsonNode list = tree(all);
                if (list.path("kind").asText().equals("APIGroupDiscoveryList")) {
                    return aggregated(list);
                }
            }
            HttpResponse<byte[]> old = get(path(), JSON);
            if (old.statusCode() != 200) {
                throw new IOException(
                        "failed to download discovery for "
                                + path()
                                + ": status "
                                + old.statusCode());
            }
            return LegacyDiscovery.resources(tree(old), server.group(), server.version());
        }

        private ArrayNode aggregated(JsonNode list) {
            for (JsonNode group : list.path("items")) {
                if (group.at("/metadata/name").asText().equals(server.group())) {
                    for (JsonNode version : group.path("versions")) {
                        if (version.path("version").asText().equals(server.version())
                                && version.get("resources") instanceof ArrayNode resources) {
                            return resources;
                        }
                    }
                }
            }
            return Json.mapper().createArrayNode();
        }

        String openApiV3() throws IOException {
            HttpResponse<byte[]> index = get("/openapi/v3", JSON);
            if (index.statusCode() != 200) {
                return "";
            }
            // The path is taken apart at its slashes by nobody: it is a name here.
            String url =
                    tree(index)
                            .path("paths")
                            .path(path().substring(1))
                            .path("serverRelativeURL")
                            .asText();
            // Whatever else it says, clients are sent to no other place.
            String own = "/openapi/v3" + path();
            return url.equals(own) || url.startsWith(own + "?") ? url : "";
        }

        ObjectNode openApiV2() throws IOException {
            HttpResponse<byte[]> document = get("/openapi/v2", JSON);
            return document.statusCode() == 200
                    ? OpenApiPart.of(tree(document), path() + "/")
                    : null;
        }

        private static JsonNode tree(HttpResponse<byte[]> answer) throws IOException {
            JsonNode tree = Json.mapper().readTree(answer.body());
            return tree == null ? Json.object() : tree;
        }
    }
}
