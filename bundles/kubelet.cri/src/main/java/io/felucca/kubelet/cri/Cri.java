package io.felucca.kubelet.cri;

import io.felucca.kubelet.cri.v1.AuthConfig;
import io.felucca.kubelet.cri.v1.Container;
import io.felucca.kubelet.cri.v1.ContainerConfig;
import io.felucca.kubelet.cri.v1.ContainerStats;
import io.felucca.kubelet.cri.v1.ContainerStatus;
import io.felucca.kubelet.cri.v1.ExecRequest;
import io.felucca.kubelet.cri.v1.ExecSyncResponse;
import io.felucca.kubelet.cri.v1.FilesystemUsage;
import io.felucca.kubelet.cri.v1.Image;
import io.felucca.kubelet.cri.v1.PodSandbox;
import io.felucca.kubelet.cri.v1.PodSandboxConfig;
import io.felucca.kubelet.cri.v1.PodSandboxStatus;
import io.felucca.kubelet.cri.v1.RuntimeCondition;
import io.felucca.kubelet.cri.v1.VersionResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.osgi.annotation.versioning.ProviderType;

/**
 * One container runtime. Thread-safe. Nothing here blocks: results complete on the event loop of
 * the connection, where dependents may only hand over, or exceptionally with a {@link
 * CriException}. After a loss the connection is made again by itself.
 */
@ProviderType
public interface Cri {
    CompletableFuture<VersionResponse> version();

    CompletableFuture<List<RuntimeCondition>> conditions();

    /** Sandboxes that carry all these labels; all sandboxes for an empty map. */
    CompletableFuture<List<PodSandbox>> sandboxes(Map<String, String> labels);

    CompletableFuture<PodSandboxStatus> sandbox(String id);

    /** Makes and starts a sandbox, network included; gives its id. */
    CompletableFuture<String> runSandbox(PodSandboxConfig config, String runtimeHandler);

    CompletableFuture<Void> stopSandbox(String id);

    CompletableFuture<Void> removeSandbox(String id);

    /** Containers in any state that carry all these labels; all for an empty map. */
    CompletableFuture<List<Container>> containers(Map<String, String> labels);

    CompletableFuture<ContainerStatus> container(String id);

    CompletableFuture<String> createContainer(
            String sandboxId, ContainerConfig config, PodSandboxConfig sandboxConfig);

    CompletableFuture<Void> startContainer(String id);

    /** Signals the container to end and kills it after the grace; completes when it has ended. */
    CompletableFuture<Void> stopContainer(String id, Duration grace);

    CompletableFuture<Void> removeContainer(String id);

    CompletableFuture<Void> reopenLog(String containerId);

    /** Runs a command in the container; the runtime kills it after the time-out. */
    CompletableFuture<ExecSyncResponse> execSync(String id, List<String> command, Duration timeout);

    /** The one-shot streaming URL for a command. */
    CompletableFuture<String> exec(ExecRequest request);

    CompletableFuture<String> attach(
            String id, boolean stdin, boolean stdout, boolean stderr, boolean tty);

    CompletableFuture<String> portForward(String sandboxId, List<Integer> ports);

    CompletableFuture<List<ContainerStats>> stats();

    CompletableFuture<List<Image>> images();

    /** Empty if the runtime doesn't have the image. */
    CompletableFuture<Optional<Image>> image(String name);

    /** Pulls an image; gives the reference by which containers name it. */
    CompletableFuture<String> pull(
            String name, Optional<AuthConfig> auth, PodSandboxConfig sandboxConfig);

    CompletableFuture<Void> removeImage(String name);

    CompletableFuture<List<FilesystemUsage>> imageFilesystems();

    /** Tries to connect now, without waiting for the pause after a failure. */
    void reconnect();

    /**
     * Waits for a result.
     *
     * @throws CriException as the result's own failure; with {@link CriException.Code#Canceled}
     *     when the waiting thread is interrupted
     */
    static <T> T await(CompletableFuture<T> result) {
        try {
            return result.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            CriException stopped =
                    new CriException(CriException.Code.Canceled, "the wait was interrupted");
            stopped.initCause(e);
            throw stopped;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof CriException cri) {
                // A new one, so that the trace shows who waited.
                CriException here = new CriException(cri.code(), cri.description());
                here.initCause(cri);
                throw here;
            }
            throw new IllegalStateException(e.getCause());
        }
    }
}
