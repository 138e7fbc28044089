package io.felucca.api.core;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.api.validation.Field;
import io.felucca.apiserver.api.ApiRequest;
import io.felucca.apiserver.api.ApiServer;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.ResourceDefinition.Verb;
import io.felucca.apiserver.api.Subresource;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.GroupResource;
import io.felucca.schema.Schemas;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** Gives a pod its node: {@code pods/binding} and the older {@code bindings}. */
final class Bindings implements Subresource.Action {
    private static final GroupResource BINDING = new GroupResource("", "pods/binding");

    private final Clock clock;

    private Bindings(Clock clock) {
        this.clock = clock;
    }

    static Subresource subresource(Clock clock) {
        return new Subresource(
                "binding",
                Core.kind("Binding"),
                Schemas.of(Core.kind("Binding")),
                Set.of(Verb.CREATE),
                new Bindings(clock));
    }

    static ResourceDefinition definition(Clock clock) {
        return Core.resource("Binding", "bindings").virtual(new Bindings(clock)).build();
    }

    @Override
    public CompletionStage<ObjectNode> run(ApiServer server, ApiRequest request, ObjectNode body) {
        String name = request.name().isEmpty() ? Core.name(body) : request.name();
        check(name, body);
        return server.modify(Core.PODS, request.namespace(), name, pod -> bind(name, pod, body))
                .thenApply(stored -> Core.success());
    }

    private static void check(String name, ObjectNode body) {
        Field target = Field.root(body).at("target");
        if (!target.at("kind").text().isEmpty() && !target.text("kind").equals("Node")) {
            target.at("kind").notSupported(List.of("Node", "<empty>"));
        }
        target.at("name").require();
        if (!target.problems().isEmpty()) {
            throw ApiException.invalid("", "Binding", name, target.problems());
        }
    }

    private ObjectNode bind(String name, ObjectNode pod, ObjectNode body) {
        String uid = body.path("metadata").path("uid").asText("");
        String actual = pod.path("metadata").path("uid").asText("");
        if (!uid.isEmpty() && !uid.equals(actual)) {
            throw conflict(
                    name,
                    "Precondition failed: UID in precondition: "
                            + uid
                            + ", UID in object meta: "
                            + actual);
        }
        if (pod.path("metadata").hasNonNull("deletionTimestamp")) {
            throw conflict(name, "pod " + name + " is being deleted, cannot be assigned to a host");
        }
        String node = pod.path("spec").path("nodeName").asText("");
        if (!node.isEmpty()) {
            throw conflict(name, "pod " + name + " is already assigned to node \"" + node + "\"");
        }
        if (!pod.path("spec").path("schedulingGates").isEmpty()) {
            throw conflict(name, "pod " + name + " has non-empty .spec.schedulingGates");
        }
        pod.withObject("/spec").put("nodeName", body.path("target").path("name").asText());
        for (String words : List.of("annotations", "labels")) {
            for (Map.Entry<String, JsonNode> word :
                    body.path("metadata").path(words).properties()) {
                Core.metadata(pod).withObject("/" + words).set(word.getKey(), word.getValue());
            }
        }
        scheduled(pod);
        return pod;
    }

    private void scheduled(ObjectNode pod) {
        ObjectNode status = pod.withObject("/status");
        ArrayNode conditions =
                status.path("conditions") instanceof ArrayNode present
                        ? present
                        : status.putArray("conditions");
        for (int i = conditions.size() - 1; i >= 0; i--) {
            if (conditions.get(i).path("type").asText().equals("PodScheduled")) {
                conditions.remove(i);
            }
        }
        ObjectNode condition = conditions.addObject();
        condition.put("type", "PodScheduled");
        condition.put("status", "True");
        condition.putNull("lastProbeTime");
        condition.put(
                "lastTransitionTime", clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
        status.remove("nominatedNodeName");
    }

    private static ApiException conflict(String name, String why) {
        return ApiException.conflict(BINDING, name, why);
    }
}
