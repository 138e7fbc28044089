package io.felucca.apiserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.ApiServer.ListOptions;
import io.felucca.apiserver.api.WatchCursor;
import io.felucca.machinery.GroupResource;
import io.felucca.storage.api.RangeRequest;
import io.felucca.testing.FakeClock;
import io.felucca.testing.MemoryStore;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What lives for a time only. */
class LeasesTest {
    private final FakeClock storeClock = new FakeClock();
    private final MemoryStore store = new MemoryStore(storeClock);
    private final Harbour harbour = new Harbour(store, TestGroup.core(), TestGroup.harbour());

    @AfterEach
    void close() {
        harbour.close();
    }

    private ObjectNode fire(String name) {
        return Harbour.tree(
                Harbour.get(
                        harbour.server.create(
                                Harbour.request("create", TestGroup.FLARES, ""),
                                Harbour.json("{'metadata':{'name':'" + name + "'}}"))));
    }

    private List<String> burning() {
        return Harbour.names(
                harbour.server.list(
                        Harbour.request("list", TestGroup.FLARES, ""), ListOptions.ALL));
    }

    private void pass(Duration time) {
        harbour.clock.advance(time);
        storeClock.advance(time);
    }

    private long lease(String name) {
        String key = Keys.object(new GroupResource("harbour", "flares"), "", name);
        return Harbour.get(store.range(RangeRequest.key(key))).items().get(0).lease();
    }

    @Test
    void itIsGoneAfterItsTimeAndWatchersAreTold() {
        fire("red");
        harbour.create(Harbour.boat("argo"));
        WatchCursor cursor =
                harbour.server.watch(
                        Harbour.request("watch", TestGroup.FLARES, ""), ListOptions.ALL);
        assertEquals("ADDED red", Harbour.seen(cursor));
        pass(Duration.ofMinutes(14));
        assertEquals(List.of("red"), burning());
        pass(Duration.ofMinutes(2));
        Harbour.eventually(() -> burning().isEmpty());
        Harbour.eventually(() -> Harbour.seen(cursor).equals("DELETED red"));
        assertEquals("argo", harbour.read("argo").at("/metadata/name").asText());
    }

    @Test
    void itsTimeBeginsAnewWithEachWrite() {
        ObjectNode flare = fire("red");
        pass(Duration.ofMinutes(14));
        flare.withObject("/metadata/labels").put("seen", "yes");
        Harbour.get(
                harbour.server.update(Harbour.request("update", TestGroup.FLARES, "red"), flare));
        pass(Duration.ofMinutes(14));
        assertEquals(List.of("red"), burning());
        pass(Duration.ofMinutes(2));
        Harbour.eventually(() -> burning().isEmpty());
    }

    @Test
    void whatIsWrittenSoonAfterSharesALease() {
        fire("red");
        fire("green");
        assertEquals(lease("red"), lease("green"));
        pass(Duration.ofSeconds(46));
        fire("white");
        assertNotEquals(lease("red"), lease("white"));
    }
}
