package io.felucca.kubelet.cri;

import com.google.protobuf.MessageLite;
import io.felucca.kubelet.cri.v1.AttachRequest;
import io.felucca.kubelet.cri.v1.AttachResponse;
import io.felucca.kubelet.cri.v1.AuthConfig;
import io.felucca.kubelet.cri.v1.Container;
import io.felucca.kubelet.cri.v1.ContainerConfig;
import io.felucca.kubelet.cri.v1.ContainerFilter;
import io.felucca.kubelet.cri.v1.ContainerStats;
import io.felucca.kubelet.cri.v1.ContainerStatus;
import io.felucca.kubelet.cri.v1.ContainerStatusRequest;
import io.felucca.kubelet.cri.v1.ContainerStatusResponse;
import io.felucca.kubelet.cri.v1.CreateContainerRequest;
import io.felucca.kubelet.cri.v1.CreateContainerResponse;
import io.felucca.kubelet.cri.v1.ExecRequest;
import io.felucca.kubelet.cri.v1.ExecResponse;
import io.felucca.kubelet.cri.v1.ExecSyncRequest;
import io.felucca.kubelet.cri.v1.ExecSyncResponse;
import io.felucca.kubelet.cri.v1.FilesystemUsage;
import io.felucca.kubelet.cri.v1.Image;
import io.felucca.kubelet.cri.v1.ImageFsInfoRequest;
import io.felucca.kubelet.cri.v1.ImageFsInfoResponse;
import io.felucca.kubelet.cri.v1.ImageServiceGrpc;
import io.felucca.kubelet.cri.v1.ImageSpec;
import io.felucca.kubelet.cri.v1.ImageStatusRequest;
import io.felucca.kubelet.cri.v1.ListContainerStatsRequest;
import io.felucca.kubelet.cri.v1.ListContainerStatsResponse;
import io.felucca.kubelet.cri.v1.ListContainersRequest;
import io.felucca.kubelet.cri.v1.ListContainersResponse;
import io.felucca.kubelet.cri.v1.ListImagesRequest;
import io.felucca.kubelet.cri.v1.ListImagesResponse;
import io.felucca.kubelet.cri.v1.ListPodSandboxRequest;
import io.felucca.kubelet.cri.v1.ListPodSandboxResponse;
import io.felucca.kubelet.cri.v1.PodSandbox;
import io.felucca.kubelet.cri.v1.PodSandboxConfig;
import io.felucca.kubelet.cri.v1.PodSandboxFilter;
import io.felucca.kubelet.cri.v1.PodSandboxStatus;
import io.felucca.kubelet.cri.v1.PodSandboxStatusRequest;
import io.felucca.kubelet.cri.v1.PodSandboxStatusResponse;
import io.felucca.kubelet.cri.v1.PortForwardRequest;
import io.felucca.kubelet.cri.v1.PortForwardResponse;
import io.felucca.kubelet.cri.v1.PullImageRequest;
import io.felucca.kubelet.cri.v1.PullImageResponse;
import io.felucca.kubelet.cri.v1.RemoveContainerRequest;
import io.felucca.kubelet.cri.v1.RemoveImageRequest;
import io.felucca.kubelet.cri.v1.RemovePodSandboxRequest;
import io.felucca.kubelet.cri.v1.ReopenContainerLogRequest;
import io.felucca.kubelet.cri.v1.RunPodSandboxRequest;
import io.felucca.kubelet.cri.v1.RunPodSandboxResponse;
import io.felucca.kubelet.cri.v1.RuntimeCondition;
import io.felucca.kubelet.cri.v1.RuntimeServiceGrpc;
import io.felucca.kubelet.cri.v1.StartContainerRequest;
import io.felucca.kubelet.cri.v1.StatusRequest;
import io.felucca.kubelet.cri.v1.StopContainerRequest;
import io.felucca.kubelet.cri.v1.StopPodSandboxRequest;
import io.felucca.kubelet.cri.v1.VersionRequest;
import io.felucca.kubelet.cri.v1.VersionResponse;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;

/**
 * The runtime behind a unix socket, over gRPC. One connection, one thread. A service where one is
 * configured.
 */
@Component(
        service = Cri.class,
        configurationPid = "io.felucca.cluster",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class GrpcCri implements Cri, AutoCloseable {
    private static final Duration SHORT = Duration.ofMinutes(2);

    /** A sandbox may wait for the network plugin's address detection and for locks. */
    private static final Duration LONG = Duration.ofMinutes(4);

    /** Pulls end by the runtime's own progress time-out; this only bounds what hangs for good. */
    private static final Duration PULL = Duration.ofHours(1);

    private static final int MAX_MESSAGE_BYTES = 16 << 20;

    private final EventLoopGroup loop;
    private final ManagedChannel channel;

    /** Where the runtime listens. */
    public @interface Config {
        String containerd_socket() default "/run/containerd/containerd.sock";
    }

    @Activate
    public GrpcCri(Config config) {
        this(Path.of(config.containerd_socket()));
    }

    private GrpcCri(Path socket) {
        loop =
                new MultiThreadIoEventLoopGroup(
                        1, new DefaultThreadFactory("cri", true), NioIoHandler.newFactory());
        channel =
                NettyChannelBuilder.forAddress(UnixDomainSocketAddress.of(socket))
                        .channelType(NioDomainSocketChannel.class, UnixDomainSocketAddress.class)
                        .eventLoopGroup(loop)
                        .directExecutor()
                        .usePlaintext()
                        .overrideAuthority("localhost")
                        .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                        .build();
    }

    /** Never fails: a socket that isn't there (yet) shows as an unavailable runtime. */
    public static GrpcCri connect(Path socket) {
        return new GrpcCri(socket);
    }

    @Override
    public CompletableFuture<VersionResponse> version() {
        return call(
                RuntimeServiceGrpc.getVersionMethod(),
                VersionRequest.newBuilder().setVersion("v1").build(),
                SHORT);
    }

    @Override
    public CompletableFuture<List<RuntimeCondition>> conditions() {
        return call(RuntimeServiceGrpc.getStatusMethod(), StatusRequest.getDefaultInstance(), SHORT)
                .thenApply(answer -> answer.getStatus().getConditionsList());
    }

    @Override
    public CompletableFuture<List<PodSandbox>> sandboxes(Map<String, String> labels) {
        PodSandboxFilter filter = PodSandboxFilter.newBuilder().putAllLabelSelector(labels).build();
        return call(
                        RuntimeServiceGrpc.getListPodSandboxMethod(),
                        ListPodSandboxRequest.newBuilder().setFilter(filter).build(),
                        SHORT)
                .thenApply(ListPodSandboxResponse::getItemsList);
    }

    @Override
    public CompletableFuture<PodSandboxStatus> sandbox(String id) {
        return call(
                        RuntimeServiceGrpc.getPodSandboxStatusMethod(),
                        PodSandboxStatusRequest.newBuilder().setPodSandboxId(id).build(),
                        SHORT)
                .thenApply(PodSandboxStatusResponse::getStatus);
    }

    @Override
    public CompletableFuture<String> runSandbox(PodSandboxConfig config, String runtimeHandler) {
        return call(
                        RuntimeServiceGrpc.getRunPodSandboxMethod(),
                        RunPodSandboxRequest.newBuilder()
                                .setConfig(config)
                                .setRuntimeHandler(runtimeHandler)
                                .build(),
                        LONG)
                .thenApply(RunPodSandboxResponse::getPodSandboxId);
    }

    @Override
    public CompletableFuture<Void> stopSandbox(String id) {
        return nothing(
                call(
                        RuntimeServiceGrpc.getStopPodSandboxMethod(),
                        StopPodSandboxRequest.newBuilder().setPodSandboxId(id).build(),
                        SHORT));
    }

    @Override
    public CompletableFuture<Void> removeSandbox(String id) {
        return nothing(
                call(
                        RuntimeServiceGrpc.getRemovePodSandboxMethod(),
                        RemovePodSandboxRequest.newBuilder().setPodSandboxId(id).build(),
                        SHORT));
    }

    @Override
    public CompletableFuture<List<Container>> containers(Map<String, String> labels) {
        ContainerFilter filter = ContainerFilter.newBuilder().putAllLabelSelector(labels).build();
        return call(
                        RuntimeServiceGrpc.getListContainersMethod(),
                        ListContainersRequest.newBuilder().setFilter(filter).build(),
                        SHORT)
                .thenApply(ListContainersResponse::getContainersList);
    }

    @Override
    public CompletableFuture<ContainerStatus> container(String id) {
        return call(
                        RuntimeServiceGrpc.getContainerStatusMethod(),
                        ContainerStatusRequest.newBuilder().setContainerId(id).build(),
                        SHORT)
                .thenApply(ContainerStatusResponse::getStatus);
    }

    @Override
    public CompletableFuture<String> createContainer(
            String sandboxId, ContainerConfig config, PodSandboxConfig sandboxConfig) {
        return call(
                        RuntimeServiceGrpc.getCreateContainerMethod(),
                        CreateContainerRequest.newBuilder()
                                .setPodSandboxId(sandboxId)
                                .setConfig(config)
                                .setSandboxConfig(sandboxConfig)
                                .build(),
                        SHORT)
                .thenApply(CreateContainerResponse::getContainerId);
    }

    @Override
    public CompletableFuture<Void> startContainer(String id) {
        return nothing(
                call(
                        RuntimeServiceGrpc.getStartContainerMethod(),
                        StartContainerRequest.newBuilder().setContainerId(id).build(),
                        SHORT));
    }

    @Override
    public CompletableFuture<Void> stopContainer(String id, Duration grace) {
        return nothing(
                call(
                        RuntimeServiceGrpc.getStopContainerMethod(),
                        StopContainerRequest.newBuilder()
                                .setContainerId(id)
                                .setTimeout(grace.toSeconds())
                                .build(),
                        grace.plus(SHORT)));
    }

    @Override
    public CompletableFuture<Void> removeContainer(String id) {
        return nothing(
                call(
                        RuntimeServiceGrpc.getRemoveContainerMethod(),
                        RemoveContainerRequest.newBuilder().setContainerId(id).build(),
                        SHORT));
    }

    @Override
    public CompletableFuture<Void> reopenLog(String containerId) {
        return nothing(
                call(
                        RuntimeServiceGrpc.getReopenContainerLogMethod(),
                        ReopenContainerLogRequest.newBuilder().setContainerId(containerId).build(),
                        SHORT));
    }

    @Override
    public CompletableFuture<ExecSyncResponse> execSync(
            String id, List<String> command, Duration timeout) {
        return call(
                RuntimeServiceGrpc.getExecSyncMethod(),
                ExecSyncRequest.newBuilder()
                        .setContainerId(id)
                        .addAllCmd(command)
                        .setTimeout(timeout.toSeconds())
                        .build(),
                timeout.plus(SHORT));
    }

    @Override
    public CompletableFuture<String> exec(ExecRequest request) {
        return call(RuntimeServiceGrpc.getExecMethod(), request, SHORT)
                .thenApply(ExecResponse::getUrl);
    }

    @Override
    public CompletableFuture<String> attach(
            String id, boolean stdin, boolean stdout, boolean stderr, boolean tty) {
        return call(
                        RuntimeServiceGrpc.getAttachMethod(),
                        AttachRequest.newBuilder()
                                .setContainerId(id)
                                .setStdin(stdin)
                                .setStdout(stdout)
                                .setStderr(stderr)
                                .setTty(tty)
                                .build(),
                        SHORT)
                .thenApply(AttachResponse::getUrl);
    }

    @Override
    public CompletableFuture<String> portForward(String sandboxId, List<Integer> ports) {
        return call(
                        RuntimeServiceGrpc.getPortForwardMethod(),
                        PortForwardRequest.newBuilder()
                                .setPodSandboxId(sandboxId)
                                .addAllPort(ports)
                                .build(),
                        SHORT)
                .thenApply(PortForwardResponse::getUrl);
    }

    @Override
    public CompletableFuture<List<ContainerStats>> stats() {
        return call(
                        RuntimeServiceGrpc.getListContainerStatsMethod(),
                        ListContainerStatsRequest.getDefaultInstance(),
                        SHORT)
                .thenApply(ListContainerStatsResponse::getStatsList);
    }

    @Override
    public CompletableFuture<List<Image>> images() {
        return call(
                        ImageServiceGrpc.getListImagesMethod(),
                        ListImagesRequest.getDefaultInstance(),
                        SHORT)
                .thenApply(ListImagesResponse::getImagesList);
    }

    @Override
    public CompletableFuture<Optional<Image>> image(String name) {
        return call(
                        ImageServiceGrpc.getImageStatusMethod(),
                        ImageStatusRequest.newBuilder().setImage(spec(name)).build(),
                        SHORT)
                .thenApply(
                        answer ->
                                answer.hasImage()
                                        ? Optional.of(answer.getImage())
                                        : Optional.empty());
    }

    @Override
    public CompletableFuture<String> pull(
            String name, Optional<AuthConfig> auth, PodSandboxConfig sandboxConfig) {
        PullImageRequest.Builder request =
                PullImageRequest.newBuilder().setImage(spec(name)).setSandboxConfig(sandboxConfig);
        auth.ifPresent(request::setAuth);
        return call(ImageServiceGrpc.getPullImageMethod(), request.build(), PULL)
                .thenApply(PullImageResponse::getImageRef);
    }

    @Override
    public CompletableFuture<Void> removeImage(String name) {
        return nothing(
                call(
                        ImageServiceGrpc.getRemoveImageMethod(),
                        RemoveImageRequest.newBuilder().setImage(spec(name)).build(),
                        SHORT));
    }

    @Override
    public CompletableFuture<List<FilesystemUsage>> imageFilesystems() {
        return call(
                        ImageServiceGrpc.getImageFsInfoMethod(),
                        ImageFsInfoRequest.getDefaultInstance(),
                        SHORT)
                .thenApply(ImageFsInfoResponse::getImageFilesystemsList);
    }

    @Override
    public void reconnect() {
        channel.resetConnectBackoff();
    }

    /** Calls in flight fail; what they started in the runtime goes on. */
    @Deactivate
    @Override
    public void close() {
        channel.shutdownNow();
        var unused = loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    private static ImageSpec spec(String name) {
        return ImageSpec.newBuilder().setImage(name).build();
    }

    private static CompletableFuture<Void> nothing(CompletableFuture<? extends MessageLite> call) {
        return call.thenAccept(ignored -> {});
    }

    private <Q extends MessageLite, A extends MessageLite> CompletableFuture<A> call(
            MethodDescriptor<Q, A> method, Q request, Duration deadline) {
        CompletableFuture<A> result = new CompletableFuture<>();
        ClientCalls.asyncUnaryCall(
                channel.newCall(
                        method,
                        CallOptions.DEFAULT.withDeadlineAfter(
                                deadline.toMillis(), TimeUnit.MILLISECONDS)),
                request,
                new StreamObserver<A>() {
                    @Override
                    public void onNext(A answer) {
                        result.complete(answer);
                    }

                    @Override
                    public void onError(Throwable failure) {
                        result.completeExceptionally(translated(failure));
                    }

                    @Override
                    public void onCompleted() {
                        // A unary call has delivered its one answer before.
                    }
                });
        return result;
    }

    private static CriException translated(Throwable failure) {
        Status status = Status.fromThrowable(failure);
        String description = status.getDescription();
        if (description == null) {
            description = status.getCause() == null ? "" : status.getCause().toString();
        }
        CriException translated = new CriException(code(status.getCode()), description);
        translated.initCause(failure);
        return translated;
    }

    private static CriException.Code code(Status.Code code) {
        return switch (code) {
            case OK -> CriException.Code.OK;
            case CANCELLED -> CriException.Code.Canceled;
            case UNKNOWN -> CriException.Code.Unknown;
            case INVALID_ARGUMENT -> CriException.Code.InvalidArgument;
            case DEADLINE_EXCEEDED -> CriException.Code.DeadlineExceeded;
            case NOT_FOUND -> CriException.Code.NotFound;
            case ALREADY_EXISTS -> CriException.Code.AlreadyExists;
            case PERMISSION_DENIED -> CriException.Code.PermissionDenied;
            case RESOURCE_EXHAUSTED -> CriException.Code.ResourceExhausted;
            case FAILED_PRECONDITION -> CriException.Code.FailedPrecondition;
            case ABORTED -> CriException.Code.Aborted;
            case OUT_OF_RANGE -> CriException.Code.OutOfRange;
            case UNIMPLEMENTED -> CriException.Code.Unimplemented;
            case INTERNAL -> CriException.Code.Internal;
            case UNAVAILABLE -> CriException.Code.Unavailable;
            case DATA_LOSS -> CriException.Code.DataLoss;
            case UNAUTHENTICATED -> CriException.Code.Unauthenticated;
        };
    }
}
