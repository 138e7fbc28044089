package io.felucca.itests.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.StreamSupport;

/** Pods that are created one after the other, by several at once; each must become Ready. */
final class PodStream implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final RawApi api;
    private final String path;
    private final ExecutorService threads;
    private final AtomicInteger begun = new AtomicInteger();
    private volatile int ready;
    private volatile boolean closed;
    private volatile String failure = "";

    PodStream(Cluster cluster, String namespace, int atOnce) {
        api = cluster.api();
        path = "/api/v1/namespaces/" + namespace + "/pods";
        threads = Executors.newFixedThreadPool(atOnce);
        for (int i = 0; i < atOnce; i++) {
            threads.execute(this::run);
        }
    }

    private void run() {
        while (!closed && failure.isEmpty()) {
            String name = "stream-" + begun.incrementAndGet();
            try {
                live(name);
            } catch (RuntimeException | AssertionError e) {
                if (!closed) {
                    failure = name + ": " + e + " " + e.getCause();
                }
            }
        }
    }

    private void live(String name) {
        RawApi.Answer created = api.post(path, "application/json", manifest(name));
        assertEquals(201, created.status(), created::toString);
        String pod = path + "/" + name;
        Eventually.is(
                "is Ready",
                PATIENCE,
                () -> closed || isReady(api.get(pod).json()),
                () -> api.get(pod).body());
        countReady();
        RawApi.Answer deleted = api.delete(pod);
        assertEquals(200, deleted.status(), deleted::toString);
        Eventually.is(
                "is gone",
                PATIENCE,
                () -> closed || api.get(pod).status() == 404,
                () -> api.get(pod).body());
    }

    private synchronized void countReady() {
        ready++;
    }

    static boolean isReady(JsonNode pod) {
        return StreamSupport.stream(pod.at("/status/conditions").spliterator(), false)
                .anyMatch(
                        condition ->
                                condition.path("type").asText().equals("Ready")
                                        && condition.path("status").asText().equals("True"));
    }

    private static String manifest(String name) {
        return """
        {"apiVersion":"v1","kind":"Pod","metadata":{"name":"%s","labels":{"app":"stream"}},
         "spec":{"terminationGracePeriodSeconds":0,
         "containers":[{"name":"main","image":"%s","command":["sleep","3600"]}]}}
        """
                .formatted(name, Images.BUSYBOX);
    }

    /** Waits until {@code more} pods have become Ready from now on; fails if one does not. */
    void await(int more) {
        int enough = ready + more;
        Eventually.is(
                more + " more pods become Ready",
                PATIENCE,
                () -> ready >= enough || !failure.isEmpty(),
                () -> "");
        assertEquals("", failure);
    }

    int ready() {
        return ready;
    }

    @Override
    public void close() {
        closed = true;
        threads.shutdownNow();
    }
}
