package io.felucca.kubelet;

import io.fabric8.kubernetes.api.model.Pod;
import io.felucca.client.api.Informer;
import io.felucca.kubelet.cri.Cri;
import io.felucca.kubelet.cri.CriException;
import io.felucca.kubelet.cri.v1.Container;
import io.felucca.kubelet.cri.v1.ContainerState;
import io.felucca.kubelet.volume.Volumes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is done every now and then: logs are rotated, and what pods left behind that no worker knew
 * of (they went while no agent ran) is removed. Used by one thread.
 */
final class Housekeeping implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);

    private final NodeSettings node;
    private final Cri cri;
    private final PodCgroups cgroups;
    private final Volumes volumes;
    private final Informer<Pod> pods;
    private final Relist relist;
    private final LogRotation rotation;

    Housekeeping(
            NodeSettings node,
            Cri cri,
            PodCgroups cgroups,
            Volumes volumes,
            Informer<Pod> pods,
            Relist relist) {
        this.node = node;
        this.cri = cri;
        this.cgroups = cgroups;
        this.volumes = volumes;
        this.pods = pods;
        this.relist = relist;
        this.rotation = new LogRotation(cri);
    }

    @Override
    public void run() {
        try {
            rotateLogs();
            if (pods.synced() && relist.listed() && relist.reachable()) {
                removeOrphanedFiles();
            }
        } catch (CriException e) {
            LOG.debug("the runtime is away: {}", e.getMessage());
        } catch (IOException e) {
            LOG.warn("housekeeping failed", e);
        }
    }

    private void rotateLogs() throws IOException {
        for (Container container : Cri.await(cri.containers(Map.of()))) {
            String uid = container.getLabelsOrDefault(Labels.POD_UID, "");
            if (container.getState() == ContainerState.CONTAINER_RUNNING && !uid.isEmpty()) {
                Path log =
                        node.podLogs(
                                        container.getLabelsOrDefault(Labels.POD_NAMESPACE, ""),
                                        container.getLabelsOrDefault(Labels.POD_NAME, ""),
                                        uid)
                                .resolve(container.getMetadata().getName())
                                .resolve(container.getMetadata().getAttempt() + ".log");
                rotation.check(container.getId(), log);
            }
        }
    }

    /** Of pods that neither the API nor the runtime has. */
    private void removeOrphanedFiles() throws IOException {
        Set<String> known = new HashSet<>(relist.podUids());
        pods.list().forEach(pod -> known.add(pod.getMetadata().getUid()));
        Set<String> orphans = new HashSet<>(cgroups.uids());
        Path directories = node.data().resolve("kubelet").resolve("pods");
        try (Stream<Path> all = Files.list(directories)) {
            all.forEach(one -> orphans.add(one.getFileName().toString()));
        }
        orphans.removeAll(known);
        for (String uid : orphans) {
            volumes.removeAll(uid);
            cgroups.remove(uid);
        }
    }
}
