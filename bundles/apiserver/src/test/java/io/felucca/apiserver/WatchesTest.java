package io.felucca.apiserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.ApiServer.ListOptions;
import io.felucca.apiserver.api.ApiServer.ObjectList;
import io.felucca.apiserver.api.WatchCursor;
import io.felucca.machinery.Json;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WatchesTest {
    private final Harbour harbour = new Harbour();

    @AfterEach
    void close() {
        harbour.close();
    }

    private void label(String name, String value) {
        ObjectNode boat = harbour.read(name);
        boat.withObject("/metadata/labels").put("side", value);
        harbour.update(boat);
    }

    private static ObjectNode lineOf(WatchCursor.Event event) {
        return Json.parseObject(event.line());
    }

    @Test
    void aWatchShowsWhatComesAfterItsList() {
        harbour.create(Harbour.boat("argo"));
        ObjectList list = harbour.server.list(Harbour.request("list", ""), ListOptions.ALL);
        WatchCursor watch = harbour.watch(Harbour.from(list.resourceVersion()));
        assertEquals("", Harbour.seen(watch));
        harbour.create(Harbour.boat("dory"));
        label("argo", "port");
        harbour.delete("argo");
        assertEquals("ADDED dory, MODIFIED argo, DELETED argo", Harbour.seen(watch));
        assertEquals(harbour.store.revision(), watch.revision());
    }

    @Test
    void aLineIsTheEventAndTheSameArrayForAll() {
        WatchCursor one = harbour.watch(Harbour.from(harbour.store.revision()));
        WatchCursor other = harbour.watch(Harbour.from(harbour.store.revision()));
        harbour.create(Harbour.boat("argo"));
        harbour.delete("argo");
        List<WatchCursor.Event> events = one.poll(10);
        List<WatchCursor.Event> same = other.poll(10);
        assertSame(events.get(0).line(), same.get(0).line());
        String line = new String(events.get(0).line(), StandardCharsets.UTF_8);
        assertTrue(line.startsWith("{\"type\":\"ADDED\",\"object\":{\"kind\":\"Boat\","), line);
        assertTrue(line.endsWith("}}\n"), line);
        ObjectNode deleted = lineOf(events.get(1));
        assertEquals("DELETED", deleted.path("type").asText());
        assertEquals(
                Long.toString(events.get(1).revision()),
                deleted.at("/object/metadata/resourceVersion").asText());
    }

    @Test
    void selectorsTurnChangesIntoComingAndGoing() {
        harbour.create(Harbour.boat("argo"));
        ListOptions port =
                new ListOptions(
                        "side=port",
                        "",
                        Long.toString(harbour.store.revision()),
                        "",
                        0,
                        "",
                        false,
                        false,
                        0);
        WatchCursor watch = harbour.watch(port);
        label("argo", "port");
        harbour.patch(
                "argo",
                io.felucca.apiserver.api.ApiServer.Patch.Type.MERGE,
                "{'spec':{'masts':1}}");
        label("argo", "starboard");
        label("argo", "amidships");
        List<WatchCursor.Event> events = watch.poll(10);
        assertEquals(3, events.size());
        assertEquals(WatchCursor.Type.ADDED, events.get(0).type());
        assertEquals(WatchCursor.Type.MODIFIED, events.get(1).type());
        assertEquals(WatchCursor.Type.DELETED, events.get(2).type());
        ObjectNode left = lineOf(events.get(2));
        assertEquals("port", left.at("/object/metadata/labels/side").asText());
        assertEquals(
                Long.toString(events.get(2).revision()),
                left.at("/object/metadata/resourceVersion").asText());
        assertEquals(harbour.store.revision(), watch.revision());
    }

    @Test
    void withoutAVersionTheStateComesFirst() {
        harbour.create(Harbour.boat("argo"));
        harbour.create(Harbour.boat("dory"));
        WatchCursor watch = harbour.watch(ListOptions.ALL);
        assertEquals(1, watch.poll(1).size());
        harbour.create(Harbour.boat("zephyr"));
        assertEquals("ADDED dory, ADDED zephyr", Harbour.seen(watch));
    }

    @Test
    void halfOfTheStateIsNoPlaceToGoOnFrom() {
        harbour.create(Harbour.boat("argo"));
        harbour.create(Harbour.boat("dory"));
        WatchCursor watch = harbour.watch(ListOptions.ALL);
        assertEquals(0, watch.revision());
        watch.poll(1);
        assertEquals(0, watch.revision());
        watch.poll(10);
        assertEquals(harbour.store.revision(), watch.revision());
        WatchCursor cutShort = harbour.watch(ListOptions.ALL);
        cutShort.poll(1);
        cutShort.close();
        assertEquals(0, cutShort.revision());
    }

    @Test
    void initialEventsEndWithTheirBookmark() {
        harbour.create(Harbour.boat("argo"));
        WatchCursor watch =
                harbour.watch(new ListOptions("", "", "", "NotOlderThan", 0, "", true, true, 0));
        List<WatchCursor.Event> events = watch.poll(10);
        assertEquals(2, events.size());
        ObjectNode bookmark = lineOf(events.get(1));
        assertEquals("BOOKMARK", bookmark.path("type").asText());
        assertEquals(
                "true",
                bookmark.path("object")
                        .path("metadata")
                        .path("annotations")
                        .path("k8s.io/initial-events-end")
                        .asText());
        assertEquals("Boat", bookmark.at("/object/kind").asText());
    }

    @Test
    void anIdleWatchGetsABookmarkEachMinute() {
        WatchCursor watch =
                harbour.watch(
                        new ListOptions(
                                "",
                                "",
                                Long.toString(harbour.store.revision()),
                                "",
                                0,
                                "",
                                true,
                                false,
                                0));
        AtomicInteger woken = new AtomicInteger();
        watch.onAvailable(woken::incrementAndGet);
        harbour.engine.cache().tick();
        assertEquals(0, woken.get());
        harbour.clock.advance(Duration.ofSeconds(61));
        harbour.engine.cache().tick();
        assertEquals(1, woken.get());
        assertEquals("BOOKMARK", Harbour.seen(watch));
        assertEquals("", Harbour.seen(watch));
    }

    @Test
    void aTooOldVersionEndsInAnError() {
        harbour.create(Harbour.boat("argo"));
        harbour.engine
                .cache()
                .resource(new io.felucca.machinery.GroupResource("harbour", "boats"))
                .log()
                .reset(harbour.store.revision());
        WatchCursor watch = harbour.watch(Harbour.from(1));
        List<WatchCursor.Event> events = watch.poll(10);
        assertEquals(1, events.size());
        ObjectNode line = lineOf(events.get(0));
        assertEquals("ERROR", line.path("type").asText());
        assertEquals(410, line.at("/object/code").asInt());
        assertEquals("Expired", line.at("/object/reason").asText());
        assertEquals(
                "too old resource version: 1 (" + harbour.store.revision() + ")",
                line.at("/object/message").asText());
        assertTrue(watch.ended());
    }

    @Test
    void whoWaitsIsWokenOnceAndOnlyForWhatItSees() {
        harbour.create(Harbour.boat("argo"));
        WatchCursor watch =
                harbour.watch(
                        new ListOptions(
                                "",
                                "spec.berth=b1",
                                Long.toString(harbour.store.revision()),
                                "",
                                0,
                                "",
                                false,
                                false,
                                0));
        AtomicInteger woken = new AtomicInteger();
        watch.onAvailable(woken::incrementAndGet);
        label("argo", "port");
        assertEquals(0, woken.get());
        assertEquals(harbour.store.revision(), watch.revision());
        harbour.create(Harbour.json("{'metadata':{'name':'dory'},'spec':{'berth':'b1'}}"));
        harbour.create(Harbour.json("{'metadata':{'name':'cog'},'spec':{'berth':'b1'}}"));
        assertEquals(1, woken.get());
        assertEquals("ADDED dory, ADDED cog", Harbour.seen(watch));
    }

    @Test
    void aWatchOfLittleOutlivesALogOfMuch() {
        ObjectNode boat = Harbour.boat("argo");
        harbour.create(boat);
        WatchCursor waiting =
                harbour.watch(
                        new ListOptions(
                                "",
                                "metadata.name=other",
                                Long.toString(harbour.store.revision()),
                                "",
                                0,
                                "",
                                false,
                                false,
                                0));
        WatchCursor sleeping = harbour.watch(Harbour.from(harbour.store.revision()));
        AtomicInteger woken = new AtomicInteger();
        waiting.onAvailable(woken::incrementAndGet);
        for (int i = 0; i < 10_100; i++) {
            ObjectNode next = harbour.read("argo");
            next.withObject("/spec").put("masts", i + 1);
            harbour.update(next);
        }
        harbour.create(Harbour.boat("other"));
        assertEquals(1, woken.get());
        assertEquals("ADDED other", Harbour.seen(waiting));
        assertEquals("ERROR", Harbour.seen(sleeping));
    }

    @Test
    void aClosedWatchTellsWhoWaits() {
        WatchCursor watch = harbour.watch(Harbour.from(harbour.store.revision()));
        AtomicInteger woken = new AtomicInteger();
        watch.onAvailable(woken::incrementAndGet);
        assertFalse(watch.ended());
        watch.close();
        assertEquals(1, woken.get());
        assertTrue(watch.ended());
        assertEquals("", Harbour.seen(watch));
    }
}
