package io.felucca.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.apiserver.api.WatchCursor;
import io.felucca.client.api.Key;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.StatusReason;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InformerTest {
    private static final UserInfo USER = UserInfo.of("somebody");
    private static final long DEADLINE_SECONDS = 10;

    private final ServerGate gate = new ServerGate();
    private final Pool pool = new Pool(2, Executors.defaultThreadFactory());
    private final SharedInformers informers = new SharedInformers(gate, new Codec(), pool);
    private final BlockingQueue<String> changes = new LinkedBlockingQueue<>(100);

    @AfterEach
    void close() {
        informers.close();
        pool.close();
    }

    @Test
    void nothingCanBeReadBeforeEverythingHasBeenListed() throws InterruptedException {
        ScriptedCursor cursor = new ScriptedCursor().put(WatchCursor.Type.ADDED, "a", 5);
        InformerView<ConfigMap> view = follow(new ScriptedServer().then(cursor));
        assertEquals("+a", next());
        ApiException early = assertThrows(ApiException.class, view::list);
        assertEquals(StatusReason.ServiceUnavailable, early.reason());
        cursor.bookmark(7);
        reached(view, 7);
        assertEquals(1, view.list().size());
        assertTrue(view.get(new Key("ns", "a")).isPresent());
        assertEquals(1, view.list("ns").size());
        assertEquals(List.of(), view.list("other"));
    }

    @Test
    void changesComeInOrderWithBothSides() throws InterruptedException {
        ScriptedCursor cursor = new ScriptedCursor().bookmark(1);
        InformerView<ConfigMap> view = follow(new ScriptedServer().then(cursor));
        // By then the handler is there, too.
        reached(view, 1);
        cursor.put(WatchCursor.Type.ADDED, "a", 2)
                .put(WatchCursor.Type.MODIFIED, "a", 3)
                .put(WatchCursor.Type.DELETED, "a", 4);
        assertEquals("+a", next());
        assertEquals("a@2->3", next());
        assertEquals("-a", next());
        reached(view, 4);
        assertEquals(List.of(), view.list());
    }

    @Test
    void aReplacedServerIsAskedFromTheLastRevisionOn() throws InterruptedException {
        ScriptedCursor first = new ScriptedCursor().put(WatchCursor.Type.ADDED, "a", 5).bookmark(6);
        InformerView<ConfigMap> view = follow(new ScriptedServer().then(first));
        assertEquals("+a", next());
        reached(view, 6);
        ScriptedCursor second = new ScriptedCursor();
        ScriptedServer newer = new ScriptedServer().then(second);
        gate.arrive(newer);
        second.put(WatchCursor.Type.ADDED, "b", 9);
        assertEquals("+b", next());
        assertEquals("6", newer.opened().get(0).resourceVersion());
        assertTrue(first.isClosed());
        assertEquals(2, view.list().size());
    }

    @Test
    void aHistoryThatIsGoneMeansListingAgainAndTellingWhatWentMeanwhile()
            throws InterruptedException {
        ScriptedCursor first =
                new ScriptedCursor()
                        .put(WatchCursor.Type.ADDED, "a", 5)
                        .put(WatchCursor.Type.ADDED, "b", 6)
                        .bookmark(6);
        ScriptedCursor again =
                new ScriptedCursor().put(WatchCursor.Type.ADDED, "b", 6).bookmark(20);
        ScriptedServer server = new ScriptedServer().then(first).then(again);
        InformerView<ConfigMap> view = follow(server);
        // What was there before the handler came, comes in no order.
        String one = next();
        String other = next();
        assertEquals(Set.of("+a", "+b"), Set.of(one, other));
        reached(view, 6);
        first.tooOld();
        assertEquals("b@6->6", next());
        assertEquals("-a", next());
        reached(view, 20);
        assertEquals(1, view.list().size());
        assertTrue(server.opened().get(1).sendInitialEvents());
    }

    @Test
    void aRevisionIsReachedAlsoWhenOnlyOthersChanged() throws InterruptedException {
        ScriptedCursor cursor = new ScriptedCursor().bookmark(1);
        InformerView<ConfigMap> view = follow(new ScriptedServer().then(cursor));
        reached(view, 1);
        cursor.reach(50);
        reached(view, 50);
    }

    @Test
    void anEndedWatchIsOpenedAgain() throws InterruptedException {
        ScriptedCursor first = new ScriptedCursor().bookmark(3);
        ScriptedCursor second = new ScriptedCursor().put(WatchCursor.Type.ADDED, "c", 4);
        InformerView<ConfigMap> view = follow(new ScriptedServer().then(first).then(second));
        reached(view, 3);
        first.end();
        assertEquals("+c", next());
    }

    @Test
    void indexesFollowTheObjects() throws InterruptedException {
        ScriptedCursor cursor =
                new ScriptedCursor().put(WatchCursor.Type.ADDED, "a", 2).bookmark(2);
        InformerView<ConfigMap> view = follow(new ScriptedServer().then(cursor));
        reached(view, 2);
        view.index("first-letter", map -> List.of(map.getMetadata().getName().substring(0, 1)));
        assertEquals(1, view.byIndex("first-letter", "a").size());
        cursor.put(WatchCursor.Type.DELETED, "a", 3);
        reached(view, 3);
        assertEquals(List.of(), view.byIndex("first-letter", "a"));
    }

    private InformerView<ConfigMap> follow(ScriptedServer server) {
        gate.arrive(server);
        InformerView<ConfigMap> view = informers.typed(ConfigMap.class, "", USER);
        view.onChange(change -> changes.add(words(change.before(), change.now())));
        return view;
    }

    private static String words(
            java.util.Optional<ConfigMap> before, java.util.Optional<ConfigMap> now) {
        if (before.isEmpty()) {
            return "+" + now.orElseThrow().getMetadata().getName();
        }
        String name = before.get().getMetadata().getName();
        return now.isEmpty()
                ? "-" + name
                : name
                        + "@"
                        + before.get().getMetadata().getResourceVersion()
                        + "->"
                        + now.get().getMetadata().getResourceVersion();
    }

    private String next() throws InterruptedException {
        return changes.poll(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    private static void reached(InformerView<ConfigMap> view, long revision)
            throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        view.whenReached(revision, done::countDown);
        assertTrue(done.await(DEADLINE_SECONDS, TimeUnit.SECONDS), "revision " + revision);
    }
}
