package io.felucca.apiserver.auth;

import io.felucca.apiserver.api.AdmissionPlugin;
import io.felucca.apiserver.api.ApiRequest;
import io.felucca.apiserver.api.ApiServer;
import io.felucca.apiserver.api.ApiServer.ListOptions;
import io.felucca.apiserver.api.StoredObject;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.machinery.StatusReason;
import java.util.List;
import java.util.Optional;

/**
 * Reads as the server itself.
 *
 * @param resourceVersion as of {@link ApiServer#get}
 */
record ServerReader(ApiServer server, Optional<String> resourceVersion)
        implements AdmissionPlugin.Reader {
    /** Whom upstream's server is to itself. */
    static final UserInfo SERVER = UserInfo.of("system:apiserver", "system:masters");

    /** The cache as it is; what it lacks for a moment is no reason to wait. */
    static ServerReader cached(ApiServer server) {
        return new ServerReader(server, Optional.of("0"));
    }

    /** What holds now. */
    static ServerReader live(ApiServer server) {
        return new ServerReader(server, Optional.empty());
    }

    @Override
    public Optional<StoredObject> get(
            GroupVersionResource resource, String namespace, String name) {
        try {
            return Optional.of(
                    server.get(
                            ApiRequest.of(SERVER, "get", resource, namespace, name),
                            resourceVersion));
        } catch (ApiException e) {
            if (e.reason() == StatusReason.NotFound) {
                return Optional.empty();
            }
            throw e;
        }
    }

    @Override
    public List<StoredObject> list(GroupVersionResource resource, String namespace) {
        return server.list(ApiRequest.of(SERVER, "list", resource, namespace, ""), ListOptions.ALL)
                .items();
    }
}
