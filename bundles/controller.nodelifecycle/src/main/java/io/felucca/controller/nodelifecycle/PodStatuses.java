package io.felucca.controller.nodelifecycle;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.felucca.client.api.Client;
import io.felucca.client.api.Key;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.Json;
import io.felucca.machinery.StatusReason;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** Writes one condition of a pod. */
final class PodStatuses {
    private final Client<Pod> client;

    PodStatuses(Client<Pod> client) {
        this.client = client;
    }

    /**
     * Puts a condition in the place of the one of its type; if that says the same already, nothing
     * is written. A pod that is gone is passed over.
     *
     * @throws ApiException a conflict if the pod changed since it was read
     */
    void put(Pod pod, PodCondition condition, Instant now) {
        List<PodCondition> conditions = new ArrayList<>();
        String since = now.truncatedTo(ChronoUnit.SECONDS).toString();
        List<PodCondition> before =
                pod.getStatus() == null ? List.of() : pod.getStatus().getConditions();
        for (PodCondition one : before) {
            if (!one.getType().equals(condition.getType())) {
                conditions.add(one);
            } else if (condition.getStatus().equals(one.getStatus())) {
                if (java.util.Objects.equals(condition.getReason(), one.getReason())) {
                    return;
                }
                since = one.getLastTransitionTime();
            }
        }
        conditions.add(condition.edit().withLastTransitionTime(since).build());
        ObjectNode patch = Json.object();
        patch.putObject("metadata")
                .put("uid", pod.getMetadata().getUid())
                .put("resourceVersion", pod.getMetadata().getResourceVersion());
        ArrayNode list = patch.putObject("status").putArray("conditions");
        conditions.forEach(one -> list.add(Json.mapper().<ObjectNode>valueToTree(one)));
        try {
            Pod unused = client.patch(Key.of(pod), "status", patch);
        } catch (ApiException e) {
            if (e.reason() != StatusReason.NotFound) {
                throw e;
            }
        }
    }
}
