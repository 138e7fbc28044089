package io.felucca.apiserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.ApiRequest;
import io.felucca.apiserver.api.ApiRequest.FieldValidation;
import io.felucca.apiserver.api.ApiServer.Patch;
import io.felucca.apiserver.api.Authorizer;
import io.felucca.apiserver.api.StoredObject;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.StatusReason;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WritesTest {
    private final Harbour harbour = new Harbour();

    @AfterEach
    void close() {
        harbour.close();
    }

    @Test
    void aCreatedObjectHasWhatTheServerSets() {
        StoredObject created = harbour.create(Harbour.boat("argo"));
        ObjectNode boat = Harbour.tree(created);
        assertEquals("Boat", boat.path("kind").asText());
        assertEquals("harbour/v1", boat.path("apiVersion").asText());
        assertEquals("sea", boat.at("/metadata/namespace").asText());
        assertEquals("2026-01-01T00:00:00Z", boat.at("/metadata/creationTimestamp").asText());
        assertEquals(1, boat.at("/metadata/generation").asInt());
        assertEquals(36, boat.at("/metadata/uid").asText().length());
        assertEquals(
                Long.toString(created.revision()), boat.at("/metadata/resourceVersion").asText());
        assertEquals("lateen", boat.at("/spec/rig").asText());
        assertEquals(boat, harbour.read("argo"));
    }

    @Test
    void aSecondObjectOfOneNameIsRefused() {
        harbour.create(Harbour.boat("argo"));
        ApiException e =
                assertThrows(ApiException.class, () -> harbour.create(Harbour.boat("argo")));
        assertEquals(StatusReason.AlreadyExists, e.reason());
        assertEquals("boats.harbour \"argo\" already exists", e.getMessage());
    }

    @Test
    void aGeneratedNameHasFiveRandomCharacters() {
        StoredObject created =
                harbour.create(Harbour.json("{'metadata':{'generateName':'boat-'}}"));
        assertTrue(created.name().matches("boat-[bcdfghjklmnpqrstvwxz2456789]{5}"), created.name());
    }

    @Test
    void statusIsNotTheCreatorsToSet() {
        harbour.create(
                Harbour.json("{'metadata':{'name':'argo'},'status':{'phase':'Sunk'},'spec':{}}"));
        assertFalse(harbour.read("argo").has("status"));
    }

    @Test
    void anUnknownFieldIsRefusedStrictlyAndWarnedOfOtherwise() {
        byte[] body =
                "{\"metadata\":{\"name\":\"argo\"},\"spec\":{\"wheels\":4}}"
                        .getBytes(StandardCharsets.UTF_8);
        ApiRequest strict =
                Harbour.request("create", "")
                        .withOptions(
                                new ApiRequest.Options(false, FieldValidation.Strict, "x", false));
        ApiException e =
                assertThrows(ApiException.class, () -> harbour.server.create(strict, body));
        assertEquals(StatusReason.BadRequest, e.reason());
        assertEquals(
                "Boat in version \"v1\" cannot be handled as a Boat: strict decoding error: unknown"
                        + " field \"spec.wheels\"",
                e.getMessage());
        ApiRequest warn = Harbour.request("create", "");
        Harbour.get(harbour.server.create(warn, body));
        assertEquals("[unknown field \"spec.wheels\"]", warn.warnings().toString());
        assertFalse(harbour.read("argo").at("/spec").has("wheels"));
    }

    @Test
    void aBodyOfAnotherKindIsRefusedInUpstreamsWords() {
        assertRefused(
                "{'kind':'Car','apiVersion':'road/v2','spec':[]}",
                "Car in version \"v2\" cannot be handled as a Boat: converting (v2.Car) to"
                        + " (v1.Boat): unknown conversion");
        assertRefused(
                "{'kind':'Boat','apiVersion':'harbour/v2','spec':{}}",
                "the API version in the data (harbour/v2) does not match the expected API version"
                        + " (harbour/v1)");
    }

    @Test
    void brokenAndWronglyTypedBodiesAreBadRequests() {
        assertRefused(
                "{'spec':[]}",
                "Boat in version \"v1\" cannot be handled as a Boat: json: cannot unmarshal array"
                        + " into Go struct field spec of type map[string]interface {}");
        assertRefused(
                "", "couldn't get version/kind; json parse error: unexpected end of JSON input");
    }

    private void assertRefused(String body, String message) {
        byte[] json = body.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        ApiException e =
                assertThrows(
                        ApiException.class,
                        () -> harbour.server.create(Harbour.request("create", ""), json));
        assertEquals(StatusReason.BadRequest, e.reason());
        assertEquals(message, e.getMessage());
    }

    @Test
    void whatIsWrongIsSaidWithItsPathAndNothingIsStored() {
        ApiException e =
                assertThrows(
                        ApiException.class,
                        () ->
                                harbour.create(
                                        Harbour.json(
                                                "{'metadata':{'name':'argo'},'spec':{'masts':-1}}")));
        assertEquals(
                "Boat.harbour \"argo\" is invalid: spec.masts: Invalid value: -1: must not be"
                        + " negative",
                e.getMessage());
        assertThrows(ApiException.class, () -> harbour.read("argo"));
    }

    @Test
    void allThatIsWrongIsSaidAtOnce() {
        ApiException e =
                assertThrows(
                        ApiException.class,
                        () ->
                                harbour.create(
                                        Harbour.json(
                                                "{'metadata':{'name':'argo'},'spec':{'masts':-1,'crew':[{'age':3}]}}")));
        assertEquals(
                "Boat.harbour \"argo\" is invalid: [spec.masts: Invalid value: -1: must not be"
                        + " negative, spec.crew[0].name: Required value]",
                e.getMessage());
        harbour.create(Harbour.boat("argo"));
        ApiException update =
                assertThrows(
                        ApiException.class,
                        () ->
                                harbour.patch(
                                        "argo",
                                        Patch.Type.MERGE,
                                        "{'spec':{'masts':-1,'crew':[{'age':3}]}}"));
        assertEquals(e.getMessage(), update.getMessage());
    }

    @Test
    void aDryRunStoresNothing() {
        ApiRequest dry =
                Harbour.request("create", "")
                        .withOptions(
                                new ApiRequest.Options(true, FieldValidation.Warn, "x", false));
        StoredObject shown = Harbour.get(harbour.server.create(dry, Harbour.boat("argo")));
        assertEquals("lateen", Harbour.tree(shown).at("/spec/rig").asText());
        assertThrows(ApiException.class, () -> harbour.read("argo"));
    }

    @Test
    void anUpdateOfAnOlderVersionConflicts() {
        harbour.create(Harbour.boat("argo"));
        ObjectNode stale = harbour.read("argo");
        ObjectNode fresh = stale.deepCopy();
        fresh.withObject("/spec").put("masts", 2);
        harbour.update(fresh);
        ApiException e = assertThrows(ApiException.class, () -> harbour.update(stale));
        assertEquals(
                "Operation cannot be fulfilled on boats.harbour \"argo\": the object has been"
                    + " modified; please apply your changes to the latest version and try again",
                e.getMessage());
        assertEquals(2, harbour.read("argo").at("/metadata/generation").asInt());
    }

    @Test
    void anUpdateThatChangesNothingIsNotWritten() {
        long revision = harbour.create(Harbour.boat("argo")).revision();
        assertEquals(revision, harbour.update(harbour.read("argo")).revision());
        ObjectNode sparse = Harbour.boat("argo");
        assertEquals(revision, harbour.update(sparse).revision());
        assertEquals(
                revision,
                harbour.patch("argo", Patch.Type.MERGE, "{'spec':{'rig':'lateen'}}").revision());
    }

    @Test
    void specAndStatusHaveWaysOfTheirOwn() {
        harbour.create(Harbour.boat("argo"));
        ObjectNode both = harbour.read("argo");
        both.withObject("/spec").put("masts", 3);
        both.putObject("status").put("phase", "Afloat");
        harbour.update(both.deepCopy());
        assertFalse(harbour.read("argo").has("status"));
        ObjectNode now = harbour.read("argo");
        now.withObject("/spec").put("masts", 9);
        now.putObject("status").put("phase", "Afloat");
        Harbour.get(
                harbour.server.update(
                        Harbour.request("update", "argo").withSubresource("status"), now));
        ObjectNode boat = harbour.read("argo");
        assertEquals(3, boat.at("/spec/masts").asInt());
        assertEquals("Afloat", boat.at("/status/phase").asText());
        assertEquals(2, boat.at("/metadata/generation").asInt());
    }

    @Test
    void immutableMetadataIsDefended() {
        harbour.create(Harbour.boat("argo"));
        ObjectNode boat = harbour.read("argo");
        boat.withObject("/metadata").put("creationTimestamp", "2020-01-01T00:00:00Z");
        ApiException e = assertThrows(ApiException.class, () -> harbour.update(boat));
        assertEquals(
                "Boat.harbour \"argo\" is invalid: metadata.creationTimestamp: Invalid value:"
                        + " \"2020-01-01T00:00:00Z\": field is immutable",
                e.getMessage());
    }

    @Test
    void theThreePatchesDoWhatTheyShould() {
        harbour.create(
                Harbour.json(
                        "{'metadata':{'name':'argo'},'spec':{'crew':[{'name':'jason','age':30}]}}"));
        harbour.patch("argo", Patch.Type.STRATEGIC, "{'spec':{'crew':[{'name':'orpheus'}]}}");
        assertEquals(2, harbour.read("argo").at("/spec/crew").size());
        harbour.patch("argo", Patch.Type.MERGE, "{'spec':{'crew':[{'name':'idas'}]}}");
        assertEquals("idas", harbour.read("argo").at("/spec/crew/0/name").asText());
        harbour.patch(
                "argo", Patch.Type.JSON, "[{'op':'add','path':'/spec/crew/0/age','value':7}]");
        assertEquals(7, harbour.read("argo").at("/spec/crew/0/age").asInt());
        ApiException e =
                assertThrows(
                        ApiException.class,
                        () ->
                                harbour.patch(
                                        "argo",
                                        Patch.Type.JSON,
                                        "[{'op':'test','path':'/spec/rig','value':'gaff'}]"));
        assertEquals(StatusReason.Invalid, e.reason());
        assertEquals(422, e.status().code());
    }

    @Test
    void applyCreatesMergesAndDefendsWhatOthersManage() {
        String wanted =
                "apiVersion: harbour/v1\nkind: Boat\nmetadata: {name: argo}\nspec: {masts: %d}\n";
        StoredObject created = apply("one", String.format(wanted, 2), false);
        ObjectNode boat = Harbour.tree(created);
        assertEquals(2, boat.at("/spec/masts").asInt());
        assertEquals("one", boat.at("/metadata/managedFields/0/manager").asText());
        assertEquals("Apply", boat.at("/metadata/managedFields/0/operation").asText());
        assertEquals(created.revision(), apply("one", String.format(wanted, 2), false).revision());
        ApiException e =
                assertThrows(
                        ApiException.class, () -> apply("two", String.format(wanted, 3), false));
        assertEquals(
                "Apply failed with 1 conflict: conflict with \"one\": .spec.masts", e.getMessage());
        apply("two", String.format(wanted, 3), true);
        assertEquals(3, harbour.read("argo").at("/spec/masts").asInt());
    }

    private StoredObject apply(String manager, String yaml, boolean force) {
        ApiRequest request =
                Harbour.request("patch", "argo")
                        .withOptions(
                                new ApiRequest.Options(
                                        false, FieldValidation.Strict, manager, force));
        byte[] body = yaml.getBytes(StandardCharsets.UTF_8);
        return Harbour.get(harbour.server.patch(request, new Patch(Patch.Type.APPLY, body)));
    }

    @Test
    void aPatchThatNamesAnotherVersionConflicts() {
        harbour.create(Harbour.boat("argo"));
        ApiException e =
                assertThrows(
                        ApiException.class,
                        () ->
                                harbour.patch(
                                        "argo",
                                        Patch.Type.MERGE,
                                        "{'metadata':{'resourceVersion':'1'},'spec':{'masts':1}}"));
        assertEquals(StatusReason.Conflict, e.reason());
    }

    @Test
    void whoMayNotIsToldInUpstreamsWords() {
        ApiRequest request =
                ApiRequest.of(
                        io.felucca.apiserver.api.UserInfo.of("nobody"),
                        "list",
                        TestGroup.BOATS,
                        "sea",
                        "");
        ApiException e = assertThrows(ApiException.class, () -> harbour.server.authorize(request));
        assertEquals(
                "boats.harbour is forbidden: User \"nobody\" cannot list resource \"boats\" in API"
                        + " group \"harbour\" in the namespace \"sea\"",
                e.getMessage());
    }

    @Test
    void aNamespaceIsAuthorizedAsBeingInItself() {
        harbour.engine.add(
                attributes ->
                        attributes.namespace().equals("sea")
                                ? new Authorizer.Decision(Authorizer.Verdict.ALLOW, "")
                                : Authorizer.Decision.NO_OPINION,
                1);
        UserInfo nobody = UserInfo.of("nobody");
        harbour.server.authorize(ApiRequest.of(nobody, "delete", TestGroup.NAMESPACES, "", "sea"));
        ApiException other =
                assertThrows(
                        ApiException.class,
                        () ->
                                harbour.server.authorize(
                                        ApiRequest.of(
                                                nobody, "get", TestGroup.NAMESPACES, "", "land")));
        assertEquals(
                "namespaces \"land\" is forbidden: User \"nobody\" cannot get resource"
                        + " \"namespaces\" in API group \"\" in the namespace \"land\"",
                other.getMessage());
        ApiException list =
                assertThrows(
                        ApiException.class,
                        () ->
                                harbour.server.authorize(
                                        ApiRequest.of(
                                                nobody, "list", TestGroup.NAMESPACES, "", "")));
        assertTrue(list.getMessage().endsWith("at the cluster scope"), list.getMessage());
    }

    @Test
    void whatAStrategyKeepsOfTheStatusIsKeptAtCreation() {
        Harbour.get(
                harbour.server.create(
                        Harbour.request("create", TestGroup.BUOYS, ""),
                        Harbour.json("{'metadata':{'name':'red'},'status':{'phase':'Lit'}}")));
        ObjectNode buoy =
                Harbour.tree(
                        harbour.server.get(
                                Harbour.request("get", TestGroup.BUOYS, "red"), Optional.empty()));
        assertEquals("Lit", buoy.at("/status/phase").asText());
    }

    @Test
    void aTooLargeObjectIsRefused() {
        ObjectNode boat = Harbour.boat("argo");
        boat.withObject("/spec").put("berth", "x".repeat(Writer.MOST_BYTES));
        ApiException e = assertThrows(ApiException.class, () -> harbour.create(boat));
        assertEquals(StatusReason.RequestEntityTooLarge, e.reason());
    }

    @Test
    void claimsAreHeldByOneObjectAndFreedWithIt() {
        ObjectNode first = Harbour.boat("argo");
        first.withObject("/spec").put("slip", "any");
        harbour.create(first);
        ObjectNode second = Harbour.boat("pequod");
        second.withObject("/spec").put("slip", "any");
        harbour.create(second);
        assertEquals("1", harbour.read("argo").at("/spec/slip").asText());
        assertEquals("2", harbour.read("pequod").at("/spec/slip").asText());
        ObjectNode third = Harbour.boat("dory");
        third.withObject("/spec").put("slip", "1");
        assertThrows(ApiException.class, () -> harbour.create(third.deepCopy()));
        harbour.delete("argo");
        harbour.create(third);
        ObjectNode moved = harbour.read("dory");
        moved.withObject("/spec").put("slip", "7");
        harbour.update(moved);
        assertTrue(harbour.engine.cache().claims().holder("slip/1") == null);
        assertTrue(harbour.engine.cache().claims().holder("slip/7") != null);
    }

    @Test
    void anotherVersionShowsAndWritesTheSameObjects() {
        harbour.create(Harbour.boat("argo"));
        StoredObject old =
                harbour.server.get(
                        Harbour.request("get", TestGroup.OLD_BOATS, "argo"),
                        java.util.Optional.empty());
        ObjectNode boat = Harbour.tree(old);
        assertEquals("harbour/v1beta1", boat.path("apiVersion").asText());
        boat.withObject("/spec").put("masts", 4);
        Harbour.get(
                harbour.server.update(
                        Harbour.request("update", TestGroup.OLD_BOATS, "argo"), boat));
        assertEquals(4, harbour.read("argo").at("/spec/masts").asInt());
        assertEquals("harbour/v1", harbour.read("argo").path("apiVersion").asText());
    }

    @Test
    void aViewShowsAndTakesItsOwnKind() {
        harbour.create(Harbour.json("{'metadata':{'name':'argo'},'spec':{'masts':2}}"));
        ApiRequest request = Harbour.request("get", "argo").withSubresource("masts");
        ObjectNode view = Harbour.tree(harbour.server.get(request, java.util.Optional.empty()));
        assertEquals("Masts", view.path("kind").asText());
        assertEquals(2, view.path("masts").asInt());
        ApiRequest update = Harbour.request("update", "argo").withSubresource("masts");
        StoredObject updated = Harbour.get(harbour.server.update(update, view.put("masts", 5)));
        assertEquals("Masts", Harbour.tree(updated).path("kind").asText());
        ObjectNode boat = harbour.read("argo");
        assertEquals(5, boat.at("/spec/masts").asInt());
        assertEquals(2, boat.at("/metadata/generation").asInt());
        ApiException e =
                assertThrows(
                        ApiException.class,
                        () -> harbour.server.update(update, view.put("masts", 6)));
        assertEquals(StatusReason.Conflict, e.reason());
        ApiRequest patch = Harbour.request("patch", "argo").withSubresource("masts");
        ApiException refused =
                assertThrows(
                        ApiException.class,
                        () ->
                                harbour.server.patch(
                                        patch, new Patch(Patch.Type.MERGE, new byte[0])));
        assertEquals(StatusReason.MethodNotAllowed, refused.reason());
    }

    @Test
    void theServerItselfModifiesWhatOthersMayNot() {
        harbour.create(Harbour.json("{'metadata':{'name':'argo'},'spec':{'masts':2}}"));
        Harbour.get(
                harbour.server.modify(
                        TestGroup.BOATS,
                        "sea",
                        "argo",
                        boat -> {
                            boat.withObject("/spec").put("masts", -7);
                            return boat;
                        }));
        assertEquals(-7, harbour.read("argo").at("/spec/masts").asInt());
    }

    @Test
    void theSystemNamespacesAreThere() {
        Harbour.eventually(
                () ->
                        harbour.server
                                        .list(
                                                Harbour.request("list", TestGroup.NAMESPACES, ""),
                                                io.felucca.apiserver.api.ApiServer.ListOptions.ALL)
                                        .items()
                                        .size()
                                == 4);
    }
}
