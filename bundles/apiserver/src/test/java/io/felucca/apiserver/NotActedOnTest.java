package io.felucca.apiserver;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.ApiRequest;
import io.felucca.apiserver.api.ApiServer.ListOptions;
import io.felucca.apiserver.api.ApiServer.Patch;
import io.felucca.machinery.Json;
import io.felucca.testing.FakeClock;
import io.felucca.testing.MemoryStore;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NotActedOnTest {
    private final MemoryStore store = new MemoryStore(new FakeClock());
    private Harbour harbour = new Harbour(store, TestGroup.core(), TestGroup.harbour());

    @AfterEach
    void close() {
        harbour.close();
    }

    private static ObjectNode atTheQuay(String name) {
        return Harbour.json("{'metadata':{'name':'" + name + "'},'spec':{'berth':'quay'}}");
    }

    private List<ObjectNode> events() {
        ApiRequest all = ApiRequest.of(Harbour.ANYBODY, "list", NotActedOn.EVENTS, "sea", "");
        return harbour.server.list(all, ListOptions.ALL).items().stream()
                .map(Harbour::tree)
                .toList();
    }

    private void eventually(String counts) {
        Harbour.eventually(
                () ->
                        events().stream()
                                .map(event -> event.path("count").asText())
                                .sorted()
                                .toList()
                                .toString()
                                .equals(counts));
    }

    private void restart() {
        harbour.engine.close();
        harbour = new Harbour(store, TestGroup.core(), TestGroup.harbour());
    }

    @Test
    void theWriterIsWarnedAndTheObjectGetsAnEvent() {
        ApiRequest request = Harbour.request("create", "");
        ObjectNode boat = Harbour.tree(Harbour.get(harbour.server.create(request, atTheQuay("a"))));
        assertEquals(List.of("the boat has no berth: there is no quay"), request.warnings());
        eventually("[1]");
        ObjectNode event = events().get(0);
        assertEquals("Warning", event.path("type").asText());
        assertEquals("the boat has no berth: there is no quay", event.path("message").asText());
        assertEquals("2026-01-01T00:00:00Z", event.path("lastTimestamp").asText());
        ObjectNode about = Json.object();
        about.put("apiVersion", "harbour/v1").put("kind", "Boat");
        about.put("namespace", "sea").put("name", "a");
        about.put("uid", boat.at("/metadata/uid").asText());
        about.put("resourceVersion", boat.at("/metadata/resourceVersion").asText());
        assertEquals(about, event.get("involvedObject"));
    }

    @Test
    void thereIsOneEventForEachObjectAndItIsCountedUpOnceAnHour() {
        harbour.create(atTheQuay("a"));
        harbour.patch("a", Patch.Type.MERGE, "{'spec':{'masts':1}}");
        harbour.patch("a", Patch.Type.MERGE, "{'spec':{'masts':2}}");
        harbour.create(atTheQuay("b"));
        eventually("[1, 1]");
        harbour.clock.advance(Duration.ofMinutes(61));
        harbour.patch("a", Patch.Type.MERGE, "{'spec':{'masts':3}}");
        eventually("[1, 2]");
    }

    @Test
    void anotherServerCountsTheSameEventUp() {
        harbour.create(atTheQuay("a"));
        eventually("[1]");
        restart();
        harbour.patch("a", Patch.Type.MERGE, "{'spec':{'masts':1}}");
        eventually("[2]");
    }

    @Test
    void whatIsActedOnOrOnlyTriedGetsNoEvent() {
        harbour.create(Harbour.boat("a"));
        ApiRequest tried =
                Harbour.request("create", "")
                        .withOptions(
                                new ApiRequest.Options(
                                        true, ApiRequest.FieldValidation.Warn, "", false));
        Harbour.get(harbour.server.create(tried, atTheQuay("b")));
        assertEquals(1, tried.warnings().size());
        // A server that goes does first what it has begun.
        restart();
        assertEquals(List.of(), events());
    }
}
