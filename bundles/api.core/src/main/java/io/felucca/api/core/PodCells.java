package io.felucca.api.core;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.api.validation.Ages;
import java.time.Clock;
import java.time.Instant;

/** What {@code kubectl get pods} shows. */
record PodCells(int ready, int total, String status, String restarts) {

    static PodCells of(JsonNode pod, Clock clock) {
        return new Reader(pod).read(clock);
    }

    /** Walks the container statuses once, as a later one may overrule what an earlier said. */
    private static final class Reader {
        private final JsonNode pod;
        private final JsonNode status;
        private String reason;
        private int restarts;
        private int sidecarRestarts;
        private Instant lastRestart;
        private Instant lastSidecarRestart;
        private int ready;
        private int total;

        Reader(JsonNode pod) {
            this.pod = pod;
            this.status = pod.path("status");
        }

        PodCells read(Clock clock) {
            total = pod.path("spec").path("containers").size();
            reason = status.path("phase").asText("");
            if (!status.path("reason").asText("").isEmpty()) {
                reason = status.path("reason").asText();
            }
            if (isGated()) {
                reason = "SchedulingGated";
            }
            boolean initializing = initContainers();
            if (!initializing || initialized()) {
                containers();
            }
            if (pod.path("metadata").hasNonNull("deletionTimestamp")) {
                terminating();
            }
            String shown = String.valueOf(restarts);
            if (restarts != 0 && lastRestart != null) {
                shown += " (" + Ages.since(lastRestart.toString(), clock) + " ago)";
            }
            return new PodCells(ready, total, reason, shown);
        }

        private boolean isGated() {
            JsonNode scheduled = condition("PodScheduled");
            return scheduled.path("reason").asText().equals("SchedulingGated");
        }

        private boolean initialized() {
            return condition("Initialized").path("status").asText().equals("True");
        }

        private JsonNode condition(String type) {
            for (JsonNode condition : status.path("conditions")) {
                if (condition.path("type").asText().equals(type)) {
                    return condition;
                }
            }
            return com.fasterxml.jackson.databind.node.MissingNode.getInstance();
        }

        private boolean isSidecar(String name) {
            for (JsonNode container : pod.path("spec").path("initContainers")) {
                if (container.path("name").asText().equals(name)) {
                    return container.path("restartPolicy").asText().equals("Always");
                }
            }
            return false;
        }

        /** Says whether init containers still run; sidecars count among the containers. */
        private boolean initContainers() {
            for (JsonNode container : pod.path("spec").path("initContainers")) {
                if (container.path("restartPolicy").asText().equals("Always")) {
                    total++;
                }
            }
            int index = -1;
            for (JsonNode container : status.path("initContainerStatuses")) {
                index++;
                boolean sidecar = isSidecar(container.path("name").asText());
                countRestarts(container, sidecar);
                JsonNode state = container.path("state");
                JsonNode ended = state.path("terminated");
                if (state.has("terminated") && ended.path("exitCode").asInt() == 0) {
                    continue;
                }
                if (sidecar && container.path("started").asBoolean()) {
                    if (container.path("ready").asBoolean()) {
                        ready++;
                    }
                    continue;
                }
                reason = "Init:" + initReason(state, index);
                return true;
            }
            return false;
        }

        private String initReason(JsonNode state, int index) {
            if (state.has("terminated")) {
                return ended(state.path("terminated"));
            }
            String waiting = state.path("waiting").path("reason").asText("");
            if (!waiting.isEmpty() && !waiting.equals("PodInitializing")) {
                return waiting;
            }
            return index + "/" + pod.path("spec").path("initContainers").size();
        }

        private static String ended(JsonNode terminated) {
            String why = terminated.path("reason").asText("");
            if (!why.isEmpty()) {
                return why;
            }
            int signal = terminated.path("signal").asInt();
            return signal != 0
                    ? "Signal:" + signal
                    : "ExitCode:" + terminated.path("exitCode").asInt();
        }

        private void countRestarts(JsonNode container, boolean sidecar) {
            int count = container.path("restartCount").asInt();
            Instant finished =
                    Ages.instant(container.at("/lastState/terminated/finishedAt").asText(""));
            restarts += count;
            lastRestart = later(lastRestart, finished);
            if (sidecar) {
                sidecarRestarts += count;
                lastSidecarRestart = later(lastSidecarRestart, finished);
            }
        }

        private static Instant later(Instant one, Instant other) {
            if (one == null || other == null) {
                return one == null ? other : one;
            }
            return one.isAfter(other) ? one : other;
        }

        private void containers() {
            // Once they have done their work, the restarts of init containers no longer matter.
            restarts = sidecarRestarts;
            lastRestart = lastSidecarRestart;
            boolean running = false;
            JsonNode statuses = status.path("containerStatuses");
            for (int i = statuses.size() - 1; i >= 0; i--) {
                JsonNode container = statuses.path(i);
                countRestarts(container, false);
                JsonNode state = container.path("state");
                String waiting = state.path("waiting").path("reason").asText("");
                if (!waiting.isEmpty()) {
                    reason = waiting;
                } else if (state.has("terminated")) {
                    reason = ended(state.path("terminated"));
                } else if (container.path("ready").asBoolean() && state.has("running")) {
                    running = true;
                    ready++;
                }
            }
            if (reason.equals("Completed") && running) {
                boolean isReady = condition("Ready").path("status").asText().equals("True");
                reason = isReady ? "Running" : "NotReady";
            }
        }

        private void terminating() {
            String phase = status.path("phase").asText();
            if (status.path("reason").asText("").equals("NodeLost")) {
                reason = "Unknown";
            } else if (!phase.equals("Succeeded") && !phase.equals("Failed")) {
                reason = "Terminating";
            }
        }
    }
}
