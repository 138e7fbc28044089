package io.felucca.kubelet;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Probe;
import io.felucca.client.api.EventRecorder;
import java.time.Clock;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;

/**
 * The probes of all running containers, on one shared scheduler; nothing waits on a thread. Thread-
 * safe.
 */
final class Probes implements Health, AutoCloseable {

    /** What a probe is for. */
    enum Kind {
        STARTUP("Startup", "startup"),
        READINESS("Readiness", "readiness"),
        LIVENESS("Liveness", "liveness");

        final String title;
        final String word;

        Kind(String title, String word) {
            this.title = title;
            this.word = word;
        }
    }

    private final Prober prober;
    private final EventRecorder events;
    private final ScheduledExecutorService scheduler;
    private final Clock clock;
    private final Consumer<String> changed;
    private final Map<String, Map<Kind, ProbeTask>> tasks = new ConcurrentHashMap<>();
    private final Map<String, Set<String>> containersOfPods = new ConcurrentHashMap<>();

    /**
     * @param changed gets the uid of a pod when a result changed
     */
    Probes(
            Prober prober,
            EventRecorder events,
            ScheduledExecutorService scheduler,
            Clock clock,
            Consumer<String> changed) {
        this.prober = prober;
        this.events = events;
        this.scheduler = scheduler;
        this.clock = clock;
        this.changed = changed;
    }

    /**
     * Makes the probes follow what runs.
     *
     * @param ending whether the pod is being ended: then only its readiness is still of interest
     * @param wasReady by container id, for those that were running before this agent
     */
    void follow(Pod pod, PodRuntime runtime, boolean ending, Set<String> wasReady) {
        String uid = pod.getMetadata().getUid();
        Set<String> live = new HashSet<>();
        for (Container container : Containers.all(pod)) {
            Optional<PodRuntime.Instance> latest =
                    runtime.latest(container.getName()).filter(PodRuntime.Instance::running);
            if (latest.isEmpty()) {
                continue;
            }
            String id = latest.get().id();
            live.add(id);
            tasks.computeIfAbsent(
                    id, missing -> tasks(pod, container, latest.get(), wasReady.contains(id)));
            Map<Kind, ProbeTask> own = tasks.get(id);
            own.values().forEach(task -> task.update(pod, runtime.ips()));
            begin(own);
            if (ending) {
                stop(id, Kind.STARTUP);
                stop(id, Kind.LIVENESS);
            }
        }
        Set<String> before = containersOfPods.put(uid, live);
        if (before != null) {
            before.stream().filter(id -> !live.contains(id)).forEach(this::forget);
        }
    }

    /** The startup probe goes alone until it has passed. */
    private static void begin(Map<Kind, ProbeTask> own) {
        ProbeTask startup = own.get(Kind.STARTUP);
        if (startup != null && !startup.passing()) {
            startup.start();
        } else {
            own.values().stream().filter(task -> task != startup).forEach(ProbeTask::start);
        }
    }

    void forgetPod(String uid) {
        Set<String> ids = containersOfPods.remove(uid);
        if (ids != null) {
            ids.forEach(this::forget);
        }
    }

    @Override
    public boolean started(String containerId) {
        ProbeTask startup = task(containerId, Kind.STARTUP);
        return startup == null || startup.passing();
    }

    @Override
    public boolean ready(String containerId) {
        ProbeTask readiness = task(containerId, Kind.READINESS);
        return readiness == null || readiness.passing();
    }

    @Override
    public Optional<String> failed(String containerId) {
        for (Kind kind : new Kind[] {Kind.STARTUP, Kind.LIVENESS}) {
            ProbeTask task = task(containerId, kind);
            if (task != null && task.failedForGood()) {
                return Optional.of(
                        "Container "
                                + task.containerName()
                                + " failed "
                                + kind.word
                                + " probe, will be restarted");
            }
        }
        return Optional.empty();
    }

    /** The grace that a failed probe asks for, if it does. */
    Optional<Long> graceOfFailed(String containerId) {
        for (Kind kind : new Kind[] {Kind.STARTUP, Kind.LIVENESS}) {
            ProbeTask task = task(containerId, kind);
            if (task != null && task.failedForGood()) {
                return Optional.ofNullable(task.graceSeconds());
            }
        }
        return Optional.empty();
    }

    @Override
    public void close() {
        Set.copyOf(tasks.keySet()).forEach(this::forget);
    }

    private Map<Kind, ProbeTask> tasks(
            Pod pod, Container container, PodRuntime.Instance instance, boolean wasReady) {
        Map<Kind, ProbeTask> made = new HashMap<>();
        // A container this agent finds ready has passed its startup probe before.
        add(made, Kind.STARTUP, container.getStartupProbe(), pod, container, instance, wasReady);
        add(
                made,
                Kind.READINESS,
                container.getReadinessProbe(),
                pod,
                container,
                instance,
                wasReady);
        add(made, Kind.LIVENESS, container.getLivenessProbe(), pod, container, instance, true);
        return new ConcurrentHashMap<>(made);
    }

    private void add(
            Map<Kind, ProbeTask> made,
            Kind kind,
            Probe probe,
            Pod pod,
            Container container,
            PodRuntime.Instance instance,
            boolean passing) {
        if (probe == null) {
            return;
        }
        made.put(
                kind,
                new ProbeTask(
                        kind,
                        probe,
                        pod,
                        container,
                        instance,
                        passing,
                        prober,
                        events,
                        scheduler,
                        clock,
                        task -> resultChanged(instance.id(), task)));
    }

    private void resultChanged(String containerId, ProbeTask task) {
        if (task.kind() == Kind.STARTUP && task.passing()) {
            task.close();
            Map<Kind, ProbeTask> all = tasks.get(containerId);
            if (all != null) {
                all.values().stream()
                        .filter(other -> other.kind() != Kind.STARTUP)
                        .forEach(ProbeTask::start);
            }
        }
        changed.accept(task.podUid());
    }

    private ProbeTask task(String containerId, Kind kind) {
        Map<Kind, ProbeTask> all = tasks.get(containerId);
        return all == null ? null : all.get(kind);
    }

    private void stop(String containerId, Kind kind) {
        ProbeTask task = task(containerId, kind);
        if (task != null) {
            task.close();
        }
    }

    private void forget(String containerId) {
        Map<Kind, ProbeTask> all = tasks.remove(containerId);
        if (all != null) {
            all.values().forEach(ProbeTask::close);
        }
    }
}
