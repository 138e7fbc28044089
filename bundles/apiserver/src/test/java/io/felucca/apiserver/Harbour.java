package io.felucca.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.ApiRequest;
import io.felucca.apiserver.api.ApiServer;
import io.felucca.apiserver.api.ApiServer.DeleteOptions;
import io.felucca.apiserver.api.ApiServer.ListOptions;
import io.felucca.apiserver.api.ApiServer.Patch;
import io.felucca.apiserver.api.Authorizer;
import io.felucca.apiserver.api.StoredObject;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.apiserver.api.WatchCursor;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.machinery.Json;
import io.felucca.testing.FakeClock;
import io.felucca.testing.MemoryStore;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A whole server on a store in memory, with calls short enough for tests. */
final class Harbour implements AutoCloseable {
    static final UserInfo ANYBODY = UserInfo.of("anybody");

    final FakeClock clock = new FakeClock();
    final MemoryStore store;
    final Engine engine;
    final ApiServer server;

    Harbour() {
        this(new MemoryStore(new FakeClock()), TestGroup.core(), TestGroup.harbour());
    }

    Harbour(MemoryStore store, TestGroup... groups) {
        this.store = store;
        CountDownLatch ready = new CountDownLatch(1);
        engine = new Engine(clock, Set.of(), Set.of("harbour"), ready::countDown);
        for (TestGroup group : groups) {
            engine.add(group);
        }
        engine.add(allow(), 0);
        engine.store(store);
        server = engine.server();
        try {
            if (!ready.await(30, TimeUnit.SECONDS)) {
                throw new AssertionError("the server did not become ready");
            }
            // So that nobody but the test writes from now on.
            eventually(
                    () ->
                            engine.healthChecks().stream()
                                    .allMatch(check -> check.problem().isEmpty()));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    static Authorizer allow() {
        return attributes ->
                attributes.user().name().equals("nobody")
                        ? Authorizer.Decision.NO_OPINION
                        : new Authorizer.Decision(Authorizer.Verdict.ALLOW, "");
    }

    @Override
    public void close() {
        engine.close();
        store.close();
    }

    static ObjectNode json(String text) {
        return Json.parseObject(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    static ObjectNode tree(StoredObject object) {
        return Json.parseObject(object.json());
    }

    static ObjectNode boat(String name) {
        return json("{'metadata':{'name':'" + name + "'},'spec':{}}");
    }

    static ApiRequest request(String verb, String name) {
        return request(verb, TestGroup.BOATS, name);
    }

    static ApiRequest request(String verb, GroupVersionResource resource, String name) {
        String namespace = resource.resource().equals("boats") ? "sea" : "";
        return ApiRequest.of(ANYBODY, verb, resource, namespace, name);
    }

    StoredObject create(ObjectNode boat) {
        return get(server.create(request("create", ""), boat));
    }

    StoredObject update(ObjectNode boat) {
        String name = boat.path("metadata").path("name").asText();
        return get(server.update(request("update", name), boat));
    }

    StoredObject patch(String name, Patch.Type type, String patch) {
        byte[] body = patch.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        return get(server.patch(request("patch", name), new Patch(type, body)));
    }

    ApiServer.DeleteResult delete(String name) {
        return delete(name, DeleteOptions.DEFAULT);
    }

    ApiServer.DeleteResult delete(String name, DeleteOptions options) {
        return get(server.delete(request("delete", name), options));
    }

    static DeleteOptions grace(long seconds) {
        return new DeleteOptions(OptionalLong.of(seconds), null, null, null);
    }

    ObjectNode read(String name) {
        return tree(server.get(request("get", name), Optional.empty()));
    }

    List<String> names(ListOptions options) {
        return names(server.list(request("list", ""), options));
    }

    static List<String> names(ApiServer.ObjectList list) {
        return list.items().stream().map(StoredObject::name).toList();
    }

    WatchCursor watch(ListOptions options) {
        return server.watch(request("watch", ""), options);
    }

    static ListOptions labels(String selector) {
        return new ListOptions(selector, "", "", "", 0, "", false, false, 0);
    }

    static ListOptions fields(String selector) {
        return new ListOptions("", selector, "", "", 0, "", false, false, 0);
    }

    static ListOptions from(long revision) {
        return new ListOptions("", "", Long.toString(revision), "", 0, "", false, false, 0);
    }

    static ListOptions page(int limit, String token) {
        return new ListOptions("", "", "", "", limit, token, false, false, 0);
    }

    /** Such as {@code ADDED a, DELETED a}. */
    static String seen(WatchCursor cursor) {
        List<String> seen = new ArrayList<>();
        for (WatchCursor.Event event : cursor.poll(1_000)) {
            String name = event.object() == null ? "" : " " + event.object().name();
            seen.add(event.type() + name);
        }
        return String.join(", ", seen);
    }

    static <T> T get(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof ApiException api) {
                throw api;
            }
            throw e;
        }
    }

    static void eventually(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("it did not come true");
            }
            Thread.onSpinWait();
        }
    }
}
