package io.felucca.kubelet;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.felucca.kubelet.PodRuntime.Instance;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What has to happen next so that the runtime has what a pod wants. Pure: decided from the spec,
 * the runtime and the probes.
 *
 * @param sandbox whether a sandbox has to be made first; then nothing is started yet
 * @param start in this order, each when its image and its back-off allow
 * @param done whether the pod has run to its end, by success or by a failure that nothing repairs
 */
record ContainerPlan(boolean sandbox, List<Container> start, List<Kill> kill, boolean done) {

    /**
     * @param why as the event says it
     */
    record Kill(Instance instance, Container container, String why) {}

    ContainerPlan {
        start = List.copyOf(start);
        kill = List.copyOf(kill);
    }

    static ContainerPlan decide(Pod pod, PodRuntime runtime, Health health) {
        List<Container> start = new ArrayList<>();
        List<Kill> kill = new ArrayList<>();
        Optional<String> sandbox = runtime.readySandbox().map(ready -> ready.getId());
        if (sandbox.isEmpty()) {
            return withoutSandbox(pod, runtime);
        }
        boolean begun =
                pod.getSpec().getContainers().stream()
                        .anyMatch(one -> runtime.latest(one.getName(), sandbox.get()).isPresent());
        Progress init = initContainers(pod, runtime, health, sandbox.get(), begun, start, kill);
        if (init == Progress.FAILED) {
            return new ContainerPlan(false, List.of(), kill, true);
        }
        if (init == Progress.UNDER_WAY) {
            return new ContainerPlan(false, start, kill, false);
        }
        boolean busy = appContainers(pod, runtime, health, sandbox.get(), start, kill);
        if (!busy) {
            // Sidecars end with the last container they are for.
            return new ContainerPlan(false, List.of(), sidecars(pod, runtime), true);
        }
        return new ContainerPlan(false, start, kill, false);
    }

    private enum Progress {
        UNDER_WAY,
        COMPLETE,
        FAILED
    }

    private static ContainerPlan withoutSandbox(Pod pod, PodRuntime runtime) {
        boolean everStarted = false;
        boolean wanted = false;
        for (Container container : pod.getSpec().getContainers()) {
            Optional<Instance> latest = runtime.latest(container.getName());
            everStarted |= latest.isPresent();
            wanted |= latest.isEmpty() || restarts(pod, container, latest.get());
        }
        boolean again = !runtime.sandboxes().isEmpty();
        boolean never = Containers.restartPolicy(pod).equals("Never");
        boolean initFailed = again && never && runtime.containers().size() > 0;
        if (!wanted || initFailed) {
            return new ContainerPlan(false, List.of(), List.of(), everStarted || initFailed);
        }
        return new ContainerPlan(true, List.of(), List.of(), false);
    }

    private static Progress initContainers(
            Pod pod,
            PodRuntime runtime,
            Health health,
            String sandbox,
            boolean begun,
            List<Container> start,
            List<Kill> kill) {
        for (Container container : pod.getSpec().getInitContainers()) {
            Optional<Instance> latest = runtime.latest(container.getName(), sandbox);
            boolean running = latest.isPresent() && latest.get().running();
            if (Containers.isSidecar(container)) {
                if (!running) {
                    start.add(container);
                } else {
                    health.failed(latest.get().id())
                            .ifPresent(why -> kill.add(new Kill(latest.get(), container, why)));
                }
                if (!begun && (!running || !health.started(latest.get().id()))) {
                    return Progress.UNDER_WAY;
                }
                continue;
            }
            if (begun) {
                // The runtime may have forgotten init containers that ended long ago.
                continue;
            }
            if (running) {
                return Progress.UNDER_WAY;
            }
            if (latest.isPresent() && latest.get().exited()) {
                if (latest.get().status().getExitCode() == 0) {
                    continue;
                }
                if (Containers.restartPolicy(pod).equals("Never")) {
                    return Progress.FAILED;
                }
            }
            start.add(container);
            return Progress.UNDER_WAY;
        }
        return Progress.COMPLETE;
    }

    /** Whether anything still runs or has to be started. */
    private static boolean appContainers(
            Pod pod,
            PodRuntime runtime,
            Health health,
            String sandbox,
            List<Container> start,
            List<Kill> kill) {
        boolean busy = false;
        for (Container container : pod.getSpec().getContainers()) {
            Optional<Instance> latest = runtime.latest(container.getName());
            if (latest.isEmpty()) {
                start.add(container);
                busy = true;
            } else if (latest.get().running()) {
                busy = true;
                reasonToEnd(container, latest.get(), health, sandbox)
                        .ifPresent(why -> kill.add(new Kill(latest.get(), container, why)));
            } else if (restarts(pod, container, latest.get())) {
                start.add(container);
                busy = true;
            }
        }
        return busy;
    }

    private static Optional<String> reasonToEnd(
            Container container, Instance instance, Health health, String sandbox) {
        String name = "Container " + container.getName();
        if (!instance.sandboxId().equals(sandbox)) {
            return Optional.of("Pod sandbox changed, it will be killed and re-created.");
        }
        String hash = instance.status().getAnnotationsOrDefault(Labels.HASH, "");
        if (!hash.isEmpty() && !hash.equals(Labels.hash(container))) {
            return Optional.of(name + " definition changed, will be restarted");
        }
        return health.failed(instance.id());
    }

    private static List<Kill> sidecars(Pod pod, PodRuntime runtime) {
        List<Kill> kill = new ArrayList<>();
        for (Container container : pod.getSpec().getInitContainers()) {
            runtime.latest(container.getName())
                    .filter(Instance::running)
                    .ifPresent(
                            instance ->
                                    kill.add(
                                            new Kill(
                                                    instance,
                                                    container,
                                                    "Stopping container " + container.getName())));
        }
        return kill;
    }

    /** Whether a container that is not running is started again. */
    static boolean restarts(Pod pod, Container container, Instance ended) {
        if (!ended.exited() || Containers.isSidecar(container)) {
            return true;
        }
        return switch (Containers.restartPolicy(pod)) {
            case "Never" -> false;
            case "OnFailure" -> ended.status().getExitCode() != 0;
            default -> true;
        };
    }
}
