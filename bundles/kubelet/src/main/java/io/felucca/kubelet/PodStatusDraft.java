package io.felucca.kubelet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Pod;
import io.felucca.machinery.Json;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Makes a pod's status from what the runtime has. Pure; used once. */
final class PodStatusDraft {

    /** Why a container doesn't run yet, or not again. */
    record Waiting(String reason, String message) {}

    /** Why a pod as a whole failed. */
    record Failure(String reason, String message) {}

    /**
     * @param old the status as it stands in the API
     * @param waiting by container name
     * @param message the termination message of an ended container
     * @param finished whether the pod was told to end and has ended
     */
    record Facts(
            Pod pod,
            ObjectNode old,
            PodRuntime runtime,
            Map<String, Waiting> waiting,
            Health health,
            Function<PodRuntime.Instance, String> message,
            Optional<Failure> failure,
            boolean finished,
            String hostIp,
            Instant now) {}

    private final Facts facts;
    private final ContainerStatuses containers;

    private PodStatusDraft(Facts facts) {
        this.facts = facts;
        this.containers = new ContainerStatuses(facts);
    }

    static ObjectNode of(Facts facts) {
        return new PodStatusDraft(facts).make();
    }

    private ObjectNode make() {
        Pod pod = facts.pod();
        ObjectNode status = Json.object();
        if (pod.getMetadata().getGeneration() != null) {
            status.put("observedGeneration", pod.getMetadata().getGeneration());
        }
        ArrayNode init = containers.of(pod.getSpec().getInitContainers());
        ArrayNode apps = containers.of(pod.getSpec().getContainers());
        String phase = phase(init, apps);
        status.put("phase", phase);
        status.set("conditions", conditions(phase, init, apps));
        facts.failure()
                .ifPresent(
                        failure ->
                                status.put("message", failure.message())
                                        .put("reason", failure.reason()));
        if (facts.failure().isEmpty()) {
            keep(status, "message");
            keep(status, "reason");
        }
        addresses(status);
        if (!init.isEmpty()) {
            status.set("initContainerStatuses", init);
        }
        status.set("containerStatuses", apps);
        JsonNode start = facts.old().get("startTime");
        status.put("startTime", start != null ? start.asText() : time(facts.now()));
        status.put("qosClass", Qos.of(pod).name());
        for (String foreign : List.of("nominatedNodeName", "resourceClaimStatuses", "resize")) {
            keep(status, foreign);
        }
        return status;
    }

    private void keep(ObjectNode status, String field) {
        JsonNode before = facts.old().get(field);
        if (before != null) {
            status.set(field, before);
        }
    }

    private void addresses(ObjectNode status) {
        status.put("hostIP", facts.hostIp());
        status.putArray("hostIPs").addObject().put("ip", facts.hostIp());
        List<String> ips =
                Containers.onHostNetwork(facts.pod())
                        ? List.of(facts.hostIp())
                        : facts.runtime().ips();
        if (ips.isEmpty()) {
            // What ended keeps the address it had.
            keep(status, "podIP");
            keep(status, "podIPs");
            return;
        }
        status.put("podIP", ips.get(0));
        ArrayNode all = status.putArray("podIPs");
        ips.forEach(ip -> all.addObject().put("ip", ip));
    }

    private String phase(ArrayNode init, ArrayNode apps) {
        String before = facts.old().path("phase").asText("Pending");
        if (before.equals("Succeeded") || before.equals("Failed")) {
            return before;
        }
        if (facts.failure().isPresent()) {
            return "Failed";
        }
        String policy = Containers.restartPolicy(facts.pod());
        boolean initDone = containers.initialized(init);
        if (!initDone && policy.equals("Never") && containers.initFailed(init)) {
            return "Failed";
        }
        int running = 0;
        int waiting = 0;
        int stopped = 0;
        int succeeded = 0;
        for (JsonNode one : apps) {
            JsonNode state = one.path("state");
            JsonNode terminated =
                    state.has("terminated")
                            ? state.get("terminated")
                            : one.path("lastState").get("terminated");
            if (state.has("running")) {
                running++;
            } else if (terminated == null) {
                waiting++;
            } else {
                stopped++;
                succeeded += terminated.path("exitCode").asInt() == 0 ? 1 : 0;
            }
        }
        if (facts.finished() && stopped > 0 && running == 0) {
            return succeeded == apps.size() ? "Succeeded" : "Failed";
        }
        if (!initDone && !containers.begun(apps)) {
            return "Pending";
        }
        if (waiting > 0) {
            return "Pending";
        }
        if (running > 0 || policy.equals("Always")) {
            return "Running";
        }
        if (succeeded == stopped) {
            return "Succeeded";
        }
        return policy.equals("Never") ? "Failed" : "Running";
    }

    private ArrayNode conditions(String phase, ArrayNode init, ArrayNode apps) {
        ArrayNode conditions = Json.mapper().createArrayNode();
        boolean network =
                facts.runtime().readySandbox().isPresent()
                        && (Containers.onHostNetwork(facts.pod())
                                || !facts.runtime().ips().isEmpty());
        add(conditions, "PodReadyToStartContainers", network, null, null);
        boolean completed = phase.equals("Succeeded");
        List<String> incomplete = containers.incomplete(init);
        boolean initialized = incomplete.isEmpty() || containers.begun(apps) || completed;
        add(
                conditions,
                "Initialized",
                initialized,
                completed ? "PodCompleted" : initialized ? null : "ContainersNotInitialized",
                initialized
                        ? null
                        : "containers with incomplete status: "
                                + incomplete.toString().replace(",", ""));
        readiness(conditions, phase, init, apps);
        for (JsonNode foreign : facts.old().path("conditions")) {
            if (!isOwn(foreign.path("type").asText())) {
                conditions.add(foreign);
            }
        }
        return conditions;
    }

    private void readiness(ArrayNode conditions, String phase, ArrayNode init, ArrayNode apps) {
        List<String> unready = containers.unready(init, apps);
        String reason = null;
        String message = null;
        if (phase.equals("Succeeded")) {
            reason = "PodCompleted";
        } else if (phase.equals("Failed")) {
            reason = "PodFailed";
        } else if (!unready.isEmpty()) {
            reason = "ContainersNotReady";
            message = "containers with unready status: " + unready.toString().replace(",", "");
        }
        boolean containersReady = reason == null;
        String gateMessage = containersReady ? closedGate() : null;
        add(
                conditions,
                "Ready",
                containersReady && gateMessage == null,
                gateMessage != null ? "ReadinessGatesNotReady" : reason,
                gateMessage != null ? gateMessage : message);
        add(conditions, "ContainersReady", containersReady, reason, message);
    }

    private String closedGate() {
        for (var gate : facts.pod().getSpec().getReadinessGates()) {
            String type = gate.getConditionType();
            String found = null;
            for (JsonNode condition : facts.old().path("conditions")) {
                if (condition.path("type").asText().equals(type)) {
                    found = condition.path("status").asText();
                }
            }
            if (!"True".equals(found)) {
                return found == null
                        ? "corresponding condition of pod readiness gate \""
                                + type
                                + "\" does not exist."
                        : "the status of pod readiness gate \""
                                + type
                                + "\" is not \"True\", but "
                                + found;
            }
        }
        return null;
    }

    private static boolean isOwn(String type) {
        return switch (type) {
            case "PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady" -> true;
            default -> false;
        };
    }

    private void add(
            ArrayNode conditions, String type, boolean value, String reason, String message) {
        String status = value ? "True" : "False";
        JsonNode before = null;
        for (JsonNode one : facts.old().path("conditions")) {
            if (one.path("type").asText().equals(type)) {
                before = one;
            }
        }
        ObjectNode condition = conditions.addObject();
        condition.put("type", type);
        if (facts.pod().getMetadata().getGeneration() != null) {
            condition.put("observedGeneration", facts.pod().getMetadata().getGeneration());
        }
        condition.put("status", status);
        condition.putNull("lastProbeTime");
        condition.put(
                "lastTransitionTime",
                before != null && before.path("status").asText().equals(status)
                        ? before.path("lastTransitionTime").asText()
                        : time(facts.now()));
        if (reason != null) {
            condition.put("reason", reason);
        }
        if (message != null) {
            condition.put("message", message);
        }
    }

    static String time(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
