package io.felucca.apiserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.AdmissionPlugin;
import io.felucca.apiserver.api.ApiServer.ListOptions;
import io.felucca.apiserver.api.Authorizer;
import io.felucca.apiserver.api.BootstrapObjects;
import io.felucca.apiserver.api.WatchCursor;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.GroupResource;
import io.felucca.machinery.StatusReason;
import io.felucca.storage.api.Txn;
import io.felucca.testing.FakeClock;
import io.felucca.testing.MemoryStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class SwapTest {
    @Test
    void aGroupIsReplacedUnderLoadAndNobodyNotices() {
        TestGroup old = TestGroup.harbour("old");
        try (Harbour harbour =
                new Harbour(new MemoryStore(new FakeClock()), TestGroup.core(), old)) {
            WatchCursor watch = harbour.watch(Harbour.from(harbour.store.revision()));
            AtomicBoolean stop = new AtomicBoolean();
            CompletableFuture<Integer> writer =
                    CompletableFuture.supplyAsync(
                            () -> {
                                int created = 0;
                                while (!stop.get() && created < 9_000) {
                                    harbour.create(Harbour.boat("boat-" + created++));
                                }
                                return created;
                            });
            Harbour.eventually(() -> !harbour.names(ListOptions.ALL).isEmpty());
            TestGroup current = old;
            for (String flag : List.of("new", "old", "new")) {
                int before = harbour.names(ListOptions.ALL).size();
                harbour.engine.remove(current);
                assertEquals(2, harbour.server.resources().groups().size(), "in discovery");
                assertTrue(harbour.names(ListOptions.ALL).size() >= before, "lists go on");
                current = TestGroup.harbour(flag);
                harbour.engine.add(current);
                Harbour.eventually(() -> harbour.names(ListOptions.ALL).size() > before + 5);
            }
            stop.set(true);
            int created = writer.orTimeout(20, TimeUnit.SECONDS).join();
            assertEquals(created, watch.poll(20_000).size());
            assertEquals("new", flagOf(harbour, created - 1));
            assertEquals("old", flagOf(harbour, 0));
        }
    }

    private static String flagOf(Harbour harbour, int number) {
        return harbour.read("boat-" + number).at("/metadata/labels/flag").asText();
    }

    @Test
    void partsThatGoAfterTheServerLeaveQuietly() {
        Harbour harbour = new Harbour();
        BootstrapObjects never =
                () -> List.of(Harbour.json("{'apiVersion':'no/v1','kind':'No','metadata':{}}"));
        harbour.engine.add(never);
        harbour.engine.close();
        TestGroup late = TestGroup.harbour();
        harbour.engine.add(late);
        harbour.engine.remove(late);
        harbour.engine.store(null);
        assertThrows(ApiException.class, () -> harbour.create(Harbour.boat("argo")));
        harbour.close();
    }

    @Test
    void whenAllGoesNobodyWaitsForWhatIsAway() {
        TestGroup group = TestGroup.harbour();
        Harbour harbour = new Harbour(new MemoryStore(new FakeClock()), TestGroup.core(), group);
        harbour.engine.remove(group);
        CompletableFuture<StatusReason> waiting =
                CompletableFuture.supplyAsync(
                        () ->
                                assertThrows(
                                                ApiException.class,
                                                () -> harbour.create(Harbour.boat("argo")))
                                        .reason());
        long startNanos = System.nanoTime();
        harbour.engine.end();
        assertEquals(StatusReason.ServiceUnavailable, waiting.join());
        assertTrue(System.nanoTime() - startNanos < Patience.MOMENT_NANOS / 2);
        harbour.close();
    }

    @Test
    void aGroupThatStaysAwayAnswersUnavailableAndOneWithoutResourcesNotFound() {
        TestGroup group = TestGroup.harbour();
        try (Harbour harbour =
                new Harbour(new MemoryStore(new FakeClock()), TestGroup.core(), group)) {
            harbour.create(Harbour.boat("argo"));
            harbour.engine.remove(group);
            ApiException e =
                    assertThrows(ApiException.class, () -> harbour.create(Harbour.boat("dory")));
            assertEquals(StatusReason.ServiceUnavailable, e.reason());
            assertEquals(1, e.status().details().retryAfterSeconds());
            assertEquals(List.of("argo"), harbour.names(ListOptions.ALL));
            harbour.engine.add(TestGroup.empty("harbour"));
            ApiException gone =
                    assertThrows(ApiException.class, () -> harbour.names(ListOptions.ALL));
            assertEquals(StatusReason.NotFound, gone.reason());
        }
    }

    @Test
    void withoutItsAuthorizerTheServerFailsClosed() {
        try (Harbour harbour = new Harbour()) {
            Authorizer closed = attributes -> Authorizer.Decision.NO_OPINION;
            harbour.engine.add(closed, 10);
            harbour.create(Harbour.boat("argo"));
        }
        FakeClock clock = new FakeClock();
        MemoryStore store = new MemoryStore(clock);
        Authorizer authorizer = Harbour.allow();
        try (Engine engine = new Engine(clock, Set.of(), Set.of(), () -> {})) {
            engine.add(TestGroup.harbour());
            engine.add(authorizer, 0);
            engine.store(store);
            engine.remove(authorizer);
            ApiException e =
                    assertThrows(
                            ApiException.class,
                            () ->
                                    engine.server()
                                            .create(
                                                    Harbour.request("create", ""),
                                                    Harbour.boat("argo")));
            assertEquals(StatusReason.ServiceUnavailable, e.reason());
        }
    }

    /** Marks what it sees. */
    private static final class Marking implements AdmissionPlugin {
        @Override
        public void mutate(Request request) {
            if (request.object() != null) {
                request.object().withObject("/metadata/annotations").put("marked", "yes");
            }
        }
    }

    @Test
    void aRequiredPluginIsWaitedForAndNeverLeftOut() throws InterruptedException {
        FakeClock clock = new FakeClock();
        MemoryStore store = new MemoryStore(clock);
        CountDownLatch ready = new CountDownLatch(1);
        try (Engine engine =
                new Engine(clock, Set.of("Marking"), Set.of("harbour"), ready::countDown)) {
            engine.add(TestGroup.harbour());
            engine.add(Harbour.allow(), 0);
            engine.store(store);
            Marking plugin = new Marking();
            engine.add(plugin, "Marking", 0);
            assertTrue(ready.await(30, TimeUnit.SECONDS));
            engine.remove(plugin);
            List<CompletableFuture<Boolean>> writes = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                String name = "boat-" + i;
                writes.add(
                        CompletableFuture.supplyAsync(
                                () ->
                                        Harbour.tree(
                                                        Harbour.get(
                                                                engine.server()
                                                                        .create(
                                                                                Harbour.request(
                                                                                        "create",
                                                                                        ""),
                                                                                Harbour.boat(
                                                                                        name))))
                                                .at("/metadata/annotations/marked")
                                                .asText()
                                                .equals("yes")));
            }
            engine.add(new Marking(), "Marking", 0);
            for (CompletableFuture<Boolean> write : writes) {
                assertTrue(write.orTimeout(10, TimeUnit.SECONDS).join());
            }
        }
    }

    @Test
    void aNewServerOnTheSameStoreLetsWatchersResume() {
        FakeClock clock = new FakeClock();
        MemoryStore store = new MemoryStore(clock);
        Harbour first = new Harbour(store, TestGroup.core(), TestGroup.harbour());
        first.create(Harbour.boat("argo"));
        long seen = store.revision();
        first.create(Harbour.boat("dory"));
        first.delete("argo");
        first.engine.close();
        try (Harbour second = new Harbour(store, TestGroup.core(), TestGroup.harbour())) {
            WatchCursor watch = second.watch(Harbour.from(seen));
            assertEquals("ADDED dory, DELETED argo", Harbour.seen(watch));
        }
    }

    @Test
    void aServerThatGoesLandsItsWritesEndsItsWatchesAndRefusesCalls() {
        Harbour harbour = new Harbour();
        WatchCursor watch = harbour.watch(Harbour.from(harbour.store.revision()));
        AtomicBoolean woken = new AtomicBoolean();
        watch.onAvailable(() -> woken.set(true));
        harbour.engine.close();
        assertTrue(woken.get());
        assertEquals("", Harbour.seen(watch));
        assertTrue(watch.ended());
        ApiException e =
                assertThrows(ApiException.class, () -> harbour.create(Harbour.boat("argo")));
        assertEquals(StatusReason.ServiceUnavailable, e.reason());
        harbour.close();
    }

    @Test
    void whatWasCompactedAwayMeanwhileIsLoadedAnewAndEndsTheWatches() {
        try (Harbour harbour = new Harbour()) {
            harbour.create(Harbour.boat("argo"));
            harbour.create(Harbour.boat("dory"));
            WatchCursor watch = harbour.watch(Harbour.from(harbour.store.revision()));
            harbour.engine.store(null);
            String key = Keys.object(new GroupResource("harbour", "boats"), "sea", "argo");
            Txn.Write delete = new Txn.Delete(key);
            Harbour.get(harbour.store.txn(new Txn(List.of(), List.of(delete))));
            Txn.Write other = new Txn.Put("/claims/x", new byte[] {'x'}, 0);
            Harbour.get(harbour.store.txn(new Txn(List.of(), List.of(other))));
            Harbour.get(harbour.store.compact(harbour.store.revision()));
            harbour.engine.store(harbour.store);
            Harbour.eventually(() -> harbour.names(ListOptions.ALL).equals(List.of("dory")));
            Harbour.eventually(() -> Harbour.seen(watch).equals("ERROR"));
            long now = harbour.store.revision();
            assertEquals(
                    now,
                    harbour.server
                            .list(Harbour.request("list", ""), ListOptions.ALL)
                            .resourceVersion());
            WatchCursor next = harbour.watch(Harbour.from(now));
            harbour.create(Harbour.boat("pequod"));
            assertEquals("ADDED pequod", Harbour.seen(next));
        }
    }

    @Test
    void aStoreThatComesBackGoesOnAndAnotherOneStartsAnew() {
        try (Harbour harbour = new Harbour()) {
            harbour.create(Harbour.boat("argo"));
            WatchCursor watch = harbour.watch(Harbour.from(harbour.store.revision()));
            harbour.engine.store(null);
            harbour.engine.store(harbour.store);
            harbour.create(Harbour.boat("dory"));
            Harbour.eventually(() -> Harbour.seen(watch).equals("ADDED dory"));
            assertEquals(harbour.store.revision(), watch.revision());
            MemoryStore other = new MemoryStore(harbour.clock);
            harbour.engine.store(other);
            Harbour.eventually(() -> harbour.names(ListOptions.ALL).isEmpty());
            Harbour.eventually(() -> Harbour.seen(watch).contains("ERROR"));
            assertTrue(watch.ended());
            other.close();
        }
    }

    @Test
    void objectsFromTheStartAreCreatedAndReconciled() {
        try (Harbour harbour = new Harbour()) {
            harbour.create(
                    Harbour.json("{'metadata':{'name':'argo'},'spec':{'crew':[{'name':'a'}]}}"));
            ObjectNode argo = bootBoat("argo");
            ObjectNode dory = bootBoat("dory");
            harbour.engine.add(
                    new BootstrapObjects() {
                        @Override
                        public List<ObjectNode> objects() {
                            return List.of(argo, dory);
                        }

                        @Override
                        public ObjectNode reconcile(ObjectNode existing, ObjectNode wanted) {
                            ObjectNode merged =
                                    BootstrapObjects.addMissing(
                                            existing.deepCopy(), wanted, "none");
                            merged.withObject("/metadata/labels").put("reconciled", "yes");
                            return merged;
                        }
                    });
            Harbour.eventually(() -> harbour.names(ListOptions.ALL).contains("dory"));
            Harbour.eventually(() -> harbour.read("argo").at("/metadata/labels/boot").isTextual());
            assertEquals("a", harbour.read("argo").at("/spec/crew/0/name").asText());
            Harbour.eventually(
                    () ->
                            harbour.engine.healthChecks().stream()
                                    .allMatch(check -> check.problem().isEmpty()));
            harbour.engine.store(null);
            assertFalse(
                    harbour.engine.healthChecks().stream()
                            .allMatch(check -> check.problem().isEmpty()));
        }
    }

    private static ObjectNode bootBoat(String name) {
        return Harbour.json(
                "{'apiVersion':'harbour/v1','kind':'Boat','metadata':{'name':'"
                        + name
                        + "','namespace':'sea','labels':{'boot':'yes'}},'spec':{}}");
    }
}
