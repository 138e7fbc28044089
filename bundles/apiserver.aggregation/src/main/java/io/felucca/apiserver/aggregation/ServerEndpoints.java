package io.felucca.apiserver.aggregation;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.apiserver.api.ApiRequest;
import io.felucca.apiserver.api.ApiServer;
import io.felucca.apiserver.api.ApiServer.ListOptions;
import io.felucca.apiserver.api.ServiceEndpoint;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.machinery.Json;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Finds an endpoint of a Service in what the server keeps in memory. Thread-safe; never blocks. */
final class ServerEndpoints implements Endpoints {
    /** Whom upstream's server is to itself. */
    private static final UserInfo SERVER = UserInfo.of("system:apiserver", "system:masters");

    private static final GroupVersionResource SERVICES =
            new GroupVersionResource("", "v1", "services");
    private static final GroupVersionResource SLICES =
            new GroupVersionResource("discovery.k8s.io", "v1", "endpointslices");

    private final Supplier<ApiServer> server;

    /**
     * @param server gives null while it is away
     */
    ServerEndpoints(Supplier<ApiServer> server) {
        this.server = server;
    }

    @Override
    public ServiceEndpoint of(ServiceRef ref) {
        ApiServer now = server.get();
        if (now == null) {
            throw ApiException.unavailable("the server is being replaced", 1);
        }
        JsonNode service =
                Json.parseObject(
                        now.get(
                                        ApiRequest.of(
                                                SERVER,
                                                "get",
                                                SERVICES,
                                                ref.namespace(),
                                                ref.name()),
                                        Optional.of("0"))
                                .json());
        if (service.at("/spec/type").asText().equals("ExternalName")) {
            return new ServiceEndpoint(service.at("/spec/externalName").asText(), ref.port());
        }
        ListOptions options =
                new ListOptions(
                        "kubernetes.io/service-name=" + ref.name(),
                        "",
                        "0",
                        "",
                        0,
                        "",
                        false,
                        false,
                        0);
        List<JsonNode> slices =
                now
                        .list(ApiRequest.of(SERVER, "list", SLICES, ref.namespace(), ""), options)
                        .items()
                        .stream()
                        .<JsonNode>map(one -> Json.parseObject(one.json()))
                        .toList();
        return ServiceEndpoint.choose(service, slices, Integer.toString(ref.port()));
    }
}
