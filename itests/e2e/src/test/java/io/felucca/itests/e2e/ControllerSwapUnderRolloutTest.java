package io.felucca.itests.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Who does a rollout is replaced in the middle of it, again and again: at no moment are there more
 * pods or fewer ready ones than the Deployment allows, and in the end it is what was asked for.
 */
@ExtendWith(Cluster.Resolver.class)
final class ControllerSwapUnderRolloutTest {
    private static final int REPLICAS = 10;
    private static final int MIN_AVAILABLE = 8;
    private static final int MAX_PODS = 12;
    private static final List<String> PARTS =
            List.of("controller.deployment", "controller.replicaset", "scheduler");

    private final Cluster cluster;
    private final Kubectl kubectl;
    private final RawApi api;
    private final String pods;
    private final ExecutorService watcher = Executors.newSingleThreadExecutor();
    private final Set<String> ready = new HashSet<>();
    private final Set<String> live = new HashSet<>();
    private int fewest = REPLICAS;
    private int most;
    private volatile String trouble = "";
    private volatile boolean over;

    ControllerSwapUnderRolloutTest(Cluster cluster) {
        this.cluster = cluster;
        kubectl = cluster.newNamespace("swap-rollout");
        api = cluster.api();
        pods = "/api/v1/namespaces/" + kubectl.namespace() + "/pods?labelSelector=app%3Dweb";
    }

    @AfterEach
    void removeAll() {
        watcher.shutdownNow();
        kubectl.ok("delete namespace --wait=false " + kubectl.namespace());
    }

    @Test
    void rolloutEndsRightThoughItsControllersAreSwapped() {
        kubectl.apply(manifest("one"));
        kubectl.ok("rollout status deployment web --timeout=100s");
        JsonNode list = api.get(pods).json();
        list.get("items").forEach(pod -> apply("ADDED", pod));
        assertEquals(REPLICAS, ready.size());
        try (Stream<String> lines =
                api.watch(
                                pods
                                        + "&watch=true&resourceVersion="
                                        + list.at("/metadata/resourceVersion").asText())
                        .body()) {
            watcher.execute(() -> follow(lines));
            kubectl.apply(manifest("two"));
            swapUntilDone();
            Eventually.is(
                    "old pods are gone", () -> liveNow() == REPLICAS && readyNow() == REPLICAS);
            over = true;
        }
        assertEquals("", trouble);
        checkBounds();
        checkEnd();
    }

    /** Each part there and back, one after the other, until the rollout is complete. */
    private void swapUntilDone() {
        List<Part> parts = new ArrayList<>();
        PARTS.forEach(name -> parts.add(new Part(cluster, name)));
        long end = System.nanoTime() + Duration.ofMinutes(2).toNanos();
        int swaps = 0;
        while (swaps < PARTS.size() || !complete()) {
            assertTrue(System.nanoTime() < end, () -> kubectl.ok("get deployment,rs,pods"));
            Part part = parts.get(swaps % parts.size());
            try {
                part.swap();
            } finally {
                part.swapBack();
            }
            swaps++;
        }
    }

    private boolean complete() {
        return kubectl.run("rollout", "status", "deployment", "web", "--watch=false")
                .ok()
                .contains("successfully rolled out");
    }

    private void follow(Stream<String> lines) {
        try {
            lines.map(RawApi::parse)
                    .forEach(event -> see(event.get("type").asText(), event.get("object")));
        } catch (RuntimeException e) {
            trouble = over ? "" : "the watch broke: " + e;
        }
    }

    /** Counts a pod as its controller must: one that is being deleted does not count. */
    private synchronized void apply(String type, JsonNode pod) {
        String name = pod.at("/metadata/name").asText();
        boolean counts = !type.equals("DELETED") && !pod.at("/metadata").has("deletionTimestamp");
        keep(live, name, counts);
        keep(ready, name, counts && isReady(pod));
    }

    private synchronized void see(String type, JsonNode pod) {
        apply(type, pod);
        fewest = Math.min(fewest, ready.size());
        most = Math.max(most, live.size());
    }

    private static boolean isReady(JsonNode pod) {
        for (JsonNode condition : pod.at("/status/conditions")) {
            if (condition.get("type").asText().equals("Ready")) {
                return condition.get("status").asText().equals("True");
            }
        }
        return false;
    }

    private static void keep(Set<String> names, String name, boolean wanted) {
        if (wanted) {
            names.add(name);
        } else {
            names.remove(name);
        }
    }

    private synchronized void checkBounds() {
        assertTrue(fewest >= MIN_AVAILABLE, () -> "only " + fewest + " pods were available");
        assertTrue(most <= MAX_PODS, () -> most + " pods at once");
    }

    private synchronized int liveNow() {
        return live.size();
    }

    private synchronized int readyNow() {
        return ready.size();
    }

    private void checkEnd() {
        JsonNode status = kubectl.json("get deployment web").get("status");
        for (String count :
                List.of("replicas", "updatedReplicas", "readyReplicas", "availableReplicas")) {
            assertEquals(REPLICAS, status.path(count).asInt(), status::toString);
        }
        Map<String, Integer> sets = new TreeMap<>();
        for (JsonNode set : kubectl.json("get replicasets").get("items")) {
            sets.put(
                    set.at("/metadata/annotations/deployment.kubernetes.io~1revision").asText(),
                    set.at("/status/replicas").asInt());
        }
        assertEquals(Map.of("1", 0, "2", REPLICAS), sets);
    }

    private static String manifest(String word) {
        return """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web}
        spec:
          replicas: %d
          strategy: {rollingUpdate: {maxSurge: 2, maxUnavailable: 2}}
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec:
              terminationGracePeriodSeconds: 0
              containers:
              - name: web
                image: %s
                command: [sleep, "3600"]
                env: [{name: WORD, value: %s}]
        """
                .formatted(REPLICAS, Images.BUSYBOX, word);
    }
}
