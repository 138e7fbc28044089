package io.felucca.kubelet;

import io.felucca.kubelet.cri.v1.ContainerState;
import io.felucca.kubelet.cri.v1.ContainerStatus;
import io.felucca.kubelet.cri.v1.PodSandboxState;
import io.felucca.kubelet.cri.v1.PodSandboxStatus;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the runtime has of one pod at one moment. Immutable.
 *
 * @param sandboxes newest first
 * @param containers by the container's name, newest first
 */
record PodRuntime(List<PodSandboxStatus> sandboxes, Map<String, List<Instance>> containers) {

    /** One container in the runtime, and in which sandbox it is. */
    record Instance(String sandboxId, ContainerStatus status) {
        String id() {
            return status.getId();
        }

        boolean running() {
            return status.getState() == ContainerState.CONTAINER_RUNNING;
        }

        boolean exited() {
            return status.getState() == ContainerState.CONTAINER_EXITED;
        }

        /** How often the container was started before. */
        int restartCount() {
            String count = status.getAnnotationsOrDefault(Labels.RESTART_COUNT, "");
            return count.isEmpty()
                    ? status.getMetadata().getAttempt()
                    : Integer.parseUnsignedInt(count);
        }
    }

    static final PodRuntime NOTHING = new PodRuntime(List.of(), Map.of());

    PodRuntime {
        sandboxes = List.copyOf(sandboxes);
        containers = Collections.unmodifiableMap(containers);
    }

    /** The newest sandbox, if that is ready. */
    Optional<PodSandboxStatus> readySandbox() {
        return sandboxes.stream()
                .findFirst()
                .filter(newest -> newest.getState() == PodSandboxState.SANDBOX_READY);
    }

    Optional<Instance> latest(String container) {
        return containers.getOrDefault(container, List.of()).stream().findFirst();
    }

    /** The newest of that name in this sandbox. */
    Optional<Instance> latest(String container, String sandboxId) {
        return latest(container).filter(instance -> instance.sandboxId().equals(sandboxId));
    }

    List<Instance> running() {
        List<Instance> running = new ArrayList<>();
        containers
                .values()
                .forEach(list -> list.stream().filter(Instance::running).forEach(running::add));
        return running;
    }

    boolean empty() {
        return sandboxes.isEmpty() && containers.isEmpty();
    }

    /** The pod's addresses as the network gave them; empty with the host's network. */
    List<String> ips() {
        return readySandbox()
                .filter(sandbox -> !sandbox.getNetwork().getIp().isEmpty())
                .map(
                        sandbox -> {
                            List<String> ips = new ArrayList<>();
                            ips.add(sandbox.getNetwork().getIp());
                            sandbox.getNetwork()
                                    .getAdditionalIpsList()
                                    .forEach(ip -> ips.add(ip.getIp()));
                            return List.copyOf(ips);
                        })
                .orElse(List.of());
    }
}
