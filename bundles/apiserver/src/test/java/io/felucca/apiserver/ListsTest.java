package io.felucca.apiserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.ApiRequest;
import io.felucca.apiserver.api.ApiServer.ListOptions;
import io.felucca.apiserver.api.ApiServer.ObjectList;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.StatusReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ListsTest {
    private final Harbour harbour = new Harbour();

    @AfterEach
    void close() {
        harbour.close();
    }

    private void createFleet(int size) {
        for (int i = 0; i < size; i++) {
            ObjectNode boat = Harbour.boat(String.format("boat-%03d", i));
            boat.withObject("/metadata/labels").put("side", i % 2 == 0 ? "port" : "starboard");
            boat.withObject("/spec").put("berth", "b" + i % 3);
            harbour.create(boat);
        }
    }

    private ObjectList list(ListOptions options) {
        return harbour.server.list(Harbour.request("list", ""), options);
    }

    @Test
    void selectorsSelect() {
        createFleet(6);
        assertEquals(
                List.of("boat-000", "boat-002", "boat-004"),
                harbour.names(Harbour.labels("side in (port)")));
        assertEquals(
                List.of("boat-001", "boat-004"), harbour.names(Harbour.fields("spec.berth=b1")));
        assertEquals(List.of("boat-003"), harbour.names(Harbour.fields("metadata.name=boat-003")));
        assertEquals(4, harbour.names(Harbour.fields("spec.berth!=b1")).size());
        ApiException e =
                assertThrows(
                        ApiException.class, () -> harbour.names(Harbour.fields("spec.hull=oak")));
        assertEquals("field label not supported: spec.hull", e.getMessage());
        assertEquals(400, e.status().code());
    }

    @Test
    void piecesComeFromOneSnapshotWhateverHappensBetween() {
        createFleet(10);
        ObjectList first = list(Harbour.page(4, ""));
        assertEquals(6, first.remaining());
        harbour.delete("boat-005");
        harbour.create(Harbour.boat("boat-004b"));
        ObjectNode changed = harbour.read("boat-008");
        changed.withObject("/spec").put("masts", 5);
        harbour.update(changed);
        List<String> all = new ArrayList<>(Harbour.names(first));
        ObjectList next = list(Harbour.page(4, first.continueToken()));
        assertEquals(first.resourceVersion(), next.resourceVersion());
        assertEquals(2, next.remaining());
        all.addAll(Harbour.names(next));
        ObjectList last = list(Harbour.page(4, next.continueToken()));
        assertEquals("", last.continueToken());
        all.addAll(Harbour.names(last));
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            expected.add(String.format("boat-%03d", i));
        }
        assertEquals(expected, all);
        assertTrue(
                Harbour.tree(last.items().get(0)).at("/spec/masts").isMissingNode(),
                "the object is shown as it was");
    }

    @Test
    void remainingIsUnknownWhereASelectorChooses() {
        createFleet(10);
        ListOptions odd = new ListOptions("side=port", "", "", "", 2, "", false, false, 0);
        assertEquals(-1, list(odd).remaining());
    }

    @Test
    void aTokenOlderThanTheHistoryIsExpired() {
        createFleet(3);
        String token = new ContinueToken(1, "sea", "boat-001").encode();
        harbour.engine
                .cache()
                .resource(new io.felucca.machinery.GroupResource("harbour", "boats"))
                .log()
                .reset(harbour.store.revision());
        ApiException e = assertThrows(ApiException.class, () -> list(Harbour.page(2, token)));
        assertEquals(StatusReason.Expired, e.reason());
        assertEquals(
                "The provided continue parameter is too old to display a consistent list result."
                        + " You can start a new list without the continue parameter.",
                e.getMessage());
        assertThrows(ApiException.class, () -> list(Harbour.page(2, "nonsense")));
    }

    @Test
    void anExactVersionOfThePastIsShown() {
        createFleet(2);
        long then = list(ListOptions.ALL).resourceVersion();
        harbour.delete("boat-000");
        ListOptions exact =
                new ListOptions("", "", Long.toString(then), "Exact", 0, "", false, false, 0);
        assertEquals(List.of("boat-000", "boat-001"), Harbour.names(list(exact)));
        ListOptions future =
                new ListOptions("", "", "99999", "NotOlderThan", 0, "", false, false, 0);
        ApiException e = assertThrows(ApiException.class, () -> list(future));
        assertEquals(StatusReason.Timeout, e.reason());
        ListOptions wrong = new ListOptions("", "", "", "Exact", 0, "", false, false, 0);
        assertEquals(422, assertThrows(ApiException.class, () -> list(wrong)).status().code());
    }

    @Test
    void allNamespacesAreListedInTheOrderOfTheStore() {
        for (String namespace : List.of("sea", "sea-north", "sea0", "bay")) {
            ApiRequest request =
                    ApiRequest.of(Harbour.ANYBODY, "create", TestGroup.BOATS, namespace, "");
            Harbour.get(harbour.server.create(request, Harbour.boat("argo")));
            Harbour.get(harbour.server.create(request, Harbour.boat("dory")));
        }
        ApiRequest everywhere = ApiRequest.of(Harbour.ANYBODY, "list", TestGroup.BOATS, "", "");
        List<String> order = new ArrayList<>();
        harbour.server
                .list(everywhere, ListOptions.ALL)
                .items()
                .forEach(boat -> order.add(boat.namespace() + "/" + boat.name()));
        List<String> sorted = new ArrayList<>(order);
        sorted.sort(null);
        assertEquals(sorted, order);
        ApiRequest one = ApiRequest.of(Harbour.ANYBODY, "list", TestGroup.BOATS, "sea", "");
        ObjectList page = harbour.server.list(one, Harbour.page(1, ""));
        assertEquals(1, page.remaining());
    }

    @Test
    void theTreeIsASortedMapWhoseOldVersionsStay() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        TreeMap<String, CachedObject> expected = new TreeMap<>();
        ObjectTree tree = ObjectTree.EMPTY;
        for (int i = 0; i < 5_000; i++) {
            String name = "n" + random.nextInt(500);
            ObjectTree before = tree;
            int size = before.size();
            if (random.nextInt(3) == 0) {
                tree = tree.remove("sea", name);
                expected.remove(name);
            } else {
                CachedObject object =
                        CachedObject.of("sea", name, 0, new byte[0], ListsTest.plain());
                tree = tree.put(object);
                expected.put(name, object);
            }
            assertEquals(size, before.size(), "seed " + seed);
            assertEquals(expected.size(), tree.size(), "seed " + seed);
        }
        List<CachedObject> scanned = new ArrayList<>();
        tree.scan(null, null, scanned::add);
        assertEquals(new ArrayList<>(expected.values()), scanned, "seed " + seed);
        for (String name : expected.keySet()) {
            assertEquals(
                    expected.tailMap(name, false).size(),
                    tree.countAfter("sea", name),
                    "seed " + seed);
        }
    }

    static Extract plain() {
        return new Extract("", java.util.Map.of(), List.of(), new String[0]);
    }
}
