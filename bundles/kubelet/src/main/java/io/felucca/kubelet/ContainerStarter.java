package io.felucca.kubelet;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.felucca.client.api.EventRecorder;
import io.felucca.kubelet.PodRuntime.Instance;
import io.felucca.kubelet.PodStatusDraft.Waiting;
import io.felucca.kubelet.cri.Cri;
import io.felucca.kubelet.cri.CriException;
import io.felucca.kubelet.cri.v1.ContainerConfig;
import io.felucca.kubelet.cri.v1.Image;
import io.felucca.kubelet.cri.v1.PodSandboxConfig;
import io.felucca.kubelet.volume.MountedVolume;
import io.felucca.machinery.ApiException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Starts the containers of one pod, as soon as back-off and image allow. Used by one worker. */
final class ContainerStarter {
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(10);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);
    private static final Duration HOOK_TIMEOUT = Duration.ofMinutes(10);

    /** After a failure that isn't a crash, such as a missing ConfigMap. */
    private static final Duration RETRY = Duration.ofSeconds(5);

    private final PodParts parts;
    private final Runnable wake;
    private final Map<String, Memory> memories = new HashMap<>();

    private static final class Memory {
        final Backoff crashes = new Backoff(FIRST_PAUSE, LONGEST_PAUSE);
        ImagePull pull;
        Waiting waiting;
        Instant retryAt = Instant.EPOCH;
        String hookContainerId = "";
        CompletableFuture<Void> hook;
        String announcedPauseOf = "";
    }

    /** Where the container is to be started. */
    record Target(
            Pod pod,
            PodRuntime runtime,
            String sandboxId,
            PodSandboxConfig sandbox,
            Map<String, MountedVolume> volumes,
            List<String> podIps) {}

    /**
     * @param again when to look again at the latest; empty if something will wake the worker
     */
    record Outcome(boolean started, Optional<Duration> again) {
        static final Outcome STARTED = new Outcome(true, Optional.empty());

        static Outcome waiting(Duration again) {
            return new Outcome(false, Optional.of(again));
        }
    }

    ContainerStarter(PodParts parts, Runnable wake) {
        this.parts = parts;
        this.wake = wake;
    }

    /** Why containers wait, by name. */
    Map<String, Waiting> waiting() {
        Map<String, Waiting> waiting = new HashMap<>();
        memories.forEach(
                (name, memory) -> {
                    if (memory.waiting != null) {
                        waiting.put(name, memory.waiting);
                    }
                });
        return waiting;
    }

    Outcome start(Target target, Container container) {
        Memory memory = memories.computeIfAbsent(container.getName(), name -> new Memory());
        Instant now = parts.clock().instant();
        Optional<Instance> before = target.runtime().latest(container.getName());
        Optional<Duration> pause = crashPause(target.pod(), container, before, memory, now);
        if (pause.isPresent()) {
            return Outcome.waiting(pause.get());
        }
        if (now.isBefore(memory.retryAt)) {
            return Outcome.waiting(Duration.between(now, memory.retryAt));
        }
        if (memory.pull == null) {
            memory.pull =
                    new ImagePull(
                            parts.cri(),
                            parts.pullSecrets(),
                            events(target.pod(), container),
                            parts.clock(),
                            wake);
        }
        ImagePull.Outcome image = memory.pull.ensure(target.pod(), container, target.sandbox());
        if (image.waiting().isPresent()) {
            ImagePull.Waiting why = image.waiting().get();
            memory.waiting = new Waiting(why.reason(), why.message());
            return Outcome.waiting(why.again());
        }
        if (image.image().isEmpty()) {
            return new Outcome(false, Optional.empty());
        }
        return create(target, container, before, image.image().get(), memory, now);
    }

    /** How long a container that ended too often is left alone. */
    private Optional<Duration> crashPause(
            Pod pod, Container container, Optional<Instance> before, Memory memory, Instant now) {
        if (before.isEmpty() || !before.get().exited()) {
            return Optional.empty();
        }
        Instant ended = Instant.ofEpochSecond(0, before.get().status().getFinishedAt());
        Duration left = memory.crashes.left(ended, now);
        if (left.isZero()) {
            return Optional.empty();
        }
        String pause = go(memory.crashes.pause());
        memory.waiting =
                new Waiting(
                        "CrashLoopBackOff",
                        "back-off "
                                + pause
                                + " restarting failed container="
                                + container.getName()
                                + " pod="
                                + Containers.describe(pod));
        if (!memory.announcedPauseOf.equals(before.get().id())) {
            memory.announcedPauseOf = before.get().id();
            events(pod, container)
                    .warning(
                            pod,
                            "BackOff",
                            "Back-off restarting failed container "
                                    + container.getName()
                                    + " in pod "
                                    + Containers.describe(pod));
        }
        return Optional.of(left);
    }

    private Outcome create(
            Target target,
            Container container,
            Optional<Instance> before,
            Image image,
            Memory memory,
            Instant now) {
        Pod pod = target.pod();
        String id;
        try {
            ContainerConfig config = config(target, container, before, image);
            discardUnstarted(before);
            id =
                    Cri.await(
                            parts.cri()
                                    .createContainer(target.sandboxId(), config, target.sandbox()));
        } catch (ConfigurationException e) {
            return failed(
                    pod, container, memory, now, "CreateContainerConfigError", e.getMessage());
        } catch (ApiException e) {
            return failed(
                    pod, container, memory, now, "CreateContainerConfigError", e.getMessage());
        } catch (IOException e) {
            return failed(pod, container, memory, now, "CreateContainerConfigError", e.toString());
        } catch (CriException e) {
            unlessUnavailable(e);
            return failed(pod, container, memory, now, "CreateContainerError", e.description());
        }
        events(pod, container).normal(pod, "Created", "Created container: " + container.getName());
        if (before.isPresent() && before.get().exited()) {
            memory.crashes.next(now);
        }
        try {
            Cri.await(parts.cri().startContainer(id));
        } catch (CriException e) {
            unlessUnavailable(e);
            return failed(pod, container, memory, now, "RunContainerError", e.description());
        }
        events(pod, container).normal(pod, "Started", "Started container " + container.getName());
        memory.waiting = null;
        postStart(target, container, id, memory);
        return Outcome.STARTED;
    }

    private ContainerConfig config(
            Target target, Container container, Optional<Instance> before, Image image)
            throws ConfigurationException, IOException {
        Pod pod = target.pod();
        FieldReferences.Place place = parts.place(target.podIps());
        Map<String, String> services =
                ServiceVariables.of(
                        parts.services(),
                        pod.getMetadata().getNamespace(),
                        !Boolean.FALSE.equals(pod.getSpec().getEnableServiceLinks()));
        Map<String, String> environment = parts.environment().of(pod, container, services, place);
        int attempt = before.map(one -> one.restartCount() + 1).orElse(0);
        if (before.isEmpty()) {
            attempt = attemptAfter(pod, container);
        }
        return parts.containers().of(pod, container, attempt, image, environment, target.volumes());
    }

    /** The runtime may have forgotten what the API still knows to have run. */
    private static int attemptAfter(Pod pod, Container container) {
        if (pod.getStatus() == null) {
            return 0;
        }
        var statuses = new ArrayList<>(pod.getStatus().getContainerStatuses());
        statuses.addAll(pod.getStatus().getInitContainerStatuses());
        return statuses.stream()
                .filter(one -> one.getName().equals(container.getName()))
                .filter(one -> one.getContainerID() != null && !one.getContainerID().isEmpty())
                .map(one -> one.getRestartCount() + 1)
                .findFirst()
                .orElse(0);
    }

    /** One that was made but never started holds the name that its successor needs. */
    private void discardUnstarted(Optional<Instance> before) {
        if (before.isPresent() && !before.get().exited() && !before.get().running()) {
            Cri.await(parts.cri().removeContainer(before.get().id()));
        }
    }

    private void postStart(Target target, Container container, String id, Memory memory) {
        if (container.getLifecycle() == null || container.getLifecycle().getPostStart() == null) {
            return;
        }
        String ip = target.podIps().isEmpty() ? parts.node().nodeIp() : target.podIps().get(0);
        memory.hookContainerId = id;
        memory.hook =
                parts.hooks()
                        .run(
                                container.getLifecycle().getPostStart(),
                                container,
                                id,
                                ip,
                                HOOK_TIMEOUT);
        var unused = memory.hook.whenComplete((nothing, failure) -> wake.run());
    }

    /** Containers whose postStart hook is still running: they don't count as started. */
    Set<String> hooksRunning() {
        Set<String> ids = new HashSet<>();
        memories.values().stream()
                .filter(memory -> memory.hook != null && !memory.hook.isDone())
                .forEach(memory -> ids.add(memory.hookContainerId));
        return ids;
    }

    /** Containers whose postStart hook failed since the last call: they have to be ended. */
    Set<String> hooksFailed() {
        Set<String> ids = new HashSet<>();
        for (Memory memory : memories.values()) {
            if (memory.hook != null && memory.hook.isDone()) {
                if (memory.hook.isCompletedExceptionally()) {
                    ids.add(memory.hookContainerId);
                }
                memory.hook = null;
            }
        }
        return ids;
    }

    private EventRecorder events(Pod pod, Container container) {
        return parts.events().at(Containers.fieldPath(pod, container.getName()));
    }

    private Outcome failed(
            Pod pod,
            Container container,
            Memory memory,
            Instant now,
            String reason,
            String message) {
        events(pod, container).warning(pod, "Failed", "Error: " + message);
        memory.waiting = new Waiting(reason, message);
        memory.retryAt = now.plus(RETRY);
        return Outcome.waiting(RETRY);
    }

    /** A runtime that is away is nobody's fault here: the whole worker waits for it. */
    private static void unlessUnavailable(CriException e) {
        if (e.isUnavailable()) {
            throw e;
        }
    }

    /** 10s, 1m20s, 5m0s: as upstream prints durations. */
    static String go(Duration duration) {
        long seconds = duration.toSeconds();
        return seconds < 60 ? seconds + "s" : seconds / 60 + "m" + seconds % 60 + "s";
    }
}
