package io.felucca.apiserver.webhook;

import io.felucca.apiserver.api.ApiRequest;
import io.felucca.apiserver.api.ApiServer;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.machinery.Json;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Supplier;

/** The cluster's services by their addresses, as the server knows them. */
final class ClusterServices implements WebhookClient.Services {
    /** Whom upstream's server is to itself. */
    private static final UserInfo SERVER = UserInfo.of("system:apiserver", "system:masters");

    private static final GroupVersionResource SERVICES =
            new GroupVersionResource("", "v1", "services");

    private final Supplier<ApiServer> server;

    /**
     * @param server gives null while it is away
     */
    ClusterServices(Supplier<ApiServer> server) {
        this.server = server;
    }

    @Override
    public String addressOf(String namespace, String name) throws IOException {
        ApiServer now = server.get();
        if (now == null) {
            throw new IOException("the server is being replaced");
        }
        ApiRequest request = ApiRequest.of(SERVER, "get", SERVICES, namespace, name);
        try {
            String address =
                    Json.parseObject(now.get(request, Optional.of("0")).json())
                            .at("/spec/clusterIP")
                            .asText("");
            if (!address.isEmpty() && !address.equals("None")) {
                return address;
            }
        } catch (ApiException e) {
            throw new IOException(e.getMessage(), e);
        }
        throw new IOException("service \"" + namespace + "/" + name + "\" has no cluster IP");
    }
}
