package io.felucca.kubelet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Container;
import io.felucca.kubelet.PodRuntime.Instance;
import io.felucca.kubelet.cri.v1.ContainerStatus;
import io.felucca.machinery.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The statuses of a pod's containers. */
final class ContainerStatuses {
    private static final int UNKNOWN_EXIT_CODE = 137;

    private final PodStatusDraft.Facts facts;

    ContainerStatuses(PodStatusDraft.Facts facts) {
        this.facts = facts;
    }

    ArrayNode of(List<Container> specs) {
        ArrayNode statuses = Json.mapper().createArrayNode();
        for (Container spec : specs) {
            statuses.add(one(spec));
        }
        return statuses;
    }

    private ObjectNode one(Container spec) {
        JsonNode old = old(spec);
        Optional<Instance> latest = facts.runtime().latest(spec.getName());
        ObjectNode status = Json.object();
        status.put("name", spec.getName());
        ObjectNode state = state(spec, latest, old);
        status.set("state", state);
        status.set("lastState", lastState(spec, latest, state, old));
        boolean running = state.has("running");
        String id = latest.map(Instance::id).orElse("");
        boolean started = running && facts.health().started(id);
        boolean ready =
                running
                        ? started && facts.health().ready(id)
                        : isPlainInit(spec)
                                && state.has("terminated")
                                && state.at("/terminated/exitCode").asInt() == 0;
        status.put("ready", ready);
        status.put(
                "restartCount",
                latest.map(Instance::restartCount).orElse(old.path("restartCount").asInt(0)));
        status.put("image", latest.map(one -> imageName(one, spec)).orElse(spec.getImage()));
        status.put(
                "imageID",
                latest.map(one -> one.status().getImageRef())
                        .orElse(old.path("imageID").asText("")));
        if (latest.isPresent()) {
            status.put("containerID", containerId(latest.get()));
        } else if (old.hasNonNull("containerID")) {
            status.set("containerID", old.get("containerID"));
        }
        status.put("started", started);
        return status;
    }

    /** The name under which it was asked for; the runtime knows it by its digest. */
    private static String imageName(Instance instance, Container spec) {
        String known = instance.status().getImage().getImage();
        return known.isEmpty() || known.startsWith("sha256:") ? spec.getImage() : known;
    }

    private ObjectNode state(Container spec, Optional<Instance> latest, JsonNode old) {
        PodStatusDraft.Waiting waiting = facts.waiting().get(spec.getName());
        if (latest.isPresent() && latest.get().running()) {
            ObjectNode state = Json.object();
            state.putObject("running")
                    .put("startedAt", nanos(latest.get().status().getStartedAt()));
            return state;
        }
        if (latest.isPresent() && latest.get().exited()) {
            boolean pause = waiting != null && !facts.finished() && facts.failure().isEmpty();
            return pause ? waiting(waiting) : terminated(latest.get());
        }
        if (waiting != null) {
            return waiting(waiting);
        }
        if (latest.isEmpty() && vanished(old)) {
            ObjectNode state = Json.object();
            state.putObject("terminated")
                    .put("exitCode", UNKNOWN_EXIT_CODE)
                    .put("reason", "ContainerStatusUnknown")
                    .put(
                            "message",
                            "The container could not be located when the pod was terminated")
                    .putNull("startedAt")
                    .putNull("finishedAt");
            return state;
        }
        if (latest.isEmpty() && old.at("/state/terminated").isObject()) {
            return ((ObjectNode) old.get("state")).deepCopy();
        }
        boolean app = !Containers.isInit(facts.pod(), spec.getName());
        boolean afterInit = app && !facts.pod().getSpec().getInitContainers().isEmpty();
        return waiting(
                new PodStatusDraft.Waiting(
                        afterInit || !app ? "PodInitializing" : "ContainerCreating", ""));
    }

    /** It ran, by the API's account, and the runtime has nothing of it though the pod is over. */
    private boolean vanished(JsonNode old) {
        return old.at("/state/running").isObject()
                && (facts.finished() || facts.failure().isPresent());
    }

    private ObjectNode lastState(
            Container spec, Optional<Instance> latest, ObjectNode state, JsonNode old) {
        if (latest.isPresent() && latest.get().exited() && !state.has("terminated")) {
            return terminated(latest.get());
        }
        List<Instance> all = facts.runtime().containers().getOrDefault(spec.getName(), List.of());
        if (all.size() > 1 && all.get(1).exited()) {
            return terminated(all.get(1));
        }
        if (latest.isPresent()
                && old.at("/state/terminated").isObject()
                && !old.path("containerID").asText().equals(containerId(latest.get()))) {
            return ((ObjectNode) old.get("state")).deepCopy();
        }
        return old.path("lastState").isObject()
                ? ((ObjectNode) old.get("lastState")).deepCopy()
                : Json.object();
    }

    private ObjectNode terminated(Instance instance) {
        ContainerStatus status = instance.status();
        ObjectNode state = Json.object();
        ObjectNode terminated = state.putObject("terminated");
        terminated.put("exitCode", status.getExitCode());
        String reason = status.getReason();
        if (reason.isEmpty()) {
            reason = status.getExitCode() == 0 ? "Completed" : "Error";
        }
        terminated.put("reason", reason);
        String message = facts.message().apply(instance);
        if (!message.isEmpty()) {
            terminated.put("message", message);
        }
        terminated.put("startedAt", nanos(status.getStartedAt()));
        terminated.put("finishedAt", nanos(status.getFinishedAt()));
        terminated.put("containerID", containerId(instance));
        return state;
    }

    private static ObjectNode waiting(PodStatusDraft.Waiting why) {
        ObjectNode state = Json.object();
        ObjectNode waiting = state.putObject("waiting");
        waiting.put("reason", why.reason());
        if (!why.message().isEmpty()) {
            waiting.put("message", why.message());
        }
        return state;
    }

    private JsonNode old(Container spec) {
        for (String list : List.of("containerStatuses", "initContainerStatuses")) {
            for (JsonNode one : facts.old().path(list)) {
                if (one.path("name").asText().equals(spec.getName())) {
                    return one;
                }
            }
        }
        return Json.object();
    }

    private boolean isPlainInit(Container spec) {
        return Containers.isInit(facts.pod(), spec.getName()) && !Containers.isSidecar(spec);
    }

    boolean initialized(ArrayNode init) {
        return incomplete(init).isEmpty();
    }

    /** Init containers that have not ended well, sidecars that have not started. */
    List<String> incomplete(ArrayNode init) {
        Map<String, Boolean> sidecars = new HashMap<>();
        facts.pod()
                .getSpec()
                .getInitContainers()
                .forEach(one -> sidecars.put(one.getName(), Containers.isSidecar(one)));
        List<String> names = new ArrayList<>();
        for (JsonNode one : init) {
            String name = one.path("name").asText();
            String complete = sidecars.get(name) ? "started" : "ready";
            if (!one.path(complete).asBoolean()) {
                names.add(name);
            }
        }
        return names;
    }

    boolean initFailed(ArrayNode init) {
        for (JsonNode one : init) {
            if (one.at("/state/terminated/exitCode").asInt(0) != 0) {
                return true;
            }
        }
        return false;
    }

    /** Whether any of the pod's own containers was ever started. */
    boolean begun(ArrayNode apps) {
        for (JsonNode one : apps) {
            if (one.has("containerID")) {
                return true;
            }
        }
        return false;
    }

    List<String> unready(ArrayNode init, ArrayNode apps) {
        List<String> names = new ArrayList<>();
        for (JsonNode one : init) {
            boolean sidecar =
                    facts.pod().getSpec().getInitContainers().stream()
                            .filter(spec -> spec.getName().equals(one.path("name").asText()))
                            .anyMatch(Containers::isSidecar);
            if (sidecar && !one.path("ready").asBoolean()) {
                names.add(one.path("name").asText());
            }
        }
        for (JsonNode one : apps) {
            if (!one.path("ready").asBoolean()) {
                names.add(one.path("name").asText());
            }
        }
        return names;
    }

    private static String containerId(Instance instance) {
        return "containerd://" + instance.id();
    }

    private static String nanos(long sinceEpoch) {
        return PodStatusDraft.time(
                Instant.ofEpochSecond(sinceEpoch / 1_000_000_000L, sinceEpoch % 1_000_000_000L));
    }
}
