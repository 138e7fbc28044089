package io.felucca.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.felucca.client.api.Key;
import io.felucca.machinery.Json;
import io.felucca.machinery.LabelSelector;
import io.felucca.testing.StoredJson;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class HeldTest {
    private static final long DEADLINE_NANOS = 10_000_000_000L;

    private final Codec codec = new Codec();
    private final Recent recent = new Recent();
    private final AtomicInteger decoded = new AtomicInteger();

    @Test
    void whatNobodyAsksForIsNotDecoded() {
        Contents<ConfigMap> contents = new Contents<>();
        put(contents, "a", "x");
        put(contents, "b", "y");
        assertEquals(0, decoded.get());
        List<ConfigMap> found = contents.inNamespace("ns", LabelSelector.parse("app=y"));
        assertEquals(List.of("b"), found.stream().map(one -> one.getMetadata().getName()).toList());
        assertEquals(1, decoded.get());
    }

    @Test
    void allWhoAskShareOneObject() {
        Held<ConfigMap> held = held("a", "x");
        ConfigMap first = held.get();
        assertSame(first, held.get());
        assertSame(first, held.kept());
        assertEquals(1, decoded.get());
    }

    @Test
    void whatIsUsedOnceIsLetGo() {
        Held<ConfigMap> held = held("a", "x");
        WeakReference<ConfigMap> object = new WeakReference<>(held.kept());
        long end = System.nanoTime() + DEADLINE_NANOS;
        while (object.get() != null && System.nanoTime() < end) {
            System.gc();
        }
        assertNull(object.get(), "still held after one use");
    }

    @Test
    void anObjectIsKeptForAPeriodAfterItsSecondUseAndThenLetGo() {
        Held<ConfigMap> held = held("a", "x");
        WeakReference<ConfigMap> object = new WeakReference<>(held.kept());
        assertSame(object.get(), held.kept());
        recent.age();
        System.gc();
        assertTrue(object.get() != null, "let go within a period after its use");
        recent.age();
        long end = System.nanoTime() + DEADLINE_NANOS;
        while (object.get() != null && System.nanoTime() < end) {
            System.gc();
        }
        assertNull(object.get(), "still held after two periods");
        assertEquals("a", held.get().getMetadata().getName());
        assertEquals(2, decoded.get());
    }

    @Test
    void whoLooksAtAllHoldsNoneOfThem() {
        Contents<ConfigMap> contents = new Contents<>();
        put(contents, "a", "x");
        put(contents, "b", "y");
        List<WeakReference<ConfigMap>> seen = new ArrayList<>();
        contents.each(one -> seen.add(new WeakReference<>(one)));
        assertEquals(2, seen.size());
        long end = System.nanoTime() + DEADLINE_NANOS;
        while (seen.stream().anyMatch(one -> one.get() != null) && System.nanoTime() < end) {
            System.gc();
        }
        assertTrue(seen.stream().allMatch(one -> one.get() == null), "somebody holds them");
    }

    @Test
    void anIndexRemembersWhatAnObjectHadInsteadOfDecodingItAgain() {
        Index<ConfigMap> index =
                Index.decoded(map -> List.of(map.getMetadata().getLabels().get("app")));
        Key key = new Key("ns", "a");
        index.change(key, null, held("a", "x"));
        assertEquals(Set.of(key), index.keys("x"));
        // The forms before are held anew here, as nobody holds them decoded.
        index.change(key, held("a", "x"), held("a", "y"));
        assertEquals(Set.of(), index.keys("x"));
        assertEquals(Set.of(key), index.keys("y"));
        index.change(key, held("a", "y"), null);
        assertEquals(Set.of(), index.keys("y"));
        assertEquals(2, decoded.get(), "a form before was decoded");
    }

    @Test
    void oneThatIsNotOfItsTypeDoesNotHideTheOthers() {
        Contents<ConfigMap> contents = new Contents<>();
        put(contents, "a", "x");
        Key broken = new Key("ns", "broken");
        contents.change(broken, held(broken, "{\"metadata\":[]}"));
        contents.addIndex("name", one -> List.of(one.getMetadata().getName()));
        assertEquals(1, contents.all().size());
        assertEquals(1, contents.inNamespace("ns").size());
        assertEquals(1, contents.byIndex("name", "a").size());
        assertTrue(contents.get(broken).isEmpty());
    }

    @Test
    void anIndexFollowsObjectsWithAndWithoutCompany() {
        Contents<ConfigMap> contents = new Contents<>();
        contents.addIndex("app", one -> List.of(one.getMetadata().getLabels().get("app")));
        put(contents, "a", "x");
        assertEquals(1, contents.byIndex("app", "x").size());
        put(contents, "b", "x");
        put(contents, "c", "x");
        assertEquals(3, contents.byIndex("app", "x").size());
        assertEquals(3, contents.count("app", "x"));
        put(contents, "b", "y");
        assertEquals(2, contents.byIndex("app", "x").size());
        assertEquals(1, contents.byIndex("app", "y").size());
        contents.change(new Key("ns", "a"), null);
        contents.change(new Key("ns", "c"), null);
        assertEquals(List.of(), contents.byIndex("app", "x"));
        assertEquals(0, contents.count("app", "x"));
        put(contents, "d", "x");
        assertEquals(1, contents.byIndex("app", "x").size());
    }

    @Test
    void managedFieldsAreLeftOut() {
        String json =
                "{\"metadata\":{\"name\":\"a\",\"managedFields\":[{\"manager\":\"m\"}],"
                        + "\"uid\":\"u\"}}";
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        ConfigMap map = codec.typed(ConfigMap.class, bytes);
        assertEquals(List.of(), map.getMetadata().getManagedFields());
        assertEquals("u", map.getMetadata().getUid());
        assertEquals(List.of(), codec.metadata(bytes).getMetadata().getManagedFields());
        assertTrue(codec.tree(map).path("metadata").path("managedFields").isMissingNode());
    }

    private void put(Contents<ConfigMap> contents, String name, String app) {
        contents.change(new Key("ns", name), held(name, app));
    }

    private Held<ConfigMap> held(String name, String app) {
        String json =
                "{\"metadata\":{\"namespace\":\"ns\",\"name\":\""
                        + name
                        + "\",\"labels\":{\"app\":\""
                        + app
                        + "\"}}}";
        return held(new Key("ns", name), json);
    }

    private Held<ConfigMap> held(Key key, String json) {
        return new Held<>(
                key,
                new StoredJson(Json.parseObject(json.getBytes(StandardCharsets.UTF_8))),
                bytes -> {
                    decoded.incrementAndGet();
                    return codec.typed(ConfigMap.class, bytes);
                },
                recent);
    }
}
