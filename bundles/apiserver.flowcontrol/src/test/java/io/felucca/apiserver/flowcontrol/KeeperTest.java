package io.felucca.apiserver.flowcontrol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.ApiRequest;
import io.felucca.apiserver.api.StoredObject;
import io.felucca.apiserver.api.WatchCursor;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.testing.FakeClock;
import io.felucca.testing.RefusingServer;
import io.felucca.testing.StoredJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class KeeperTest {
    private final Objects server = new Objects();
    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();

    /** The schemas, each time they were handed on. */
    private final BlockingQueue<List<ObjectNode>> handedOn = new LinkedBlockingQueue<>(1000);

    private final Keeper keeper =
            new Keeper(
                    server,
                    new FakeClock(),
                    executor,
                    (schemas, levels) -> assertTrue(handedOn.offer(schemas)));

    /** Stores objects and says to watches that something changed. */
    private static class Objects extends RefusingServer {
        private final Map<String, ObjectNode> objects = new TreeMap<>();
        private final List<Runnable> watchers = new ArrayList<>();
        private long revision;
        private int writes;
        private Runnable afterList;

        private static String key(GroupVersionResource resource, String name) {
            return resource.resource() + "/" + name;
        }

        synchronized void put(GroupVersionResource resource, ObjectNode object) {
            objects.put(key(resource, object.at("/metadata/name").asText()), object.deepCopy());
            changed();
        }

        synchronized void remove(GroupVersionResource resource, String name) {
            objects.remove(key(resource, name));
            changed();
        }

        synchronized ObjectNode get(GroupVersionResource resource, String name) {
            return objects.get(key(resource, name)).deepCopy();
        }

        synchronized int writes() {
            return writes;
        }

        /** Runs it when schemas were listed next, before who listed them looks at them. */
        synchronized void afterNextList(Runnable action) {
            afterList = action;
        }

        synchronized boolean wasListed() {
            return afterList == null;
        }

        private void changed() {
            revision++;
            writes++;
            List<Runnable> told = List.copyOf(watchers);
            watchers.clear();
            told.forEach(Runnable::run);
        }

        @Override
        public CompletionStage<StoredObject> create(ApiRequest request, ObjectNode body) {
            put(request.resource(), body);
            return CompletableFuture.completedStage(new StoredJson(body));
        }

        @Override
        public synchronized CompletionStage<StoredObject> modify(
                GroupVersionResource resource,
                String namespace,
                String name,
                UnaryOperator<ObjectNode> change) {
            if (!objects.containsKey(key(resource, name))) {
                return CompletableFuture.failedStage(
                        ApiException.notFound(resource.groupResource(), name));
            }
            put(resource, change.apply(get(resource, name)));
            return CompletableFuture.completedStage(new StoredJson(get(resource, name)));
        }

        @Override
        public synchronized ObjectList list(ApiRequest request, ListOptions options) {
            List<StoredObject> found = new ArrayList<>();
            objects.forEach(
                    (key, object) -> {
                        if (key.startsWith(request.resource().resource() + "/")) {
                            found.add(new StoredJson(object.deepCopy(), revision));
                        }
                    });
            ObjectList list = new ObjectList(revision, found, "", 0);
            if (afterList != null && request.resource().equals(Keeper.SCHEMAS)) {
                Runnable action = afterList;
                afterList = null;
                action.run();
            }
            return list;
        }

        @Override
        public WatchCursor watch(ApiRequest request, ListOptions options) {
            return new Cursor(Long.parseLong(options.resourceVersion()));
        }

        /** Whatever has changed is one event. */
        private final class Cursor implements WatchCursor {
            private long seen;
            private boolean closed;

            Cursor(long from) {
                seen = from;
            }

            @Override
            public List<Event> poll(int most) {
                synchronized (Objects.this) {
                    boolean isNew = seen < revision;
                    seen = revision;
                    return isNew ? List.of(new Event(Type.BOOKMARK, null, revision)) : List.of();
                }
            }

            @Override
            public void onAvailable(Runnable action) {
                synchronized (Objects.this) {
                    if (seen == revision && !closed) {
                        watchers.add(action);
                        return;
                    }
                }
                action.run();
            }

            @Override
            public long revision() {
                return seen;
            }

            @Override
            public boolean ended() {
                return closed;
            }

            @Override
            public void close() {
                synchronized (Objects.this) {
                    closed = true;
                }
            }
        }
    }

    @BeforeEach
    void start() throws InterruptedException {
        keeper.start();
        await(schemas -> schemas.size() == Defaults.schemas().size());
    }

    @AfterEach
    void stop() {
        keeper.close();
        executor.shutdownNow();
    }

    private List<ObjectNode> await(Predicate<List<ObjectNode>> wanted) throws InterruptedException {
        List<ObjectNode> last = handedOn.poll(30, TimeUnit.SECONDS);
        while (last != null && !wanted.test(last)) {
            last = handedOn.poll(30, TimeUnit.SECONDS);
        }
        assertTrue(last != null, "it did not come");
        return last;
    }

    private static ObjectNode named(List<ObjectNode> schemas, String name) {
        return schemas.stream()
                .filter(one -> one.at("/metadata/name").asText().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static String dangling(ObjectNode schema) {
        return schema.at("/status/conditions/0/status").asText();
    }

    @Test
    void whatIsMissingIsMadeAndSaysThatItsLevelIsThere() throws InterruptedException {
        await(schemas -> dangling(named(schemas, "catch-all")).equals("False"));
        server.remove(Keeper.SCHEMAS, "service-accounts");
        await(schemas -> schemas.size() == Defaults.schemas().size());
        assertEquals(
                9000,
                server.get(Keeper.SCHEMAS, "service-accounts")
                        .at("/spec/matchingPrecedence")
                        .asInt());
    }

    @Test
    void whatMustBeSoIsPutRightAndWhatIsTheUsersIsLeft() throws InterruptedException {
        ObjectNode mandatory = server.get(Keeper.SCHEMAS, "catch-all");
        mandatory.withObject("/spec").put("matchingPrecedence", 7);
        mandatory.withObject("/metadata/annotations").put(Defaults.AUTO_UPDATE, "false");
        ObjectNode users = server.get(Keeper.SCHEMAS, "probes");
        users.withObject("/spec").put("matchingPrecedence", 8);
        users.withObject("/metadata/annotations").put(Defaults.AUTO_UPDATE, "false");
        ObjectNode kept = server.get(Keeper.SCHEMAS, "global-default");
        kept.withObject("/spec").put("matchingPrecedence", 9);
        server.put(Keeper.SCHEMAS, users);
        server.put(Keeper.SCHEMAS, kept);
        server.put(Keeper.SCHEMAS, mandatory);
        List<ObjectNode> schemas =
                await(
                        all ->
                                named(all, "probes").at("/spec/matchingPrecedence").asInt() == 8
                                        && named(all, "catch-all")
                                                        .at("/spec/matchingPrecedence")
                                                        .asInt()
                                                == 10000);
        assertEquals(9900, named(schemas, "global-default").at("/spec/matchingPrecedence").asInt());
    }

    @Test
    void whatIsChangedWhileAllIsLookedAtIsPutRightToo() throws InterruptedException {
        ObjectNode mandatory = server.get(Keeper.SCHEMAS, "catch-all");
        mandatory.withObject("/spec").put("matchingPrecedence", 7);
        server.afterNextList(() -> server.put(Keeper.SCHEMAS, mandatory));
        server.put(Keeper.SCHEMAS, server.get(Keeper.SCHEMAS, "probes"));
        await(
                all ->
                        server.wasListed()
                                && server.get(Keeper.SCHEMAS, "catch-all")
                                                .at("/spec/matchingPrecedence")
                                                .asInt()
                                        == 10000);
    }

    @Test
    void aSchemaWhoseLevelIsMissingDangles() throws InterruptedException {
        ObjectNode own = server.get(Keeper.SCHEMAS, "probes");
        own.withObject("/metadata").put("name", "own");
        own.withObject("/spec/priorityLevelConfiguration").put("name", "gone");
        own.remove("status");
        server.put(Keeper.SCHEMAS, own);
        List<ObjectNode> schemas =
                await(
                        all ->
                                all.size() > Defaults.schemas().size()
                                        && dangling(named(all, "own")).equals("True"));
        assertEquals(
                "This FlowSchema references the PriorityLevelConfiguration object named \"gone\""
                        + " but there is no such object",
                named(schemas, "own").at("/status/conditions/0/message").asText());
    }

    @Test
    void whatIsRightIsNotWrittenAgain() throws InterruptedException {
        await(schemas -> schemas.stream().allMatch(one -> dangling(one).equals("False")));
        int writes = server.writes();
        server.put(Keeper.SCHEMAS, server.get(Keeper.SCHEMAS, "probes"));
        await(schemas -> true);
        assertEquals(writes + 1, server.writes());
    }

    @Test
    void aServerThatDoesNotServeTheGroupYetIsAskedAgain() throws InterruptedException {
        Objects late =
                new Objects() {
                    private int asked;

                    @Override
                    public synchronized ObjectList list(ApiRequest request, ListOptions options) {
                        if (asked++ == 0) {
                            throw ApiException.unavailable("not yet", 1);
                        }
                        return super.list(request, options);
                    }
                };
        try (Keeper other =
                new Keeper(
                        late,
                        new FakeClock(),
                        executor,
                        (schemas, levels) -> assertTrue(handedOn.offer(List.of())))) {
            other.start();
            await(List::isEmpty);
        }
        assertTrue(late.writes() > 0);
    }
}
