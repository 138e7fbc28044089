package io.felucca.kubelet;

import io.felucca.kubelet.cri.Cri;
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

/** A runtime whose every call is counted, under upstream's names of operations. Thread-safe. */
final class CountedCri implements Cri {
    private final Cri cri;
    private final KubeletMetrics metrics;

    CountedCri(Cri cri, KubeletMetrics metrics) {
        this.cri = cri;
        this.metrics = metrics;
    }

    private <T> CompletableFuture<T> count(String operation, CompletableFuture<T> call) {
        return metrics.operation(operation, call);
    }

    @Override
    public CompletableFuture<VersionResponse> version() {
        return count("version", cri.version());
    }

    @Override
    public CompletableFuture<List<RuntimeCondition>> conditions() {
        return count("status", cri.conditions());
    }

    @Override
    public CompletableFuture<List<PodSandbox>> sandboxes(Map<String, String> labels) {
        return count("list_podsandbox", cri.sandboxes(labels));
    }

    @Override
    public CompletableFuture<PodSandboxStatus> sandbox(String id) {
        return count("podsandbox_status", cri.sandbox(id));
    }

    @Override
    public CompletableFuture<String> runSandbox(PodSandboxConfig config, String runtimeHandler) {
        return metrics.sandbox(
                runtimeHandler, count("run_podsandbox", cri.runSandbox(config, runtimeHandler)));
    }

    @Override
    public CompletableFuture<Void> stopSandbox(String id) {
        return count("stop_podsandbox", cri.stopSandbox(id));
    }

    @Override
    public CompletableFuture<Void> removeSandbox(String id) {
        return count("remove_podsandbox", cri.removeSandbox(id));
    }

    @Override
    public CompletableFuture<List<Container>> containers(Map<String, String> labels) {
        return count("list_containers", cri.containers(labels));
    }

    @Override
    public CompletableFuture<ContainerStatus> container(String id) {
        return count("container_status", cri.container(id));
    }

    @Override
    public CompletableFuture<String> createContainer(
            String sandboxId, ContainerConfig config, PodSandboxConfig sandboxConfig) {
        return count("create_container", cri.createContainer(sandboxId, config, sandboxConfig));
    }

    @Override
    public CompletableFuture<Void> startContainer(String id) {
        return count("start_container", cri.startContainer(id));
    }

    @Override
    public CompletableFuture<Void> stopContainer(String id, Duration grace) {
        return count("stop_container", cri.stopContainer(id, grace));
    }

    @Override
    public CompletableFuture<Void> removeContainer(String id) {
        return count("remove_container", cri.removeContainer(id));
    }

    @Override
    public CompletableFuture<Void> reopenLog(String containerId) {
        return count("reopen_container_log", cri.reopenLog(containerId));
    }

    @Override
    public CompletableFuture<ExecSyncResponse> execSync(
            String id, List<String> command, Duration timeout) {
        return count("exec_sync", cri.execSync(id, command, timeout));
    }

    @Override
    public CompletableFuture<String> exec(ExecRequest request) {
        return count("exec", cri.exec(request));
    }

    @Override
    public CompletableFuture<String> attach(
            String id, boolean stdin, boolean stdout, boolean stderr, boolean tty) {
        return count("attach", cri.attach(id, stdin, stdout, stderr, tty));
    }

    @Override
    public CompletableFuture<String> portForward(String sandboxId, List<Integer> ports) {
        return count("port_forward", cri.portForward(sandboxId, ports));
    }

    @Override
    public CompletableFuture<List<ContainerStats>> stats() {
        return count("list_container_stats", cri.stats());
    }

    @Override
    public CompletableFuture<List<Image>> images() {
        return count("list_images", cri.images());
    }

    @Override
    public CompletableFuture<Optional<Image>> image(String name) {
        return count("image_status", cri.image(name));
    }

    @Override
    public CompletableFuture<String> pull(
            String name, Optional<AuthConfig> auth, PodSandboxConfig sandboxConfig) {
        return count("pull_image", cri.pull(name, auth, sandboxConfig));
    }

    @Override
    public CompletableFuture<Void> removeImage(String name) {
        return count("remove_image", cri.removeImage(name));
    }

    @Override
    public CompletableFuture<List<FilesystemUsage>> imageFilesystems() {
        return count("image_fs_info", cri.imageFilesystems());
    }

    @Override
    public void reconnect() {
        cri.reconnect();
    }
}
