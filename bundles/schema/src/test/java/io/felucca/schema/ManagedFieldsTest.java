package io.felucca.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.Json;
import io.felucca.machinery.StatusReason;
import io.felucca.machinery.schema.ManagedFields;
import io.felucca.machinery.schema.ManagedFields.Writer;
import io.felucca.machinery.schema.Schema;
import java.time.Instant;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ManagedFieldsTest {
    private static final Schema DEPLOYMENT = BuiltIn.schema("apps/v1", "Deployment");
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final Instant LATER = Instant.parse("2026-01-02T03:04:06Z");
    private static final String HEAD =
            "{'apiVersion':'apps/v1','kind':'Deployment','metadata':{'name':'a'";

    private static Writer writer(String name) {
        return new Writer(name, "", Set.of("status"));
    }

    private static ObjectNode deployment(String spec) {
        return BuiltIn.json(HEAD + "},'spec':" + spec + "}");
    }

    private static ObjectNode apply(
            ObjectNode live, ObjectNode applied, String who, boolean force) {
        return ManagedFields.apply(live, applied, DEPLOYMENT, writer(who), force, NOW);
    }

    private static JsonNode fields(ObjectNode object, String manager) {
        for (JsonNode entry : object.at("/metadata/managedFields")) {
            if (entry.get("manager").textValue().equals(manager)) {
                return entry.get("fieldsV1");
            }
        }
        return Json.mapper().nullNode();
    }

    @Test
    void createRecordsWhatTheManagerSet() {
        ObjectNode written =
                ManagedFields.track(
                        null,
                        BuiltIn.json(
                                HEAD
                                        + ",'labels':{'x':'1'},'uid':'u'},'spec':{'replicas':1,'template':{'spec':"
                                        + "{'containers':[{'name':'c','image':'i','ports':[{'containerPort':80}]}]}}},'status':{'replicas':1}}"),
                        DEPLOYMENT,
                        writer("kubectl"),
                        NOW);
        assertEquals(
                BuiltIn.json(
                        "{'f:metadata':{'f:labels':{'.':{},'f:x':{}}},'f:spec':{'f:replicas':{},'f:template':{'f:spec':"
                            + "{'f:containers':{'k:{\\'name\\':\\'c\\'}':{'.':{},'f:image':{},'f:name':{},'f:ports':"
                            + "{'k:{\\'containerPort\\':80,\\'protocol\\':\\'TCP\\'}':{'.':{},'f:containerPort':{}}}}}}}}}"),
                fields(written, "kubectl"));
        JsonNode entry = written.at("/metadata/managedFields/0");
        assertEquals("Update", entry.get("operation").textValue());
        assertEquals("2026-01-02T03:04:05Z", entry.get("time").textValue());
    }

    @Test
    void updateTakesOverOnlyWhatItChanges() {
        ObjectNode first =
                ManagedFields.track(
                        null,
                        deployment("{'replicas':1,'paused':true}"),
                        DEPLOYMENT,
                        writer("a"),
                        NOW);
        ObjectNode change = first.deepCopy();
        change.withObjectProperty("spec").put("replicas", 2).remove("paused");
        ObjectNode second = ManagedFields.track(first, change, DEPLOYMENT, writer("b"), LATER);
        assertEquals(BuiltIn.json("{'f:spec':{'f:replicas':{}}}"), fields(second, "b"));
        assertTrue(fields(second, "a").isNull(), second::toString);
        assertEquals(second, ManagedFields.track(second, second, DEPLOYMENT, writer("b"), LATER));
        assertEquals(second, ManagedFields.track(second, second, DEPLOYMENT, writer("c"), LATER));
    }

    @Test
    void appliedFieldsThatAreNoLongerAppliedGo() {
        ObjectNode live =
                apply(
                        null,
                        deployment(
                                "{'replicas':3,'template':{'spec':{'containers':[{'name':'a','image':'1'},{'name':'b'}]}}}"),
                        "x",
                        false);
        live.withObjectProperty("spec").put("progressDeadlineSeconds", 600);
        ObjectNode next =
                apply(
                        live,
                        deployment(
                                "{'template':{'spec':{'containers':[{'name':'a','image':'2'}]}}}"),
                        "x",
                        false);
        assertEquals(
                BuiltIn.json(
                        "{'template':{'spec':{'containers':[{'name':'a','image':'2'}]}},'progressDeadlineSeconds':600}"),
                next.get("spec"));
    }

    @Test
    void fieldsOfOthersConflictUnlessForced() {
        ObjectNode live = apply(null, deployment("{'replicas':3,'paused':true}"), "x", false);
        ApiException conflict =
                assertThrows(
                        ApiException.class,
                        () -> apply(live, deployment("{'replicas':5}"), "y", false));
        assertEquals(StatusReason.Conflict, conflict.reason());
        assertEquals(
                "Apply failed with 1 conflict: conflict with \"x\": .spec.replicas",
                conflict.getMessage());
        assertEquals("FieldManagerConflict", conflict.status().details().causes().get(0).reason());

        ObjectNode shared = apply(live, deployment("{'replicas':3}"), "y", false);
        assertEquals(fields(live, "x"), fields(shared, "x"));
        assertEquals(BuiltIn.json("{'f:spec':{'f:replicas':{}}}"), fields(shared, "y"));
        ObjectNode given = apply(shared, deployment("{'paused':true}"), "x", false);
        assertEquals(3, given.at("/spec/replicas").intValue());

        ObjectNode forced = apply(live, deployment("{'replicas':5}"), "y", true);
        assertEquals(BuiltIn.json("{'f:spec':{'f:paused':{}}}"), fields(forced, "x"));
        assertEquals(5, forced.at("/spec/replicas").intValue());
    }

    @Test
    void severalConflictsAreListedByManager() {
        ObjectNode live =
                ManagedFields.track(
                        null,
                        deployment("{'replicas':3,'paused':true}"),
                        DEPLOYMENT,
                        writer("x"),
                        NOW);
        ApiException conflict =
                assertThrows(
                        ApiException.class,
                        () -> apply(live, deployment("{'replicas':5,'paused':false}"), "y", false));
        assertEquals(
                "Apply failed with 2 conflicts: conflicts with \"x\" using apps/v1 at"
                        + " 2026-01-02T03:04:05Z:\n- .spec.paused\n- .spec.replicas",
                conflict.getMessage());
    }

    @Test
    void objectsWrittenBeforeTheFirstApplyHaveAManager() {
        ObjectNode applied =
                apply(deployment("{'replicas':3}"), deployment("{'paused':true}"), "x", false);
        assertEquals(
                BuiltIn.json("{'f:spec':{'f:replicas':{}}}"),
                fields(applied, "before-first-apply"));
    }

    @Test
    void clientsMayEditAndResetTheManagers() {
        ObjectNode live = apply(null, deployment("{'replicas':3}"), "x", false);
        ObjectNode renamed = live.deepCopy();
        ((ObjectNode) renamed.at("/metadata/managedFields/0")).put("manager", "z");
        ObjectNode written =
                ManagedFields.track(live, renamed, DEPLOYMENT, writer("kubectl"), LATER);
        assertEquals(BuiltIn.json("{'f:spec':{'f:replicas':{}}}"), fields(written, "z"));
        assertTrue(fields(written, "x").isNull());
        ObjectNode broken = live.deepCopy();
        ((ObjectNode) broken.at("/metadata/managedFields/0")).putObject("fieldsV1").putObject("q");
        assertEquals(live, ManagedFields.track(live, broken, DEPLOYMENT, writer("kubectl"), LATER));
        ObjectNode reset = live.deepCopy();
        reset.withObjectProperty("metadata").putArray("managedFields").addObject();
        assertEquals(
                0,
                ManagedFields.track(live, reset, DEPLOYMENT, writer("kubectl"), LATER)
                        .at("/metadata/managedFields")
                        .size());
    }

    @Test
    void theListOfManagersIsBounded() {
        ObjectNode live = deployment("{'replicas':0}");
        for (int i = 1; i <= 30; i++) {
            ObjectNode next = live.deepCopy();
            next.withObjectProperty("metadata").withObjectProperty("labels").put("l" + i, "x");
            live = ManagedFields.track(live, next, DEPLOYMENT, writer("m" + i), NOW.plusSeconds(i));
        }
        assertEquals(10, live.at("/metadata/managedFields").size());
        assertFalse(fields(live, "ancient-changes").isNull());
        assertFalse(fields(live, "m30").isNull());
    }

    @Test
    void applyIsIdempotentAndRemovesExactlyItsOwn() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 1000; i++) {
            ObjectNode a = random(random);
            ObjectNode b = random(random);
            ObjectNode live = apply(null, a, "x", false);
            String why = "seed " + seed + ": " + a + " then " + b;
            assertEquals(live, apply(live, a, "x", false), why);
            ObjectNode next = apply(live, b, "x", false);
            // With one manager and nobody else, the object is what was applied last.
            assertEquals(withoutEmpty(b.get("spec")), withoutEmpty(next.get("spec")), why);
            assertEquals(next, apply(next, b, "x", false), why);
        }
    }

    private static JsonNode withoutEmpty(JsonNode spec) {
        return spec == null ? Json.object() : spec;
    }

    private static ObjectNode random(Random random) {
        ObjectNode deployment = deployment("{'replicas':1}");
        ObjectNode spec = deployment.withObjectProperty("spec");
        if (random.nextBoolean()) {
            spec.put("paused", random.nextBoolean());
        }
        var containers =
                spec.putObject("template")
                        .putObject("spec")
                        .put("nodeName", "n")
                        .putArray("containers");
        for (int i = 0; i < 3; i++) {
            if (random.nextBoolean()) {
                ObjectNode container = containers.addObject().put("name", "c" + i);
                if (random.nextBoolean()) {
                    container.put("image", "i" + random.nextInt(2));
                }
                if (random.nextBoolean()) {
                    container.putArray("args").add("a" + random.nextInt(2));
                }
            }
        }
        if (containers.isEmpty()) {
            containers.addObject().put("name", "only");
        }
        return deployment;
    }
}
