package io.felucca.apiserver.auth.node;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Pod;
import io.felucca.apiserver.api.ApiRequest;
import io.felucca.apiserver.api.ApiServer;
import io.felucca.apiserver.api.ApiServer.ListOptions;
import io.felucca.apiserver.api.StoredObject;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.machinery.GroupVersionResource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Predicate;

/**
 * Asks the server's cache itself, for the moment in which a node has seen its new pod and the graph
 * has not. Costs a pass over the pods, so it is for a second look only.
 */
final class PodsOfNode {
    private static final UserInfo SERVER = UserInfo.of("system:apiserver", "system:masters");
    private static final GroupVersionResource PODS = new GroupVersionResource("", "v1", "pods");

    private final ObjectMapper mapper =
            new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    boolean need(ApiServer server, String node, Predicate<Ref> wanted) {
        ListOptions bound =
                new ListOptions("", "spec.nodeName=" + node, "0", "", 0, "", false, false, 0);
        for (StoredObject one :
                server.list(ApiRequest.of(SERVER, "list", PODS, "", ""), bound).items()) {
            if (PodReferences.of(pod(one)).stream().anyMatch(wanted)) {
                return true;
            }
        }
        return false;
    }

    private Pod pod(StoredObject object) {
        try {
            return mapper.readValue(object.json(), Pod.class);
        } catch (IOException e) {
            throw new UncheckedIOException("a stored pod could not be read", e);
        }
    }
}
