package io.felucca.itests.benchmarks;

import io.felucca.kubelet.cri.Cri;
import io.felucca.kubelet.cri.GrpcCri;
import io.felucca.kubelet.cri.v1.ContainerConfig;
import io.felucca.kubelet.cri.v1.ContainerMetadata;
import io.felucca.kubelet.cri.v1.ImageSpec;
import io.felucca.kubelet.cri.v1.PodSandboxConfig;
import io.felucca.kubelet.cri.v1.PodSandboxMetadata;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.IntStream;

/** The limit of pod starts: sandbox, create and start, asked of the same containerd directly. */
final class BareRuntime implements AutoCloseable {
    /** They warn of TCP's options on a unix socket; held, or else the setting is forgotten. */
    private static final List<Logger> QUIET =
            List.of(Logger.getLogger("io.grpc"), Logger.getLogger("io.netty"));

    private final GrpcCri cri;
    private final String image;
    private int started;

    BareRuntime(Path socket, String image) {
        QUIET.forEach(logger -> logger.setLevel(Level.SEVERE));
        this.cri = GrpcCri.connect(socket);
        this.image = image;
    }

    /** Starts so many at once, and removes them again; gives how long the starts took. */
    double startSeconds(int pods) {
        List<PodSandboxConfig> configs = IntStream.range(0, pods).mapToObj(n -> config()).toList();
        long begin = System.nanoTime();
        List<CompletableFuture<String>> all = configs.stream().map(this::start).toList();
        List<String> ids = all.stream().map(Cri::await).toList();
        double seconds = (System.nanoTime() - begin) / 1e9;
        ids.stream()
                .map(id -> cri.stopSandbox(id).thenCompose(stopped -> cri.removeSandbox(id)))
                .toList()
                .forEach(Cri::await);
        return seconds;
    }

    private PodSandboxConfig config() {
        String name = "bare-" + ProcessHandle.current().pid() + "-" + started++;
        return PodSandboxConfig.newBuilder()
                .setMetadata(
                        PodSandboxMetadata.newBuilder()
                                .setName(name)
                                .setUid(name)
                                .setNamespace("bench-bare"))
                .build();
    }

    private CompletableFuture<String> start(PodSandboxConfig sandbox) {
        ContainerConfig container =
                ContainerConfig.newBuilder()
                        .setMetadata(ContainerMetadata.newBuilder().setName("pause"))
                        .setImage(ImageSpec.newBuilder().setImage(image))
                        .build();
        return cri.runSandbox(sandbox, "")
                .thenCompose(
                        id ->
                                cri.createContainer(id, container, sandbox)
                                        .thenCompose(cri::startContainer)
                                        .thenApply(done -> id));
    }

    @Override
    public void close() {
        cri.close();
    }
}
