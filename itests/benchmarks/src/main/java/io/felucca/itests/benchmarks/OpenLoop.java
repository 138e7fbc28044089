package io.felucca.itests.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Requests to the API at a fixed pace, whether or not earlier ones have been answered; beside them
 * changes of a Deployment, which its controller must notice, pods that fit no node, of which the
 * scheduler must say so, and pods that must become Ready. Times count from the moment a thing was
 * due. Watches check that no acknowledged write is missing.
 */
final class OpenLoop implements AutoCloseable {
    private static final long REQUEST_MILLIS = 15;

    /** Many enough that writes which waited for a swap do not come upon one another. */
    private static final int OBJECTS = 100;

    private static final long CHANGE_MILLIS = 200;
    private static final long POD_MILLIS = 2_000;
    private static final byte[] REVIEW =
            Api.json(
                    "{'apiVersion':'authorization.k8s.io/v1','kind':'SelfSubjectAccessReview',"
                            + "'spec':{'resourceAttributes':{'verb':'get','resource':'pods'}}}");

    private static final String HOPELESS =
            "{'nodeSelector':{'bench':'no-node'},'containers':[{'name':'main','image':'none'}]}";

    private final String core;
    private final String deployment;
    private final List<Connection> connections;
    private final PodWatch pods;
    private final EventLines numbers;
    private final EventLines generations;
    private final ScheduledExecutorService pace = Executors.newSingleThreadScheduledExecutor();
    private final AtomicLong turn = new AtomicLong();
    private final ConcurrentLinkedQueue<Sample> samples = new ConcurrentLinkedQueue<>();
    private final Map<Long, Pending> pending = new ConcurrentHashMap<>();
    private final AtomicLong sequence = new AtomicLong();
    private final Set<Long> acknowledged = ConcurrentHashMap.newKeySet();
    private final Set<Long> seen = ConcurrentHashMap.newKeySet();
    private final Map<Long, Long> changes = new ConcurrentHashMap<>();
    private volatile String wrong = "";
    private long lastRevision;

    /**
     * What is asked: a request of the API, a controller's notice of a change, the scheduler's word
     * on a pod that fits no node, a pod's start.
     */
    enum Kind {
        REQUEST,
        CONTROLLER,
        SCHEDULER,
        POD
    }

    /** One that has ended; its failure is empty when it went well. */
    record Sample(Kind kind, double seconds, String failure) {}

    private record Pending(Kind kind, long dueNanos) {}

    OpenLoop(Api api, String namespace, String podSpec) throws InterruptedException {
        this.core = "/api/v1/namespaces/" + namespace;
        this.deployment = "/apis/apps/v1/namespaces/" + namespace + "/deployments/idle";
        this.connections = api.endpoint().connect(4);
        for (int i = 0; i < OBJECTS; i++) {
            api.send(
                    "POST",
                    core + "/configmaps",
                    Api.json("{'metadata':{'name':'number-" + i + "'}}"));
        }
        api.send(
                "POST",
                deployment.replaceFirst("/idle$", ""),
                Api.json(
                        "{'metadata':{'name':'idle'},'spec':{'replicas':0,'selector':{'matchLabels':"
                            + "{'app':'idle'}},'template':{'metadata':{'labels':{'app':'idle'}},"
                            + "'spec':{'containers':[{'name':'main','image':'none'}]}}}}"));
        pods = PodWatch.open(connections.get(0), namespace);
        numbers =
                EventLines.watch(connections.get(0), core + "/configmaps?watch=true", this::number);
        generations =
                EventLines.watch(
                        connections.get(0),
                        deployment.replaceFirst("/idle$", "") + "?watch=true",
                        this::generation);
        every(REQUEST_MILLIS, this::request);
        every(CHANGE_MILLIS, this::change);
        every(CHANGE_MILLIS, due -> pod(Kind.SCHEDULER, due, HOPELESS));
        every(POD_MILLIS, due -> pod(Kind.POD, due, podSpec));
    }

    private interface Due {
        void at(long dueNanos);
    }

    private void every(long millis, Due action) {
        long first = System.nanoTime();
        AtomicLong count = new AtomicLong();
        var unused =
                pace.scheduleAtFixedRate(
                        () ->
                                action.at(
                                        first
                                                + TimeUnit.MILLISECONDS.toNanos(
                                                        millis * count.getAndIncrement())),
                        0,
                        millis,
                        TimeUnit.MILLISECONDS);
    }

    private void request(long due) {
        long number = turn.getAndIncrement();
        switch ((int) (number % 6)) {
            case 0 -> send(due, "GET", core + "/configmaps/number-" + number % OBJECTS, null, -1);
            case 1 -> send(due, "GET", core + "/pods", null, -1);
            case 2, 3 ->
                    send(
                            due,
                            "PATCH",
                            core + "/configmaps/number-" + number % OBJECTS,
                            Api.json("{'data':{'n':'" + number + "'}}"),
                            number);
            case 4 -> send(due, "GET", deployment, null, -1);
            default ->
                    send(
                            due,
                            "POST",
                            "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
                            REVIEW,
                            -1);
        }
    }

    /**
     * @param number that this writes, or negative
     */
    private void send(long due, String method, String path, byte[] body, long number) {
        var unused =
                ask(Kind.REQUEST, due, method, path, body)
                        .thenAccept(
                                answer -> {
                                    if (number >= 0) {
                                        acknowledged.add(number);
                                    }
                                });
    }

    private CompletableFuture<JsonNode> ask(
            Kind kind, long due, String method, String path, byte[] body) {
        long id = sequence.getAndIncrement();
        pending.put(id, new Pending(Kind.REQUEST, due));
        var result = new CompletableFuture<JsonNode>();
        Connection connection = connections.get(1 + (int) (id % (connections.size() - 1)));
        connection.send(
                method,
                path,
                body,
                new WholeAnswer(
                        (status, text) -> {
                            pending.remove(id);
                            double seconds = (System.nanoTime() - due) / 1e9;
                            if (status / 100 == 2) {
                                if (kind == Kind.REQUEST) {
                                    samples.add(new Sample(kind, seconds, ""));
                                }
                                result.complete(Api.parse(text));
                            } else {
                                samples.add(
                                        new Sample(
                                                Kind.REQUEST,
                                                seconds,
                                                method + " " + path + ": " + status + " " + text));
                            }
                        }));
        return result;
    }

    private void change(long due) {
        var unused =
                ask(
                                Kind.CONTROLLER,
                                due,
                                "PATCH",
                                deployment,
                                Api.json("{'spec':{'revisionHistoryLimit':" + turn.get() + "}}"))
                        .thenAccept(
                                answer -> {
                                    long generation = answer.at("/metadata/generation").asLong();
                                    changes.put(generation, due);
                                });
    }

    private void generation(JsonNode event, long now) {
        long observed = event.at("/object/status/observedGeneration").asLong();
        changes.keySet().stream()
                .filter(generation -> generation <= observed)
                .toList()
                .forEach(
                        generation ->
                                samples.add(
                                        new Sample(
                                                Kind.CONTROLLER,
                                                (now - changes.remove(generation)) / 1e9,
                                                "")));
    }

    private void pod(Kind kind, long due, String spec) {
        String name = "pod-" + sequence.get();
        long id = sequence.getAndIncrement();
        pending.put(id, new Pending(kind, due));
        byte[] body = Api.json("{'metadata':{'name':'" + name + "'},'spec':" + spec + "}");
        var unused =
                ask(kind, due, "POST", core + "/pods", body)
                        .thenCompose(
                                created ->
                                        kind == Kind.POD
                                                ? pods.whenReady(name)
                                                : pods.whenRefused(name))
                        .thenAccept(
                                moment -> {
                                    pending.remove(id);
                                    samples.add(new Sample(kind, (moment - due) / 1e9, ""));
                                    remove(kind, name);
                                });
    }

    /** Asked for like everything else, and may not fail either. */
    private void remove(Kind kind, String name) {
        var unused = ask(kind, System.nanoTime(), "DELETE", core + "/pods/" + name, null);
    }

    private void number(JsonNode event, long now) {
        JsonNode number = event.at("/object/data/n");
        if (number.isMissingNode()) {
            // What was there when the watch began, which comes in the order of names.
            return;
        }
        long revision = event.at("/object/metadata/resourceVersion").asLong();
        if (revision <= lastRevision && wrong.isEmpty()) {
            wrong = "a watch saw revision " + revision + " after " + lastRevision;
        }
        lastRevision = Math.max(revision, lastRevision);
        seen.add(number.asLong());
    }

    /** Takes what has ended since the last call. */
    List<Sample> take() {
        List<Sample> taken = new ArrayList<>();
        for (Sample sample = samples.poll(); sample != null; sample = samples.poll()) {
            taken.add(sample);
        }
        return taken;
    }

    /** Waits until all that was asked before now has ended; gives how many have not. */
    int settle(int seconds) {
        long now = System.nanoTime();
        long deadline = now + TimeUnit.SECONDS.toNanos(seconds);
        while (unfinished(now) > 0 && System.nanoTime() < deadline) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        return unfinished(now);
    }

    private int unfinished(long before) {
        return Math.toIntExact(
                pending.values().stream().filter(one -> one.dueNanos() < before).count()
                        + changes.values().stream().filter(due -> due < before).count());
    }

    /** Acknowledged writes that no event has shown. */
    int lost() {
        return Math.toIntExact(
                acknowledged.stream().filter(number -> !seen.contains(number)).count());
    }

    /** What a watch did wrong; empty if nothing. */
    String wrong() {
        return numbers.isOpen() && generations.isOpen() ? wrong : "a watch has ended";
    }

    @Override
    public void close() {
        pace.shutdownNow();
    }
}
