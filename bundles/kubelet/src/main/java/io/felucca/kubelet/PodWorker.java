package io.felucca.kubelet;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.felucca.client.api.Client;
import io.felucca.client.api.Key;
import io.felucca.kubelet.PodRuntime.Instance;
import io.felucca.kubelet.PodStatusDraft.Failure;
import io.felucca.kubelet.cri.CriException;
import io.felucca.kubelet.cri.v1.PodSandboxConfig;
import io.felucca.kubelet.cri.v1.PodSandboxStatus;
import io.felucca.kubelet.volume.MountedVolume;
import io.felucca.kubelet.volume.VolumeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Brings one pod to what its spec wants. {@link #step} is called by one thread at a time; {@link
 * #offer} and {@link #lost} by any.
 */
final class PodWorker {
    /** What is refreshed without being woken: volumes, and whatever a wake-up was missed for. */
    private static final Duration IDLE = Duration.ofSeconds(60);

    private static final Duration FORCED_GRACE = Duration.ofSeconds(2);
    private static final long DEFAULT_GRACE_SECONDS = 30;
    private static final int MAX_ROUNDS = 8;

    private final String uid;
    private final PodParts parts;
    private final Supplier<List<Pod>> others;
    private final BooleanSupplier stopping;
    private final RuntimeReader reader;
    private final PodSandboxes sandboxes;
    private final ContainerStarter starter;
    private final ContainerKiller killer;
    private final PodCleanup cleanup;
    private final PodReport report;
    private final TerminationMessages messages = new TerminationMessages();
    private final Backoff trouble = new Backoff(Duration.ofMillis(500), Duration.ofMinutes(2));
    private final PodHealth health;

    private volatile Pod newest;
    private volatile boolean lost;
    private volatile boolean finished;
    private boolean admitted;
    private boolean tornDown;
    private Optional<Failure> failure = Optional.empty();

    /**
     * @param others the pods of this node
     * @param wake makes this worker's next step come soon
     * @param stopping whether the agent ends, so that nothing new may be begun: its successor may
     *     already be looking at the same pod
     */
    PodWorker(
            String uid,
            PodParts parts,
            Supplier<List<Pod>> others,
            Runnable wake,
            BooleanSupplier stopping) {
        this.stopping = stopping;
        this.uid = uid;
        this.parts = parts;
        this.others = others;
        this.reader = new RuntimeReader(parts.cri(), uid);
        this.sandboxes = new PodSandboxes(parts);
        this.starter = new ContainerStarter(parts, wake);
        this.killer =
                new ContainerKiller(
                        parts.cri(), parts.hooks(), parts.events(), parts.clock(), wake);
        this.cleanup = new PodCleanup(parts);
        this.report = new PodReport(parts.pods());
        this.health = new PodHealth(parts.probes(), starter);
    }

    /** Takes a newer state of the pod; an older one is passed over. */
    synchronized void offer(Pod pod) {
        if (newest == null || revision(pod) >= revision(newest)) {
            newest = pod;
        }
    }

    /** The pod is not in the API any more. */
    void lost() {
        lost = true;
    }

    /** Whether there is nothing left to do, ever. */
    boolean finished() {
        return finished;
    }

    Optional<Pod> pod() {
        return Optional.ofNullable(newest);
    }

    /** One look, and what follows from it; gives when to look again at the latest. */
    Duration step() {
        PodRuntime runtime = reader.read();
        killer.forget(runtime);
        messages.forget(runtime);
        Pod pod = newest;
        if (lost || pod == null) {
            return abandon(pod, runtime);
        }
        if (pod.getMetadata().getDeletionTimestamp() != null) {
            return terminate(pod, runtime);
        }
        if (Containers.isTerminal(pod)) {
            return settle(pod, runtime);
        }
        return run(pod, runtime);
    }

    private Duration run(Pod pod, PodRuntime seen) {
        if (!admitted && seen.empty()) {
            failure = PodAdmission.refuse(pod, others.get(), parts.capacity());
            failure.ifPresent(why -> parts.events().warning(pod, why.reason(), why.message()));
        }
        admitted = true;
        Duration deadline = untilDeadline(pod);
        if (failure.isPresent() || deadline.isZero()) {
            if (failure.isEmpty()) {
                String message = "Pod was active on the node longer than the specified deadline";
                parts.events().normal(pod, "DeadlineExceeded", message);
                failure = Optional.of(new Failure("DeadlineExceeded", message));
            }
            write(pod, seen, false);
            return settle(newest, seen);
        }
        parts.probes().follow(pod, seen, false, wasReady(pod));
        Map<String, MountedVolume> volumes;
        try {
            parts.cgroups().ensure(pod);
            volumes = parts.volumes().ensure(pod, parts.place(ips(seen)));
        } catch (VolumeException | IOException e) {
            String message = e instanceof VolumeException ? e.getMessage() : e.toString();
            parts.events().warning(pod, "FailedMount", message);
            if (seen.running().isEmpty()) {
                write(pod, seen, false);
                return pause();
            }
            // What runs goes on with what it has.
            volumes = parts.volumes().known(uid);
        }
        Duration again = rounds(pod, seen, volumes);
        Duration idle = deadline.compareTo(IDLE) < 0 ? deadline : IDLE;
        return again.compareTo(idle) < 0 ? again : idle;
    }

    /** Looks and acts until a look finds nothing to do at once. */
    private Duration rounds(Pod pod, PodRuntime seen, Map<String, MountedVolume> volumes) {
        PodRuntime runtime = seen;
        Duration again = IDLE;
        for (int round = 0; round < MAX_ROUNDS; round++) {
            if (stopping.getAsBoolean()) {
                return IDLE;
            }
            endFailedHooks(pod, runtime);
            ContainerPlan plan = ContainerPlan.decide(pod, runtime, health);
            for (ContainerPlan.Kill kill : plan.kill()) {
                killer.kill(
                        pod,
                        kill.container(),
                        kill.instance(),
                        probeGrace(pod, kill.instance()),
                        kill.why(),
                        podIp(runtime));
            }
            if (plan.sandbox()) {
                write(pod, runtime, false);
                try {
                    sandboxes.create(pod, runtime);
                } catch (CriException | ConfigurationException | IOException e) {
                    return sandboxFailed(pod, e);
                }
                runtime = reader.read();
                continue;
            }
            boolean started = false;
            again = IDLE;
            if (!plan.start().isEmpty()) {
                try {
                    prepareHosts(pod, runtime);
                    ContainerStarter.Target target = target(pod, runtime, volumes);
                    for (Container container : plan.start()) {
                        if (stopping.getAsBoolean()) {
                            return IDLE;
                        }
                        ContainerStarter.Outcome outcome = starter.start(target, container);
                        started |= outcome.started();
                        Duration wished = outcome.again().orElse(IDLE);
                        again = wished.compareTo(again) < 0 ? wished : again;
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
            if (!started) {
                break;
            }
            runtime = reader.read();
            parts.probes().follow(pod, runtime, false, Set.of());
        }
        trouble.reset();
        write(pod, runtime, false);
        cleanup.prune(runtime);
        return Containers.isTerminal(newest) ? settle(newest, runtime) : again;
    }

    private Duration sandboxFailed(Pod pod, Exception e) {
        if (e instanceof CriException cri && cri.isUnavailable()) {
            throw cri;
        }
        parts.events()
                .warning(
                        pod,
                        "FailedCreatePodSandBox",
                        "Failed to create pod sandbox: " + e.getMessage());
        return pause();
    }

    private Duration pause() {
        trouble.next(parts.clock().instant());
        return trouble.pause();
    }

    private ContainerStarter.Target target(
            Pod pod, PodRuntime runtime, Map<String, MountedVolume> volumes) throws IOException {
        PodSandboxStatus sandbox = runtime.readySandbox().orElseThrow();
        PodSandboxConfig config = sandboxes.config(pod, sandbox);
        return new ContainerStarter.Target(
                pod, runtime, sandbox.getId(), config, volumes, ips(runtime));
    }

    private void prepareHosts(Pod pod, PodRuntime runtime) throws IOException {
        Path directory = parts.node().podDirectory(uid);
        Files.createDirectories(directory);
        HostsFile.write(
                directory.resolve("etc-hosts"),
                pod,
                ips(runtime),
                parts.node().clusterDomain(),
                Path.of("/etc/hosts"));
    }

    private void endFailedHooks(Pod pod, PodRuntime runtime) {
        Set<String> failed = starter.hooksFailed();
        for (Instance instance : runtime.running()) {
            if (failed.contains(instance.id())) {
                String name = instance.status().getMetadata().getName();
                parts.events()
                        .at(Containers.fieldPath(pod, name))
                        .warning(pod, "FailedPostStartHook", "PostStartHook failed");
                killer.kill(
                        pod,
                        Containers.find(pod, name).orElse(null),
                        instance,
                        grace(pod),
                        "FailedPostStartHook",
                        podIp(runtime));
            }
        }
    }

    /** Ends the pod, then takes it out of the API. */
    private Duration terminate(Pod pod, PodRuntime runtime) {
        if (!runtime.running().isEmpty()) {
            parts.probes().follow(pod, runtime, true, wasReady(pod));
            endAll(pod, runtime, grace(pod));
            write(pod, runtime, false);
            return IDLE;
        }
        sandboxes.stopAll(runtime);
        PodRuntime after = reader.read();
        write(pod, after, true);
        if (!cleanup.tearDown(uid)) {
            return pause();
        }
        parts.probes().forgetPod(uid);
        parts.pods().delete(Key.of(pod), Client.Deletion.ofUid(uid).now());
        sandboxes.removeAll(after);
        cleanup.removeFiles(uid, Optional.of(pod));
        finished = true;
        return IDLE;
    }

    /** A pod that has run to its end: nothing runs any more, its logs stay. */
    private Duration settle(Pod pod, PodRuntime runtime) {
        if (!runtime.running().isEmpty()) {
            endAll(pod, runtime, grace(pod));
            return IDLE;
        }
        write(pod, runtime, true);
        parts.probes().forgetPod(uid);
        sandboxes.stopAll(runtime);
        if (!tornDown) {
            tornDown = cleanup.tearDown(uid);
            return tornDown ? IDLE : pause();
        }
        return IDLE;
    }

    /** The pod is gone from the API: nobody is left to ask or to tell. */
    private Duration abandon(Pod pod, PodRuntime runtime) {
        if (!runtime.running().isEmpty()) {
            endAll(pod, runtime, FORCED_GRACE);
            return IDLE;
        }
        parts.probes().forgetPod(uid);
        sandboxes.removeAll(runtime);
        if (!cleanup.tearDown(uid)) {
            return pause();
        }
        cleanup.removeFiles(uid, Optional.ofNullable(pod));
        finished = true;
        return IDLE;
    }

    /** The pod's own containers first, then its sidecars. */
    private void endAll(Pod pod, PodRuntime runtime, Duration grace) {
        List<Instance> running = runtime.running();
        List<Instance> first = running.stream().filter(instance -> !isInit(pod, instance)).toList();
        for (Instance instance : first.isEmpty() ? running : first) {
            String name = instance.status().getMetadata().getName();
            killer.kill(
                    pod,
                    pod == null ? null : Containers.find(pod, name).orElse(null),
                    instance,
                    grace,
                    "Stopping container " + name,
                    podIp(runtime));
        }
    }

    private static boolean isInit(Pod pod, Instance instance) {
        return pod != null && Containers.isInit(pod, instance.status().getMetadata().getName());
    }

    private void write(Pod pod, PodRuntime runtime, boolean ended) {
        ObjectNode status =
                PodStatusDraft.of(
                        new PodStatusDraft.Facts(
                                pod,
                                PodReport.statusOf(newest),
                                runtime,
                                starter.waiting(),
                                health,
                                messages::of,
                                failure,
                                ended,
                                parts.node().nodeIp(),
                                parts.clock().instant()));
        report.write(newest, status).ifPresent(this::offer);
    }

    private Duration untilDeadline(Pod pod) {
        Long seconds = pod.getSpec().getActiveDeadlineSeconds();
        String start = pod.getStatus() == null ? null : pod.getStatus().getStartTime();
        if (seconds == null || start == null) {
            return IDLE;
        }
        Duration left =
                Duration.between(
                        parts.clock().instant(), Instant.parse(start).plusSeconds(seconds));
        return left.isNegative() ? Duration.ZERO : left;
    }

    private Duration probeGrace(Pod pod, Instance instance) {
        return parts.probes()
                .graceOfFailed(instance.id())
                .map(Duration::ofSeconds)
                .orElse(grace(pod));
    }

    private static Duration grace(Pod pod) {
        Long wished = pod.getMetadata().getDeletionGracePeriodSeconds();
        if (wished == null) {
            wished = pod.getSpec().getTerminationGracePeriodSeconds();
        }
        return Duration.ofSeconds(wished == null ? DEFAULT_GRACE_SECONDS : Math.max(1, wished));
    }

    private List<String> ips(PodRuntime runtime) {
        Pod pod = newest;
        return pod != null && Containers.onHostNetwork(pod)
                ? List.of(parts.node().nodeIp())
                : runtime.ips();
    }

    private String podIp(PodRuntime runtime) {
        List<String> ips = ips(runtime);
        return ips.isEmpty() ? parts.node().nodeIp() : ips.get(0);
    }

    /** Which containers the API knew to be ready, as this agent or the one before it saw them. */
    private static Set<String> wasReady(Pod pod) {
        Set<String> ids = new HashSet<>();
        if (pod.getStatus() != null) {
            Stream.concat(
                            pod.getStatus().getContainerStatuses().stream(),
                            pod.getStatus().getInitContainerStatuses().stream())
                    .filter(one -> Boolean.TRUE.equals(one.getReady()))
                    .filter(one -> one.getContainerID() != null)
                    .forEach(one -> ids.add(one.getContainerID().replaceFirst("^.*://", "")));
        }
        return ids;
    }

    private static long revision(Pod pod) {
        String revision = pod.getMetadata().getResourceVersion();
        return revision == null || revision.isEmpty() ? 0 : Long.parseLong(revision);
    }
}
