package io.felucca.kubelet;

import io.fabric8.kubernetes.api.model.Pod;
import io.felucca.kubelet.cri.Cri;
import io.felucca.kubelet.cri.CriException;
import io.felucca.kubelet.cri.v1.PodSandboxConfig;
import io.felucca.kubelet.cri.v1.PodSandboxState;
import io.felucca.kubelet.cri.v1.PodSandboxStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Makes and ends the sandboxes of one pod. Used by one worker. */
final class PodSandboxes {
    private final PodParts parts;
    private int highestAttempt = -1;

    PodSandboxes(PodParts parts) {
        this.parts = parts;
    }

    /** Makes a sandbox after ending what is left of the one before. */
    void create(Pod pod, PodRuntime runtime) throws IOException, ConfigurationException {
        if (Boolean.FALSE.equals(pod.getSpec().getHostUsers())) {
            // The runtime would silently run it without a user namespace.
            throw new ConfigurationException(
                    "this node's runtime doesn't support user namespaces (hostUsers: false)");
        }
        if (!runtime.sandboxes().isEmpty()) {
            parts.events()
                    .normal(
                            pod,
                            "SandboxChanged",
                            "Pod sandbox changed, it will be killed and re-created.");
            for (PodSandboxStatus old : runtime.sandboxes()) {
                stop(old);
            }
        }
        String handler = parts.runtimeClasses().handler(pod);
        PodSandboxConfig config = parts.sandboxes().of(pod, nextAttempt(runtime));
        Files.createDirectories(Path.of(config.getLogDirectory()));
        Cri.await(parts.cri().runSandbox(config, handler));
    }

    /** The configuration as the running sandbox has it, for the containers that go into it. */
    PodSandboxConfig config(Pod pod, PodSandboxStatus sandbox) throws IOException {
        return parts.sandboxes().of(pod, sandbox.getMetadata().getAttempt());
    }

    /** Ends what still runs, network included; does nothing if all is ended. */
    void stopAll(PodRuntime runtime) {
        for (PodSandboxStatus sandbox : runtime.sandboxes()) {
            if (sandbox.getState() == PodSandboxState.SANDBOX_READY) {
                stop(sandbox);
            }
        }
    }

    /** Removes all sandboxes with their containers. */
    void removeAll(PodRuntime runtime) {
        for (PodSandboxStatus sandbox : runtime.sandboxes()) {
            stop(sandbox);
            Cri.await(parts.cri().removeSandbox(sandbox.getId()));
        }
    }

    private void stop(PodSandboxStatus sandbox) {
        try {
            Cri.await(parts.cri().stopSandbox(sandbox.getId()));
        } catch (CriException e) {
            if (!e.isNotFound()) {
                throw e;
            }
        }
    }

    /** The runtime reserves a name by attempt, also for one that it failed to make. */
    private int nextAttempt(PodRuntime runtime) {
        for (PodSandboxStatus sandbox : runtime.sandboxes()) {
            highestAttempt = Math.max(highestAttempt, sandbox.getMetadata().getAttempt());
        }
        highestAttempt++;
        return highestAttempt;
    }
}
