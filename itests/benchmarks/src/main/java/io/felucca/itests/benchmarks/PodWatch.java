package io.felucca.itests.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** A watch over the pods of a namespace: when each became Ready and when it was gone. */
final class PodWatch {
    private static final int PATIENCE_SECONDS = 60;

    private final Map<String, CompletableFuture<Long>> ready = new ConcurrentHashMap<>();
    private final Map<String, CompletableFuture<Long>> refused = new ConcurrentHashMap<>();
    private final Map<String, CompletableFuture<Long>> gone = new ConcurrentHashMap<>();

    private PodWatch() {}

    static PodWatch open(Connection connection, String namespace) throws InterruptedException {
        PodWatch watch = new PodWatch();
        EventLines.watch(
                connection, "/api/v1/namespaces/" + namespace + "/pods?watch=true", watch::event);
        return watch;
    }

    /** Done with the moment as {@link System#nanoTime}. Each name is for one pod only. */
    CompletableFuture<Long> whenReady(String name) {
        return moment(ready, name).copy();
    }

    /** When the scheduler said that it finds no node. */
    CompletableFuture<Long> whenRefused(String name) {
        return moment(refused, name).copy();
    }

    /** Waits; gives the moment. */
    long ready(String name) {
        return whenReady(name).orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }

    /** Waits for its end. */
    void gone(String name) {
        moment(gone, name).copy().orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }

    private static CompletableFuture<Long> moment(
            Map<String, CompletableFuture<Long>> moments, String name) {
        return moments.computeIfAbsent(name, one -> new CompletableFuture<>());
    }

    private void event(JsonNode event, long now) {
        String name = event.at("/object/metadata/name").asText();
        if (event.path("type").asText().equals("DELETED")) {
            moment(gone, name).complete(now);
            return;
        }
        for (JsonNode condition : event.at("/object/status/conditions")) {
            String said = condition.path("type").asText() + condition.path("status").asText();
            if (said.equals("ReadyTrue")) {
                moment(ready, name).complete(now);
            } else if (said.equals("PodScheduledFalse")) {
                moment(refused, name).complete(now);
            }
        }
    }
}
