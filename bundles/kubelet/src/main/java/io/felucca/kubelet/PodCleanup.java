package io.felucca.kubelet;

import io.fabric8.kubernetes.api.model.Pod;
import io.felucca.kubelet.PodRuntime.Instance;
import io.felucca.kubelet.cri.Cri;
import io.felucca.kubelet.cri.CriException;
import io.felucca.kubelet.cri.v1.PodSandboxStatus;
import io.felucca.kubelet.volume.Volumes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes what pods leave behind. Thread-safe for different pods. */
final class PodCleanup {
    private static final Logger LOG = LoggerFactory.getLogger(PodCleanup.class);

    /** Dead containers that are kept of each name, for their logs and last state. */
    private static final int KEPT_DEAD = 1;

    private final PodParts parts;

    PodCleanup(PodParts parts) {
        this.parts = parts;
    }

    /** Removes the dead containers and sandboxes that nobody needs any more. */
    void prune(PodRuntime runtime) {
        Set<String> inUse = new HashSet<>();
        for (List<Instance> instances : runtime.containers().values()) {
            int dead = 0;
            for (Instance instance : instances) {
                dead += instance.exited() ? 1 : 0;
                if (instance.exited() && dead > KEPT_DEAD) {
                    removeContainer(instance);
                } else {
                    inUse.add(instance.sandboxId());
                }
            }
        }
        // The first one is the newest: it is the pod's.
        for (PodSandboxStatus old : runtime.sandboxes().stream().skip(1).toList()) {
            if (!inUse.contains(old.getId())) {
                Cri.await(parts.cri().stopSandbox(old.getId()));
                Cri.await(parts.cri().removeSandbox(old.getId()));
            }
        }
    }

    private void removeContainer(Instance instance) {
        try {
            Cri.await(parts.cri().removeContainer(instance.id()));
            deleteLogs(instance.status().getLogPath());
        } catch (CriException e) {
            if (!e.isNotFound()) {
                throw e;
            }
        } catch (IOException e) {
            LOG.warn("the logs of container {} can't be removed", instance.id(), e);
        }
    }

    /** The log and those that were rotated away from it. */
    private static void deleteLogs(String logPath) throws IOException {
        if (logPath.isEmpty()) {
            return;
        }
        Path log = Path.of(logPath);
        if (!Files.isDirectory(log.getParent())) {
            return;
        }
        String name = log.getFileName().toString();
        try (Stream<Path> siblings = Files.list(log.getParent())) {
            for (Path sibling : siblings.toList()) {
                String other = sibling.getFileName().toString();
                if (other.equals(name) || other.startsWith(name + ".")) {
                    Files.deleteIfExists(sibling);
                }
            }
        }
    }

    /** Removes volumes and cgroups; false while the kernel still needs a moment. */
    boolean tearDown(String uid) {
        try {
            parts.volumes().remove(uid);
        } catch (IOException e) {
            LOG.warn("the volumes of pod {} can't be removed yet: {}", uid, e.toString());
            return false;
        }
        return parts.cgroups().remove(uid);
    }

    void removeFiles(String uid, Optional<Pod> pod) {
        try {
            parts.volumes().removeAll(uid);
            Volumes.deleteTree(logs(uid, pod));
        } catch (IOException e) {
            throw new UncheckedIOException("the files of pod " + uid + " can't be removed", e);
        }
    }

    private Path logs(String uid, Optional<Pod> pod) throws IOException {
        if (pod.isPresent()) {
            return parts.node()
                    .podLogs(
                            pod.get().getMetadata().getNamespace(),
                            pod.get().getMetadata().getName(),
                            uid);
        }
        Path none = parts.node().podLogs("", "", uid);
        if (!Files.isDirectory(parts.node().logs())) {
            return none;
        }
        try (Stream<Path> all = Files.list(parts.node().logs())) {
            return all.filter(one -> one.getFileName().toString().endsWith("_" + uid))
                    .findFirst()
                    .orElse(none);
        }
    }
}
