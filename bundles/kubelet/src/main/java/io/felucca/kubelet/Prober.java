package io.felucca.kubelet;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Probe;
import io.felucca.kubelet.cri.Cri;
import io.felucca.kubelet.cri.CriException;
import io.felucca.kubelet.cri.v1.ExecSyncResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Asks a container once how it is. Thread-safe; nothing blocks. */
final class Prober {
    private static final int MAX_OUTPUT = 10 << 10;

    private final Cri cri;
    private final HttpCheck http;
    private final GrpcCheck grpc;
    private final String nodeIp;

    Prober(Cri cri, HttpCheck http, GrpcCheck grpc, String nodeIp) {
        this.grpc = grpc;
        this.nodeIp = nodeIp;
        this.cri = cri;
        this.http = http;
    }

    record Result(boolean success, String message) {}

    /** Never completes exceptionally: that the question failed is an answer. */
    CompletableFuture<Result> ask(
            Pod pod,
            Container container,
            String containerId,
            List<String> podIps,
            Probe probe,
            Duration timeout) {
        try {
            return question(pod, container, containerId, podIps, probe, timeout)
                    .exceptionally(failure -> new Result(false, describe(probe, failure)));
        } catch (IllegalArgumentException e) {
            return CompletableFuture.completedFuture(new Result(false, e.getMessage()));
        }
    }

    private CompletableFuture<Result> question(
            Pod pod,
            Container container,
            String containerId,
            List<String> podIps,
            Probe probe,
            Duration timeout) {
        if (probe.getExec() != null) {
            return cri.execSync(containerId, probe.getExec().getCommand(), timeout)
                    .thenApply(Prober::ofExec);
        }
        String ip = Containers.onHostNetwork(pod) || podIps.isEmpty() ? nodeIp : podIps.get(0);
        if (probe.getHttpGet() != null) {
            return http.get(LifecycleHooks.target(probe.getHttpGet(), container, ip), timeout)
                    .thenApply(
                            answer ->
                                    new Result(
                                            answer.status() >= 200 && answer.status() < 400,
                                            "HTTP probe failed with statuscode: "
                                                    + answer.status()));
        }
        if (probe.getTcpSocket() != null) {
            String host = probe.getTcpSocket().getHost();
            int port = LifecycleHooks.port(probe.getTcpSocket().getPort(), container);
            return http.connect(host == null || host.isEmpty() ? ip : host, port, timeout)
                    .thenApply(connected -> new Result(true, ""));
        }
        if (probe.getGrpc() != null) {
            String service = probe.getGrpc().getService();
            return grpc.check(
                            ip, probe.getGrpc().getPort(), service == null ? "" : service, timeout)
                    .thenApply(
                            serving ->
                                    new Result(
                                            serving,
                                            "service unhealthy (responded with \"NOT_SERVING\")"));
        }
        throw new IllegalArgumentException("missing probe handler for " + container.getName());
    }

    private static Result ofExec(ExecSyncResponse answer) {
        String output = answer.getStdout().toStringUtf8() + answer.getStderr().toStringUtf8();
        return new Result(
                answer.getExitCode() == 0,
                output.length() > MAX_OUTPUT ? output.substring(0, MAX_OUTPUT) : output);
    }

    private static String describe(Probe probe, Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (cause instanceof CriException cri) {
            return cri.code() == CriException.Code.DeadlineExceeded
                    ? "command timed out: \""
                            + String.join(" ", probe.getExec().getCommand())
                            + "\" timed out after "
                            + (probe.getTimeoutSeconds() == null ? 1 : probe.getTimeoutSeconds())
                            + "s"
                    : cri.getMessage();
        }
        return String.valueOf(cause.getMessage());
    }
}
