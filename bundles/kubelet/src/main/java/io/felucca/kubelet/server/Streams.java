package io.felucca.kubelet.server;

import io.fabric8.kubernetes.api.model.Pod;
import io.felucca.http.api.HttpExchange;
import io.felucca.kubelet.cri.Cri;
import io.felucca.kubelet.cri.CriException;
import io.felucca.kubelet.cri.v1.Container;
import io.felucca.kubelet.cri.v1.ContainerState;
import io.felucca.kubelet.cri.v1.ExecRequest;
import io.felucca.kubelet.cri.v1.PodSandbox;
import io.felucca.kubelet.cri.v1.PodSandboxState;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Answers exec, attach and port-forward by handing the connection to the runtime. */
final class Streams {
    private static final int MAX_BODY_BYTES = 1 << 16;

    private final Cri cri;
    private final StreamProxy proxy;

    Streams(Cri cri, StreamProxy proxy) {
        this.cri = cri;
        this.proxy = proxy;
    }

    /** Called on a worker, like the others: waits for the runtime. */
    void exec(HttpExchange exchange, Pod pod, String container) {
        Query query = Query.parse(exchange.rawQuery());
        Optional<Container> running = running(pod, container);
        if (running.isEmpty()) {
            Answers.text(exchange, 500, "container not found (\"" + container + "\")");
            return;
        }
        boolean tty = query.flag("tty");
        ExecRequest request =
                ExecRequest.newBuilder()
                        .setContainerId(running.get().getId())
                        .addAllCmd(query.all("command"))
                        .setTty(tty)
                        .setStdin(wants(query, "input", "stdin"))
                        .setStdout(wants(query, "output", "stdout"))
                        // With a terminal both streams are one.
                        .setStderr(!tty && wants(query, "error", "stderr"))
                        .build();
        handOver(exchange, cri.exec(request));
    }

    void attach(HttpExchange exchange, Pod pod, String container) {
        Query query = Query.parse(exchange.rawQuery());
        Optional<Container> running = running(pod, container);
        if (running.isEmpty()) {
            Answers.text(
                    exchange,
                    500,
                    "container "
                            + container
                            + " not found in pod "
                            + pod.getMetadata().getName()
                            + "_"
                            + pod.getMetadata().getNamespace());
            return;
        }
        boolean tty =
                pod.getSpec().getContainers().stream()
                        .filter(one -> one.getName().equals(container))
                        .anyMatch(one -> Boolean.TRUE.equals(one.getTty()));
        handOver(
                exchange,
                cri.attach(
                        running.get().getId(),
                        wants(query, "input", "stdin"),
                        wants(query, "output", "stdout"),
                        !tty && wants(query, "error", "stderr"),
                        tty));
    }

    void portForward(HttpExchange exchange, Pod pod) {
        Query query = Query.parse(exchange.rawQuery());
        List<PodSandbox> sandboxes =
                Cri.await(
                        cri.sandboxes(Map.of("io.kubernetes.pod.uid", pod.getMetadata().getUid())));
        Optional<PodSandbox> ready =
                sandboxes.stream()
                        .filter(one -> one.getState() == PodSandboxState.SANDBOX_READY)
                        .findFirst();
        if (ready.isEmpty()) {
            Answers.text(
                    exchange,
                    500,
                    "no running sandbox of pod " + pod.getMetadata().getName() + " found");
            return;
        }
        List<Integer> ports;
        try {
            ports = query.all("port").stream().map(Integer::valueOf).toList();
        } catch (NumberFormatException e) {
            Answers.text(exchange, 400, "port must be a number");
            return;
        }
        handOver(exchange, cri.portForward(ready.get().getId(), ports));
    }

    private void handOver(HttpExchange exchange, CompletableFuture<String> url) {
        String address;
        try {
            address = Cri.await(url);
        } catch (CriException e) {
            Answers.text(exchange, e.isNotFound() ? 404 : 500, e.description());
            return;
        }
        // A connection can only be upgraded when its request has been read to the end.
        var unused =
                exchange.body(MAX_BODY_BYTES)
                        .whenComplete(
                                (body, failure) -> {
                                    if (failure == null) {
                                        proxy.connect(exchange, address);
                                    } else {
                                        Answers.text(exchange, 400, "the body can't be read");
                                    }
                                });
    }

    private Optional<Container> running(Pod pod, String container) {
        return Cri.await(
                        cri.containers(
                                Map.of(
                                        "io.kubernetes.pod.uid",
                                        pod.getMetadata().getUid(),
                                        "io.kubernetes.container.name",
                                        container)))
                .stream()
                .filter(one -> one.getState() == ContainerState.CONTAINER_RUNNING)
                .findFirst();
    }

    /** The API server's name of a stream, or the one that clients use. */
    private static boolean wants(Query query, String own, String clients) {
        return query.flag(own) || query.flag(clients);
    }
}
