package io.felucca.kubelet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Pod;
import io.felucca.client.api.Client;
import io.felucca.client.api.Key;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.Json;
import io.felucca.machinery.StatusReason;
import java.util.Optional;

/** Writes a pod's status to the API when it differs from what stands there. */
final class PodReport {
    private final Client<Pod> pods;

    PodReport(Client<Pod> pods) {
        this.pods = pods;
    }

    static ObjectNode statusOf(Pod pod) {
        JsonNode status = Json.mapper().valueToTree(pod.getStatus());
        return status instanceof ObjectNode object ? object : Json.object();
    }

    /** The pod as it stands after the write; empty if nothing had to be written. */
    Optional<Pod> write(Pod pod, ObjectNode status) {
        Optional<ObjectNode> difference = StatusPatch.between(statusOf(pod), status);
        if (difference.isEmpty()) {
            return Optional.empty();
        }
        ObjectNode patch = Json.object();
        // Another pod of the same name must not get this one's status.
        patch.putObject("metadata").put("uid", pod.getMetadata().getUid());
        patch.set("status", difference.get());
        try {
            return Optional.of(pods.patch(Key.of(pod), "status", patch));
        } catch (ApiException e) {
            if (e.reason() == StatusReason.NotFound) {
                // It was deleted meanwhile; the informer is about to say so.
                return Optional.empty();
            }
            throw e;
        }
    }
}
