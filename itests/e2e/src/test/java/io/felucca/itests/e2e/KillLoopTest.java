package io.felucca.itests.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * kill -9 in the middle of writes, again and again, of the process and at times of the runtime with
 * it: what was acknowledged is there, watches go on where they were, what was begun is brought to
 * its end, and pods have not noticed.
 */
@ExtendWith(Cluster.Resolver.class)
final class KillLoopTest {
    private static final System.Logger LOG = System.getLogger(KillLoopTest.class.getName());
    private static final int ROUNDS = 4;
    private static final int WRITERS = 4;
    private static final int MIN_WRITES = 40;
    private static final int MAX_REPLICAS = 4;
    private static final int MAX_PAUSE_MILLIS = 500;

    private final Cluster cluster;
    private final Kubectl kubectl;
    private final RawApi api;
    private final String path;
    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);
    private final ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
    private final List<Writer> writers = new ArrayList<>();

    KillLoopTest(Cluster cluster) {
        this.cluster = cluster;
        kubectl = cluster.newNamespace("kill");
        api = cluster.api();
        path = "/api/v1/namespaces/" + kubectl.namespace() + "/configmaps";
        for (int i = 0; i < WRITERS; i++) {
            writers.add(new Writer(api, path, "w" + i + "-", random.nextLong()));
        }
    }

    @AfterEach
    void removeAll() {
        threads.shutdownNow();
        if (!cluster.launcher("status").out().contains("felucca      runs")) {
            cluster.launcher("restart").ok();
        }
        kubectl.ok("delete namespace --wait=false " + kubectl.namespace());
    }

    @Test
    void nothingAcknowledgedIsLostAndNoPodNotices() throws Exception {
        LOG.log(System.Logger.Level.INFO, "seed {0,number,#}", seed);
        kubectl.create(Manifests.pod("p", Manifests.stay("cat /proc/sys/kernel/random/uuid")));
        kubectl.apply(DEPLOYMENT);
        kubectl.ok("wait --for=condition=Ready pod/p --timeout=60s");
        String pod = identity();
        try (ResumedWatch watch = new ResumedWatch(api, path)) {
            for (int round = 1; round <= ROUNDS; round++) {
                String when = "round " + round + ", seed " + seed;
                int replicas = killUnderWrites(round % 2 == 0);
                cluster.launcher("restart").ok();
                checkStored(when);
                watch.resume();
                checkWatch(watch, "marker-" + round, when);
                checkScaled(replicas, when);
                assertEquals(pod, identity(), when);
            }
            // What happened while nobody was there is in the store's history.
            assertEquals(1, watch.lists(), "lists by the watch, seed " + seed);
        }
    }

    /** The container, how often it was started, and what it said when it was. */
    private String identity() {
        JsonNode status = kubectl.json("get pod p").at("/status/containerStatuses/0");
        return status.get("containerID").asText()
                + " restarts "
                + status.get("restartCount")
                + " "
                + status.at("/state/running/startedAt")
                + " "
                + kubectl.ok("logs p");
    }

    private int writes() {
        return writers.stream().mapToInt(Writer::writes).sum();
    }

    /** Kills while ConfigMaps are written and a Deployment is scaled: to what, it returns. */
    private int killUnderWrites(boolean runtimeToo) throws Exception {
        int before = writes();
        List<Future<?>> writing = new ArrayList<>();
        writers.forEach(writer -> writing.add(threads.submit(writer::writeUntilTheServerDies)));
        Eventually.is("writes go on", () -> writes() - before >= MIN_WRITES);
        int replicas = 1 + random.nextInt(MAX_REPLICAS);
        kubectl.ok("scale deployment web --replicas=" + replicas);
        LockSupport.parkNanos(Duration.ofMillis(random.nextInt(MAX_PAUSE_MILLIS)).toNanos());
        if (runtimeToo) {
            kill("containerd");
        }
        kill("felucca");
        for (Future<?> end : writing) {
            end.get(30, TimeUnit.SECONDS);
        }
        return replicas;
    }

    private void kill(String part) {
        ProcessHandle process = cluster.process(part);
        assertTrue(process.destroyForcibly());
        Eventually.is(part + " is dead", () -> !process.isAlive());
    }

    private void checkStored(String when) {
        Map<String, String> stored = new TreeMap<>();
        for (JsonNode item : api.get(path).json().get("items")) {
            stored.put(item.at("/metadata/name").asText(), item.at("/data/n").asText());
        }
        List<String> lost = new ArrayList<>();
        writers.forEach(writer -> lost.addAll(writer.lost(stored)));
        assertEquals(List.of(), lost, when);
    }

    /** Waits until the watch shows a write that came last, and asks what it has shown before. */
    private void checkWatch(ResumedWatch watch, String marker, String when) {
        RawApi.Answer answer =
                api.post(
                        path,
                        "application/json",
                        "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\""
                                + marker
                                + "\"}}");
        assertEquals(201, answer.status(), answer::toString);
        long revision = answer.json().at("/metadata/resourceVersion").asLong();
        Eventually.is(
                "the watch shows revision " + revision + ", " + when,
                Duration.ofSeconds(20),
                () -> watch.lastRevision() >= revision,
                () -> "it is at " + watch.lastRevision() + " " + watch.wrong());
        assertEquals("", watch.wrong(), when);
        List<Long> acknowledged = new ArrayList<>();
        writers.forEach(writer -> acknowledged.addAll(writer.revisions()));
        assertEquals(List.of(), watch.missing(acknowledged), when);
        assertEquals(ResumedWatch.revisions(api.get(path).json()), watch.copy(), when);
    }

    /** The scaling was acknowledged just before the kill: those who were at it go on with it. */
    private void checkScaled(int replicas, String when) {
        Eventually.is(
                replicas + " replicas are ready, " + when,
                Duration.ofSeconds(60),
                () -> {
                    JsonNode status = kubectl.json("get deployment web").get("status");
                    return status.path("readyReplicas").asInt() == replicas
                            && status.path("replicas").asInt() == replicas
                            && kubectl.json("get pods -l app=web").get("items").size() == replicas;
                },
                () -> kubectl.ok("get deployment,rs,pods"));
    }

    private static final String DEPLOYMENT =
            """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web}
            spec:
              replicas: 1
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec:
                  terminationGracePeriodSeconds: 0
                  containers:
                  - {name: web, image: %s, command: [sleep, "3600"]}
            """
                    .formatted(Images.BUSYBOX);
}
