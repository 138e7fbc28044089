package io.felucca.itests.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Users of the cluster, while parts of it are swapped: one reads, one writes, one watches what is
 * written, one creates pods, one asks a Service. Each notes what failed and how long it took.
 */
final class Load implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(20);
    private static final Duration POD_PAUSE = Duration.ofSeconds(2);

    private final ExecutorService users = Executors.newFixedThreadPool(5);
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final Queue<Long> latenciesNanos = new ConcurrentLinkedQueue<>();
    private final Map<String, Long> longestMillis = new ConcurrentSkipListMap<>();
    private final List<String> watched = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger written = new AtomicInteger();
    private final AtomicInteger pods = new AtomicInteger();
    private final AtomicInteger served = new AtomicInteger();
    private final RawApi api;
    private final Kubectl kubectl;
    private final String pod;
    private final String namespaced;
    private final Stream<String> watch;
    private volatile boolean over;

    /**
     * @param pod whose log is read
     */
    Load(Cluster cluster, Kubectl kubectl, String serviceUrl, String pod) {
        api = cluster.api();
        this.kubectl = kubectl;
        this.pod = pod;
        namespaced = "/api/v1/namespaces/" + kubectl.namespace();
        kubectl.ok("create configmap counter --from-literal=n=0");
        String revision = kubectl.field("configmap counter", "/metadata/resourceVersion");
        watch =
                api.watch(
                                namespaced
                                        + "/configmaps?watch=true&fieldSelector=metadata.name%3D"
                                        + "counter&resourceVersion="
                                        + revision)
                        .body();
        users.execute(this::watchCounter);
        users.execute(() -> repeat(PAUSE, this::read));
        users.execute(() -> repeat(PAUSE, this::write));
        users.execute(() -> repeat(POD_PAUSE, this::createPod));
        users.execute(() -> repeat(PAUSE, () -> ask(serviceUrl)));
    }

    private void repeat(Duration pause, Runnable action) {
        while (!over) {
            try {
                action.run();
            } catch (RuntimeException e) {
                failures.add(String.valueOf(e));
            }
            LockSupport.parkNanos(pause.toNanos());
        }
    }

    private RawApi.Answer timed(String what, int expected, Supplier<RawApi.Answer> call) {
        long start = System.nanoTime();
        RawApi.Answer answer = call.get();
        long took = System.nanoTime() - start;
        latenciesNanos.add(took);
        longestMillis.merge(what, TimeUnit.NANOSECONDS.toMillis(took), Math::max);
        if (answer.status() != expected) {
            failures.add(what + ": " + answer);
        }
        return answer;
    }

    private void read() {
        timed("list pods", 200, () -> api.overHttp1().get(namespaced + "/pods"));
        timed("log", 200, () -> api.get(namespaced + "/pods/" + pod + "/log"));
        timed(
                "get deployment",
                200,
                () ->
                        api.get(
                                "/apis/apps/v1/namespaces/"
                                        + kubectl.namespace()
                                        + "/deployments/web"));
    }

    private void write() {
        int next = written.get() + 1;
        timed(
                "patch",
                200,
                () ->
                        api.patch(
                                namespaced + "/configmaps/counter",
                                "application/merge-patch+json",
                                "{\"data\":{\"n\":\"" + next + "\"}}"));
        written.set(next);
    }

    private void createPod() {
        String name = "extra-" + pods.incrementAndGet();
        timed(
                "create pod",
                201,
                () ->
                        api.post(
                                namespaced + "/pods",
                                "application/json",
                                Manifests.pod(name, Manifests.stay("true"))));
    }

    private void watchCounter() {
        try {
            watch.forEach(
                    line -> {
                        JsonNode event = RawApi.parse(line);
                        watched.add(
                                event.get("type").asText()
                                        + " "
                                        + event.at("/object/data/n").asText());
                    });
            if (!over) {
                failures.add("the watch has ended");
            }
        } catch (RuntimeException e) {
            if (!over) {
                failures.add("watch: " + e);
            }
        }
    }

    /** A new connection each time, so that each passes the Service's rules. */
    private void ask(String url) {
        try {
            HttpURLConnection connection =
                    (HttpURLConnection) URI.create(url).toURL().openConnection();
            connection.setRequestProperty("Connection", "close");
            connection.setConnectTimeout(2000);
            connection.setReadTimeout(5000);
            try (var body = connection.getInputStream()) {
                String text = new String(body.readAllBytes(), StandardCharsets.UTF_8);
                if (!text.endsWith(" v1\n")) {
                    failures.add("service: " + text);
                }
            } finally {
                connection.disconnect();
            }
            served.incrementAndGet();
        } catch (IOException e) {
            failures.add("service: " + e);
        }
    }

    /** Waits until the users have done this much more, so that a swap is followed by work. */
    void awaitMore(int writes, int newPods) {
        int writesThen = written.get() + writes;
        int podsThen = pods.get() + newPods;
        int servedThen = served.get() + writes;
        Eventually.is(
                "the load goes on",
                Duration.ofSeconds(60),
                () ->
                        written.get() >= writesThen
                                && pods.get() >= podsThen
                                && served.get() >= servedThen,
                failures::toString);
    }

    /** The time that 99 of 100 requests since the last call did not exceed. */
    Duration p99() {
        List<Long> taken = new ArrayList<>();
        for (Long nanos = latenciesNanos.poll(); nanos != null; nanos = latenciesNanos.poll()) {
            taken.add(nanos);
        }
        Collections.sort(taken);
        return Duration.ofNanos(taken.get((int) (taken.size() * 0.99)));
    }

    /** The longest that requests of each kind took since the last call, in milliseconds. */
    Map<String, Long> longest() {
        Map<String, Long> taken = new TreeMap<>(longestMillis);
        longestMillis.clear();
        return taken;
    }

    /** Ends the load and checks what everybody saw. Returns the number of pods created. */
    int assertNothingWasLost() {
        over = true;
        int last = written.get();
        Eventually.is(
                "the watch has seen all of " + last,
                Duration.ofSeconds(30),
                () -> watched.size() >= last,
                () -> "seen " + watched.size() + "; " + failures);
        assertTrue(failures.isEmpty(), failures::toString);
        List<String> expected = new ArrayList<>();
        for (int i = 1; i <= last; i++) {
            expected.add("MODIFIED " + i);
        }
        assertEquals(expected, List.copyOf(watched).subList(0, last));
        return pods.get();
    }

    @Override
    public void close() {
        over = true;
        watch.close();
        users.shutdownNow();
    }
}
