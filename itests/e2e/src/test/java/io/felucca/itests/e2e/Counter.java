package io.felucca.itests.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * A ConfigMap whose number is raised again and again, and watches over it that must each see every
 * number once and in order.
 */
final class Counter implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(15);
    private static final String NAME = "counter";

    private final Cluster cluster;
    private final RawApi api;
    private final Kubectl kubectl;
    private final String path;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Watcher> watchers = new ArrayList<>();
    private final List<Process> processes = new ArrayList<>();
    private volatile boolean closed;
    private volatile long written;
    private volatile String failure = "";

    Counter(Cluster cluster, Kubectl kubectl) {
        this.cluster = cluster;
        this.api = cluster.api();
        this.kubectl = kubectl;
        this.path = "/api/v1/namespaces/" + kubectl.namespace() + "/configmaps";
        kubectl.ok("create configmap " + NAME + " --from-literal=n=0");
        watchByEachClient();
        threads.execute(this::write);
    }

    /** HTTP/2 from Java, HTTP/2 from Go, HTTP/1.1 from curl. */
    private void watchByEachClient() {
        String since = api.get(path).json().at("/metadata/resourceVersion").asText();
        String query = path + "?watch=true&resourceVersion=" + since;
        watch("java", api.watch(query).body().map(Counter::event));
        watch(
                "curl",
                lines(
                                List.of(
                                        "curl",
                                        "-sN",
                                        "--http1.1",
                                        "--cacert",
                                        cluster.home().resolve("data/pki/ca.crt").toString(),
                                        "--cert",
                                        cluster.home().resolve("data/pki/admin.pem").toString(),
                                        "https://127.0.0.1:" + cluster.setting("api.port") + query))
                        .map(Counter::event));
        watch(
                "kubectl",
                lines(
                                kubectl.command(
                                        List.of(
                                                "get",
                                                "configmap",
                                                "-w",
                                                "-o",
                                                "jsonpath={.metadata.name}"
                                                    + " {.metadata.resourceVersion} {.data.n}{\"\\n"
                                                    + "\"}")))
                        .map(line -> line.split(" "))
                        .map(
                                words ->
                                        new Event(
                                                words[0],
                                                words[1],
                                                words.length > 2 ? words[2] : "")));
    }

    private record Event(String name, String revision, String number) {}

    private static Event event(String line) {
        JsonNode object = RawApi.parse(line).get("object");
        return new Event(
                object.at("/metadata/name").asText(),
                object.at("/metadata/resourceVersion").asText(),
                object.at("/data/n").asText());
    }

    private Stream<String> lines(List<String> command) {
        try {
            Process process =
                    new ProcessBuilder(command)
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start();
            processes.add(process);
            return process.inputReader().lines();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void watch(String who, Stream<Event> events) {
        Watcher watcher = new Watcher(who, events);
        watchers.add(watcher);
        threads.execute(watcher);
    }

    /** One watch: how far it has come, and what was wrong with it. */
    private final class Watcher implements Runnable {
        private final String who;
        private final Stream<Event> events;
        private long lastRevision;
        private volatile long lastNumber;
        private volatile String wrong = "";

        Watcher(String who, Stream<Event> events) {
            this.who = who;
            this.events = events;
        }

        @Override
        public void run() {
            try (events) {
                events.filter(event -> event.name.equals(NAME)).forEach(this::see);
                complain("has ended after number " + lastNumber);
            } catch (RuntimeException | AssertionError e) {
                complain("broke after number " + lastNumber + ": " + e);
            }
        }

        private void see(Event event) {
            long number = Long.parseLong(event.number);
            long revision = Long.parseLong(event.revision);
            // The list before a watch shows one state; each later one is seen by itself.
            if (lastRevision != 0 && number != lastNumber + 1) {
                complain("saw " + number + " after " + lastNumber);
            }
            if (revision <= lastRevision) {
                complain("saw revision " + revision + " after " + lastRevision);
            }
            lastRevision = revision;
            lastNumber = number;
        }

        private void complain(String what) {
            if (!closed && wrong.isEmpty()) {
                wrong = "the watch by " + who + " " + what;
            }
        }
    }

    private void write() {
        while (!closed && failure.isEmpty()) {
            long next = written + 1;
            try {
                RawApi.Answer answer =
                        api.patch(
                                path + "/" + NAME,
                                "application/merge-patch+json",
                                "{\"data\":{\"n\":\"" + next + "\"}}");
                assertEquals(200, answer.status(), answer::toString);
                written = next;
            } catch (RuntimeException | AssertionError e) {
                if (!closed) {
                    failure = "write " + next + " failed: " + e + " " + e.getCause();
                }
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    /** Waits until each watch has seen what is written by now; fails if one saw anything else. */
    void check() {
        long now = written;
        for (Watcher watcher : watchers) {
            Eventually.is(
                    "the watch by " + watcher.who + " sees number " + now,
                    Duration.ofSeconds(10),
                    () -> watcher.lastNumber >= now || !watcher.wrong.isEmpty(),
                    () -> "it has seen " + watcher.lastNumber);
            assertEquals("", watcher.wrong);
        }
        assertEquals("", failure);
    }

    long written() {
        return written;
    }

    @Override
    public void close() {
        closed = true;
        processes.forEach(Process::destroy);
        watchers.forEach(watcher -> watcher.events.close());
        threads.shutdownNow();
    }
}
