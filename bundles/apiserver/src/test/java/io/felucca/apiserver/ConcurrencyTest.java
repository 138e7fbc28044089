package io.felucca.apiserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.ApiServer.ListOptions;
import io.felucca.apiserver.api.ApiServer.ObjectList;
import io.felucca.apiserver.api.ApiServer.Patch;
import io.felucca.apiserver.api.StoredObject;
import io.felucca.apiserver.api.WatchCursor;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.StatusReason;
import io.felucca.storage.api.Change;
import io.felucca.storage.api.StoreException;
import io.felucca.storage.api.Watcher;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConcurrencyTest {
    private final Harbour harbour = new Harbour();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void close() {
        threads.shutdownNow();
        harbour.close();
    }

    private CompletableFuture<Void> run(Runnable task) {
        return CompletableFuture.runAsync(task, threads);
    }

    private static void join(List<CompletableFuture<Void>> tasks) {
        CompletableFuture.allOf(tasks.toArray(new CompletableFuture<?>[0]))
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
    }

    @Test
    void noUpdateIsLost() {
        harbour.create(Harbour.boat("argo"));
        int perThread = 200;
        List<CompletableFuture<Void>> tasks = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            tasks.add(
                    run(
                            () -> {
                                for (int done = 0; done < perThread; ) {
                                    done += raise() ? 1 : 0;
                                }
                            }));
        }
        join(tasks);
        assertEquals(4 * perThread, harbour.read("argo").at("/spec/masts").asInt());
    }

    private boolean raise() {
        ObjectNode boat = harbour.read("argo");
        boat.withObject("/spec").put("masts", boat.at("/spec/masts").asInt() + 1);
        try {
            harbour.update(boat);
            return true;
        } catch (ApiException e) {
            assertEquals(StatusReason.Conflict, e.reason());
            return false;
        }
    }

    @Test
    void patchesOfDifferentFieldsAllArrive() {
        harbour.create(Harbour.boat("argo"));
        List<CompletableFuture<Void>> tasks = new ArrayList<>();
        for (int t = 0; t < 3; t++) {
            int thread = t;
            tasks.add(
                    run(
                            () -> {
                                for (int i = 0; i < 100; i++) {
                                    patchLabel("l" + thread + "-" + i);
                                }
                            }));
        }
        join(tasks);
        assertEquals(300, harbour.read("argo").at("/metadata/labels").size());
    }

    private void patchLabel(String label) {
        harbour.patch("argo", Patch.Type.MERGE, label(label));
    }

    private static String label(String label) {
        return "{'metadata':{'labels':{'" + label + "':'x'}}}";
    }

    @Test
    void patchesThatKnowNothingOfEachOtherAllArrive() throws InterruptedException {
        harbour.create(Harbour.boat("argo"));
        HoldingWatcher holding = new HoldingWatcher();
        harbour.store.watch("", 0, holding);
        CompletableFuture<Void> first = run(() -> harbour.create(Harbour.boat("other")));
        holding.begun.await();
        // Nobody is told of any of these before all of them are there.
        List<CompletionStage<StoredObject>> patches = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            byte[] body = label("l" + i).replace('\'', '"').getBytes(StandardCharsets.UTF_8);
            patches.add(
                    harbour.server.patch(
                            Harbour.request("patch", "argo"), new Patch(Patch.Type.MERGE, body)));
        }
        holding.end.countDown();
        join(List.of(first));
        patches.forEach(Harbour::get);
        assertEquals(40, harbour.read("argo").at("/metadata/labels").size());
    }

    /** Keeps the store from telling anybody of a change, once. */
    private static final class HoldingWatcher implements Watcher {
        private final CountDownLatch begun = new CountDownLatch(1);
        private final CountDownLatch end = new CountDownLatch(1);

        @Override
        public void onChanges(List<Change> changes) {
            begun.countDown();
            try {
                assertTrue(end.await(20, TimeUnit.SECONDS));
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public void onProgress(long revision) {}

        @Override
        public void onEnd(StoreException reason) {}
    }

    @Test
    void claimsAreNeverHeldTwice() {
        List<CompletableFuture<Void>> tasks = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            int thread = t;
            tasks.add(
                    run(
                            () -> {
                                for (int i = 0; i < 25; i++) {
                                    ObjectNode boat = Harbour.boat("b" + thread + "-" + i);
                                    boat.withObject("/spec").put("slip", "any");
                                    harbour.create(boat);
                                }
                            }));
        }
        join(tasks);
        Set<String> slips = new HashSet<>();
        for (StoredObject boat :
                harbour.server.list(Harbour.request("list", ""), ListOptions.ALL).items()) {
            assertTrue(slips.add(Harbour.tree(boat).at("/spec/slip").asText()));
        }
        assertEquals(100, slips.size());
    }

    /** A client as informers are: a list, then a watch, from which it keeps a copy. */
    private final class Mirror implements Runnable {
        private final String selector;
        private final AtomicBoolean stop;
        private final Map<String, Long> copy = new TreeMap<>();
        private long last;

        Mirror(String selector, AtomicBoolean stop) {
            this.selector = selector;
            this.stop = stop;
        }

        @Override
        public void run() {
            ObjectList list =
                    harbour.server.list(Harbour.request("list", ""), Harbour.labels(selector));
            list.items().forEach(boat -> copy.put(boat.name(), boat.revision()));
            last = list.resourceVersion();
            WatchCursor cursor =
                    harbour.watch(
                            new ListOptions(
                                    selector, "", Long.toString(last), "", 0, "", false, false, 0));
            Semaphore available = new Semaphore(0);
            while (!stop.get() || cursor.revision() < harbour.store.revision()) {
                List<WatchCursor.Event> events = cursor.poll(7);
                events.forEach(this::take);
                if (events.isEmpty()) {
                    cursor.onAvailable(available::release);
                    await(available);
                }
            }
            cursor.close();
        }

        private void await(Semaphore available) {
            try {
                // With a deadline only so that it looks at "stop" now and then.
                boolean woken = available.tryAcquire(20, TimeUnit.MILLISECONDS);
                assertTrue(woken || available.availablePermits() <= 1);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        private void take(WatchCursor.Event event) {
            String name = event.object().name();
            assertTrue(event.revision() > last, "in order, each once");
            last = event.revision();
            switch (event.type()) {
                case ADDED -> assertEquals(null, copy.put(name, event.revision()), name);
                case MODIFIED -> assertTrue(copy.put(name, event.revision()) != null, name);
                case DELETED -> assertTrue(copy.remove(name) != null, name);
                case BOOKMARK, ERROR -> throw new AssertionError(event.type().toString());
            }
        }
    }

    @Test
    void everyWatcherSeesExactlyWhatHappenedUnderConcurrentWrites() {
        long seed = System.nanoTime();
        AtomicBoolean stop = new AtomicBoolean();
        List<Mirror> mirrors = new ArrayList<>();
        List<CompletableFuture<Void>> watchers = new ArrayList<>();
        List<CompletableFuture<Void>> writers = new ArrayList<>();
        for (int t = 0; t < 2; t++) {
            Random random = new Random(seed + t);
            writers.add(run(() -> writeAtRandom(random, 1_500)));
        }
        for (String selector : List.of("", "side=port", "side!=port", "side in (port,bow)")) {
            Mirror mirror = new Mirror(selector, stop);
            mirrors.add(mirror);
            watchers.add(run(mirror));
        }
        join(writers);
        stop.set(true);
        join(watchers);
        for (Mirror mirror : mirrors) {
            Map<String, Long> expected = new TreeMap<>();
            for (StoredObject boat :
                    harbour.server
                            .list(Harbour.request("list", ""), Harbour.labels(mirror.selector))
                            .items()) {
                expected.put(boat.name(), boat.revision());
            }
            assertEquals(expected, mirror.copy, "seed " + seed + " selector " + mirror.selector);
        }
    }

    private void writeAtRandom(Random random, int writes) {
        List<String> sides = List.of("port", "starboard", "bow");
        for (int i = 0; i < writes; i++) {
            String name = "boat-" + random.nextInt(30);
            String side = sides.get(random.nextInt(3));
            try {
                switch (random.nextInt(4)) {
                    case 0 -> {
                        ObjectNode boat = Harbour.boat(name);
                        boat.withObject("/metadata/labels").put("side", side);
                        harbour.create(boat);
                    }
                    case 1 -> harbour.delete(name);
                    default ->
                            harbour.patch(
                                    name,
                                    Patch.Type.MERGE,
                                    "{'metadata':{'labels':{'side':'" + side + "'}}}");
                }
            } catch (ApiException e) {
                StatusReason reason = e.reason();
                assertTrue(
                        reason == StatusReason.NotFound
                                || reason == StatusReason.AlreadyExists
                                || reason == StatusReason.Conflict,
                        e.getMessage());
            }
        }
    }
}
