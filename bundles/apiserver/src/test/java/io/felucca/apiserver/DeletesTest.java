package io.felucca.apiserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.ApiServer.DeleteOptions;
import io.felucca.apiserver.api.ApiServer.DeleteResult;
import io.felucca.apiserver.api.ApiServer.ListOptions;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.StatusReason;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeletesTest {
    private final Harbour harbour = new Harbour();

    @AfterEach
    void close() {
        harbour.close();
    }

    private static DeleteOptions propagation(String how) {
        return new DeleteOptions(OptionalLong.empty(), null, null, how);
    }

    private boolean isThere(String name) {
        return harbour.names(ListOptions.ALL).contains(name);
    }

    private void createWithFinalizer() {
        harbour.create(
                Harbour.json("{'metadata':{'name':'argo','finalizers':['sea/pilot']},'spec':{}}"));
    }

    @Test
    void whatNothingHoldsGoesAtOnce() {
        long created = harbour.create(Harbour.boat("argo")).revision();
        DeleteResult result = harbour.delete("argo");
        assertTrue(result.gone());
        assertTrue(result.object().revision() > created);
        assertFalse(isThere("argo"));
        ApiException e = assertThrows(ApiException.class, () -> harbour.delete("argo"));
        assertEquals(StatusReason.NotFound, e.reason());
    }

    @Test
    void aFinalizerHoldsUntilItIsRemoved() {
        createWithFinalizer();
        assertFalse(harbour.delete("argo").gone());
        ObjectNode boat = harbour.read("argo");
        assertEquals("2026-01-01T00:00:00Z", boat.at("/metadata/deletionTimestamp").asText());
        assertEquals(0, boat.at("/metadata/deletionGracePeriodSeconds").asInt(-1));
        assertEquals(2, boat.at("/metadata/generation").asInt());
        long revision = boat.at("/metadata/resourceVersion").asLong();
        assertEquals(revision, harbour.delete("argo").object().revision());
        boat.withObject("/metadata").remove("finalizers");
        harbour.update(boat);
        assertFalse(isThere("argo"));
    }

    @Test
    void noFinalizerIsAddedOnceTheDeletionHasBegun() {
        createWithFinalizer();
        harbour.delete("argo");
        ObjectNode boat = harbour.read("argo");
        boat.withObject("/metadata").withArray("/finalizers").add("sea/tug");
        ApiException e = assertThrows(ApiException.class, () -> harbour.update(boat));
        assertEquals(
                "Boat.harbour \"argo\" is invalid: metadata.finalizers: Forbidden: no new"
                        + " finalizers can be added if the object is being deleted, found new"
                        + " finalizers []string{\"sea/tug\"}",
                e.getMessage());
    }

    @Test
    void graceIsGivenAndOnlyEverShortened() {
        harbour.create(Harbour.json("{'metadata':{'name':'argo'},'spec':{'masts':1}}"));
        assertFalse(harbour.delete("argo").gone());
        assertEquals(
                "2026-01-01T00:00:30Z",
                harbour.read("argo").at("/metadata/deletionTimestamp").asText());
        harbour.delete("argo", Harbour.grace(60));
        assertEquals(30, harbour.read("argo").at("/metadata/deletionGracePeriodSeconds").asInt());
        harbour.delete("argo", Harbour.grace(5));
        assertEquals(
                "2026-01-01T00:00:05Z",
                harbour.read("argo").at("/metadata/deletionTimestamp").asText());
        assertTrue(harbour.delete("argo", Harbour.grace(0)).gone());
        assertFalse(isThere("argo"));
    }

    @Test
    void anObjectInItsGraceStaysWhenItIsUpdated() {
        harbour.create(Harbour.json("{'metadata':{'name':'argo'},'spec':{'masts':1}}"));
        harbour.delete("argo");
        ObjectNode boat = harbour.read("argo");
        boat.withObject("/metadata/labels").put("a", "b");
        harbour.update(boat);
        assertTrue(isThere("argo"));
    }

    @Test
    void propagationBecomesAFinalizer() {
        harbour.create(Harbour.boat("argo"));
        assertFalse(harbour.delete("argo", propagation("Foreground")).gone());
        assertEquals(
                "foregroundDeletion", harbour.read("argo").at("/metadata/finalizers/0").asText());
        assertFalse(harbour.delete("argo", propagation("Orphan")).gone());
        assertEquals("[\"orphan\"]", harbour.read("argo").at("/metadata/finalizers").toString());
        ApiException e =
                assertThrows(
                        ApiException.class, () -> harbour.delete("argo", propagation("Sideways")));
        assertEquals(StatusReason.Invalid, e.reason());
    }

    @Test
    void preconditionsMustHold() {
        harbour.create(Harbour.boat("argo"));
        DeleteOptions other = new DeleteOptions(OptionalLong.empty(), "other", null, null);
        ApiException e = assertThrows(ApiException.class, () -> harbour.delete("argo", other));
        assertEquals(StatusReason.Conflict, e.reason());
        assertTrue(e.getMessage().contains("UID in precondition: other, UID in object meta: "));
        DeleteOptions old = new DeleteOptions(OptionalLong.empty(), null, "1", null);
        assertThrows(ApiException.class, () -> harbour.delete("argo", old));
        assertTrue(isThere("argo"));
    }

    @Test
    void aCollectionIsDeletedAsItsSelectorSays() {
        for (int i = 0; i < 40; i++) {
            ObjectNode boat = Harbour.boat("boat-" + i);
            boat.withObject("/metadata/labels").put("side", i % 2 == 0 ? "port" : "starboard");
            harbour.create(boat);
        }
        Harbour.get(
                harbour.server.deleteCollection(
                        Harbour.request("deletecollection", ""),
                        Harbour.labels("side=port"),
                        DeleteOptions.DEFAULT));
        assertEquals(20, harbour.names(ListOptions.ALL).size());
        assertEquals(0, harbour.names(Harbour.labels("side=port")).size());
    }
}
