package io.felucca.kubelet;

import io.felucca.kubelet.cri.Cri;
import io.felucca.kubelet.cri.CriException;
import io.felucca.kubelet.cri.v1.Container;
import io.felucca.kubelet.cri.v1.ContainerState;
import io.felucca.kubelet.cri.v1.ContainerStatus;
import io.felucca.kubelet.cri.v1.PodSandbox;
import io.felucca.kubelet.cri.v1.PodSandboxStatus;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Reads what the runtime has of one pod. Keeps the statuses of ended containers, which change no
 * more. Used by one worker; not thread-safe.
 */
final class RuntimeReader {
    private final Cri cri;
    private final Map<String, String> selector;
    private Map<String, ContainerStatus> ended = Map.of();

    RuntimeReader(Cri cri, String uid) {
        this.cri = cri;
        this.selector = Map.of(Labels.POD_UID, uid);
    }

    PodRuntime read() {
        CompletableFuture<List<PodSandbox>> sandboxes = cri.sandboxes(selector);
        CompletableFuture<List<Container>> containers = cri.containers(selector);
        List<PodSandbox> foundSandboxes = new ArrayList<>(Cri.await(sandboxes));
        List<Container> foundContainers = new ArrayList<>(Cri.await(containers));
        foundSandboxes.sort(Comparator.comparingLong(PodSandbox::getCreatedAt).reversed());
        foundContainers.sort(Comparator.comparingLong(Container::getCreatedAt).reversed());
        return new PodRuntime(sandboxStatuses(foundSandboxes), containerStatuses(foundContainers));
    }

    private List<PodSandboxStatus> sandboxStatuses(List<PodSandbox> found) {
        List<CompletableFuture<PodSandboxStatus>> asked =
                found.stream().map(sandbox -> cri.sandbox(sandbox.getId())).toList();
        List<PodSandboxStatus> statuses = new ArrayList<>();
        for (CompletableFuture<PodSandboxStatus> one : asked) {
            unlessGone(one).ifPresent(statuses::add);
        }
        return statuses;
    }

    private Map<String, List<PodRuntime.Instance>> containerStatuses(List<Container> found) {
        List<CompletableFuture<ContainerStatus>> asked = new ArrayList<>();
        for (Container container : found) {
            ContainerStatus known = ended.get(container.getId());
            asked.add(
                    known != null
                            ? CompletableFuture.completedFuture(known)
                            : cri.container(container.getId()));
        }
        Map<String, ContainerStatus> nowEnded = new HashMap<>();
        Map<String, List<PodRuntime.Instance>> byName = new LinkedHashMap<>();
        for (int i = 0; i < found.size(); i++) {
            Container container = found.get(i);
            unlessGone(asked.get(i))
                    .ifPresent(
                            status -> {
                                if (status.getState() == ContainerState.CONTAINER_EXITED) {
                                    nowEnded.put(status.getId(), status);
                                }
                                byName.computeIfAbsent(
                                                status.getMetadata().getName(),
                                                name -> new ArrayList<>())
                                        .add(
                                                new PodRuntime.Instance(
                                                        container.getPodSandboxId(), status));
                            });
        }
        ended = nowEnded;
        return byName;
    }

    /** What was removed between the list and the question is not there. */
    private static <T> Optional<T> unlessGone(CompletableFuture<T> asked) {
        try {
            return Optional.of(Cri.await(asked));
        } catch (CriException e) {
            if (e.isNotFound()) {
                return Optional.empty();
            }
            throw e;
        }
    }
}
