package io.felucca.kubelet.server;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Pod;
import io.felucca.http.api.HttpExchange;
import io.felucca.http.api.HttpHandler;
import io.felucca.kubelet.cri.Cri;
import io.felucca.kubelet.cri.CriException;
import io.felucca.machinery.Json;
import io.felucca.metrics.MetricSet;
import io.felucca.pki.api.ClusterTrust;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The agent's HTTP interface. Thread-safe. */
public final class KubeletApi implements HttpHandler {
    private static final Logger LOG = LoggerFactory.getLogger(KubeletApi.class);
    // An agent that has just been swapped in needs a moment until it knows its pods.
    private static final int PATIENCE_TRIES = 200;
    private static final int TRY_AGAIN_MILLIS = 10;
    private static final Path PROC = Path.of("/proc");

    private final String node;
    private final NodePods pods;
    private final Cri cri;
    private final Clock clock;
    private final Executor workers;
    private final ScheduledExecutorService scheduler;
    private final ClientGate gate;
    private final ContainerLogs logs;
    private final Streams streams;
    private final Path data;
    private final Supplier<? extends Collection<MetricSet>> metrics;

    /**
     * @param data on the file system that holds the pods' directories
     * @param metrics what there is to tell of this node's parts
     * @param workers bounded; where requests wait for the runtime and read files
     */
    public KubeletApi(
            String node,
            NodePods pods,
            Cri cri,
            ClusterTrust trust,
            Clock clock,
            Executor workers,
            ScheduledExecutorService scheduler,
            EventLoopGroup loop,
            Path data,
            Supplier<? extends Collection<MetricSet>> metrics) {
        this.data = data;
        this.metrics = metrics;
        this.node = node;
        this.pods = pods;
        this.cri = cri;
        this.clock = clock;
        this.workers = workers;
        this.scheduler = scheduler;
        this.gate = new ClientGate(trust, clock);
        this.logs = new ContainerLogs(cri, clock, workers, scheduler);
        this.streams = new Streams(cri, new StreamProxy(loop));
    }

    @Override
    public void handle(HttpExchange exchange) {
        switch (gate.check(exchange)) {
            case UNAUTHORIZED -> Answers.text(exchange, 401, "Unauthorized");
            case FORBIDDEN -> Answers.text(exchange, 403, "Forbidden");
            case ADMITTED -> start(exchange, PATIENCE_TRIES);
        }
    }

    private void start(HttpExchange exchange, int triesLeft) {
        try {
            workers.execute(() -> guarded(exchange, triesLeft));
        } catch (RejectedExecutionException e) {
            Answers.text(exchange, 503, "the node agent has too much to do");
        }
    }

    private void guarded(HttpExchange exchange, int triesLeft) {
        try {
            if (pods.known() || exchange.rawPath().equals("/healthz")) {
                route(exchange);
            } else if (triesLeft > 0) {
                var unused =
                        scheduler.schedule(
                                () -> start(exchange, triesLeft - 1),
                                TRY_AGAIN_MILLIS,
                                TimeUnit.MILLISECONDS);
            } else {
                Answers.text(exchange, 503, "the node agent does not know its pods yet");
            }
        } catch (CriException e) {
            Answers.text(exchange, e.isUnavailable() ? 503 : 500, e.getMessage());
        } catch (RuntimeException e) {
            LOG.warn("{} {}", exchange.method(), exchange.rawPath(), e);
            Answers.text(exchange, 500, "internal error");
        }
    }

    private void route(HttpExchange exchange) {
        List<String> path =
                Arrays.stream(exchange.rawPath().split("/", -1))
                        .filter(part -> !part.isEmpty())
                        .map(Query::decode)
                        .toList();
        String first = path.isEmpty() ? "" : path.get(0);
        switch (first) {
            case "healthz" -> Answers.text(exchange, 200, "ok");
            case "pods" -> Answers.json(exchange, podList());
            case "stats" -> stats(exchange);
            case "metrics" -> metrics(exchange, path.size() == 1 ? "" : path.get(1));
            case "containerLogs" -> container(exchange, path, logs::answer);
            case "exec" -> container(exchange, path, streams::exec);
            case "attach" -> container(exchange, path, streams::attach);
            case "portForward" -> forward(exchange, path);
            default -> Answers.text(exchange, 404, "404 page not found");
        }
    }

    private interface ForContainer {
        void answer(HttpExchange exchange, Pod pod, String container);
    }

    /** {@code /what/<namespace>/<pod>[/<uid>]/<container>}. */
    private void container(HttpExchange exchange, List<String> path, ForContainer what) {
        if (path.size() != 4 && path.size() != 5) {
            Answers.text(exchange, 404, "404 page not found");
            return;
        }
        withPod(
                exchange,
                path,
                path.size() == 5,
                (to, pod) -> what.answer(to, pod, path.get(path.size() - 1)));
    }

    private void forward(HttpExchange exchange, List<String> path) {
        if (path.size() != 3 && path.size() != 4) {
            Answers.text(exchange, 404, "404 page not found");
            return;
        }
        withPod(exchange, path, path.size() == 4, streams::portForward);
    }

    private void withPod(
            HttpExchange exchange,
            List<String> path,
            boolean withUid,
            BiConsumer<HttpExchange, Pod> what) {
        Optional<Pod> pod =
                pods.find(path.get(1), path.get(2))
                        .filter(
                                found ->
                                        !withUid
                                                || found.getMetadata()
                                                        .getUid()
                                                        .equals(path.get(3)));
        if (pod.isEmpty()) {
            Answers.text(exchange, 404, "pod does not exist");
            return;
        }
        what.accept(exchange, pod.get());
    }

    private ObjectNode podList() {
        ObjectNode list = Json.object();
        list.put("kind", "PodList").put("apiVersion", "v1");
        list.putObject("metadata");
        ArrayNode items = list.putArray("items");
        pods.all().forEach(pod -> items.add((ObjectNode) Json.mapper().valueToTree(pod)));
        return list;
    }

    private void stats(HttpExchange exchange) {
        Answers.json(
                exchange,
                StatsSummary.of(
                        node, usage(), Cri.await(cri.stats()), pods.all(), clock.instant()));
    }

    private NodeUsage usage() {
        try {
            return NodeUsage.read(PROC, data);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void metrics(HttpExchange exchange, String page) {
        switch (page) {
            case "" -> MetricsPages.answer(exchange, metrics.get());
            case "resource" -> MetricsPages.answer(exchange, List.of(pages().resource()));
            case "cadvisor" -> MetricsPages.answer(exchange, List.of(pages().cadvisor()));
            default -> Answers.text(exchange, 404, "404 page not found");
        }
    }

    private MetricsPages pages() {
        return new MetricsPages(Cri.await(cri.stats()), pods.all(), usage());
    }
}
