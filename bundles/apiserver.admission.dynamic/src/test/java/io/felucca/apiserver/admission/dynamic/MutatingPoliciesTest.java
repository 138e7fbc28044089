package io.felucca.apiserver.admission.dynamic;

import static io.felucca.testing.AdmissionFixture.json;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.AdmissionPlugin.Pass;
import io.felucca.apiserver.api.AdmissionPlugin.Request;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.cel.RequestExpressions;
import io.felucca.apiserver.webhook.Webhooks;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.GroupVersionKind;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.machinery.schema.Schema;
import io.felucca.testing.AdmissionFixture;
import java.util.List;
import org.junit.jupiter.api.Test;

final class MutatingPoliciesTest {
    private static final GroupVersionResource BOATS =
            new GroupVersionResource("sea.example.com", "v1", "boats");

    /** Sails by name, ports in one piece, and a default. */
    private static final Schema SPEC =
            Schema.builder(Schema.Type.OBJECT)
                    .property("masts", Schema.INT32)
                    .property(
                            "sails",
                            Schema.builder(Schema.Type.ARRAY)
                                    .listType(Schema.ListType.MAP)
                                    .mapKeys(List.of("name"))
                                    .items(
                                            Schema.builder(Schema.Type.OBJECT)
                                                    .property("name", Schema.STRING)
                                                    .property("area", Schema.INT32)
                                                    .property(
                                                            "colour",
                                                            Schema.builder(Schema.Type.STRING)
                                                                    .defaultValue(
                                                                            json("{'c':'white'}")
                                                                                    .get("c"))
                                                                    .build())
                                                    .build())
                                    .build())
                    .property("ports", Schema.arrayOf(Schema.STRING))
                    .build();

    private static final ResourceDefinition DEFINITION =
            ResourceDefinition.builder(
                            new GroupVersionKind("sea.example.com", "v1", "Boat"),
                            "boats",
                            Schema.builder(Schema.Type.OBJECT)
                                    .property("apiVersion", Schema.STRING)
                                    .property("kind", Schema.STRING)
                                    .property("metadata", Schema.ANY)
                                    .property("spec", SPEC)
                                    .build())
                    .build();

    private final AdmissionFixture cluster =
            new AdmissionFixture()
                    .serving(DEFINITION)
                    .serving(
                            ResourceDefinition.builder(
                                            new GroupVersionKind("", "v1", "ConfigMap"),
                                            "configmaps",
                                            Schema.ANY)
                                    .build())
                    .with(
                            new GroupVersionResource("", "v1", "namespaces"),
                            "{'metadata':{'name':'shop'}}");
    private final MutatingAdmissionPolicy plugin =
            new MutatingAdmissionPolicy(
                    Parts.of(new Webhooks(), new RequestExpressions(), List.of()));
    private final ObjectNode boat =
            json(
                    "{'apiVersion':'sea.example.com/v1','kind':'Boat','metadata':{'name':'dhow'},"
                            + "'spec':{'masts':1,'sails':[{'name':'main','area':4,'colour':'red'}],"
                            + "'ports':['aden']}}");

    private void policy(String name, String more, String... mutations) {
        ObjectNode spec =
                json(
                        "{'reinvocationPolicy':'Never','matchConstraints':{'resourceRules':["
                                + "{'operations':['CREATE'],'apiGroups':['sea.example.com'],"
                                + "'apiVersions':['v1'],'resources':['boats']}]}}");
        spec.setAll(json(more));
        for (String expression : mutations) {
            boolean patch = expression.startsWith("[");
            ObjectNode one = spec.withArrayProperty("mutations").addObject();
            one.put("patchType", patch ? "JSONPatch" : "ApplyConfiguration");
            one.putObject(patch ? "jsonPatch" : "applyConfiguration").put("expression", expression);
        }
        ObjectNode policy = json("{'metadata':{}}");
        policy.withObjectProperty("metadata").put("name", name).put("uid", name);
        policy.set("spec", spec);
        cluster.with(MutatingAdmissionPolicy.POLICIES, policy);
        ObjectNode binding = json("{'metadata':{}}");
        binding.withObjectProperty("metadata").put("name", "b-" + name).put("uid", "b-" + name);
        binding.putObject("spec").put("policyName", name);
        if (spec.has("paramKind")) {
            binding.withObjectProperty("spec")
                    .set("paramRef", json("{'name':'limits','parameterNotFoundAction':'Deny'}"));
        }
        cluster.with(MutatingAdmissionPolicy.BINDINGS, binding);
    }

    private Request request() {
        Request plain = cluster.create(BOATS, boat);
        return new Request(
                plain.operation(),
                plain.user(),
                plain.resource(),
                DEFINITION.kind(),
                "",
                plain.namespace(),
                plain.name(),
                plain.object(),
                null,
                false,
                cluster);
    }

    private String denial() {
        return assertThrows(ApiException.class, () -> plugin.mutate(request())).getMessage();
    }

    @Test
    void fieldsAreAppliedAsServerSideApplyDoes() {
        policy(
                "p",
                "{}",
                "Object{spec: Object.spec{masts: object.spec.masts + 1, sails:"
                        + " [Object.spec.sails{name: \"main\", area: 9}, Object.spec.sails{name:"
                        + " \"jib\"}]}}");
        plugin.mutate(request());
        assertEquals(
                json(
                        "{'masts':2,'sails':[{'name':'main','area':9,'colour':'red'},"
                                + "{'name':'jib','colour':'white'}],'ports':['aden']}"),
                boat.get("spec"));
    }

    @Test
    void labelsWithAnyKeyAreAMap() {
        policy("p", "{}", "Object{metadata: Object.metadata{labels: {\"a.b/c\": string(1 + 1)}}}");
        plugin.mutate(request());
        assertEquals("2", boat.at("/metadata/labels/a.b~1c").asText());
    }

    @Test
    void patchesDoWhatTheySayOneAfterTheOther() {
        policy(
                "p",
                "{}",
                "[JSONPatch{op: \"add\", path: \"/metadata/labels\", value: {}},"
                        + " JSONPatch{op: \"add\", path: \"/metadata/labels/\" +"
                        + " jsonpatch.escapeKey(\"a/b~c\"), value: \"x\"}]",
                "[JSONPatch{op: \"test\", path: \"/spec/masts\", value: 1}, JSONPatch{op:"
                        + " \"replace\", path: \"/spec/sails/0\", value: Object.spec.sails{name:"
                        + " \"lug\"}}]",
                "Object{spec: Object.spec{masts: size(object.metadata.labels) + 4}}");
        plugin.mutate(request());
        assertEquals("x", boat.at("/metadata/labels").get("a/b~c").asText());
        assertEquals(
                "[{\"name\":\"lug\",\"colour\":\"white\"}]", boat.at("/spec/sails").toString());
        assertEquals(5, boat.at("/spec/masts").asInt());
    }

    @Test
    void whatIsOneValueIsNotToBeApplied() {
        policy("p", "{}", "Object{spec: Object.spec{ports: [\"muscat\"]}}");
        assertEquals(
                "policy 'p' with binding 'b-p' denied request: invalid ApplyConfiguration: may not"
                        + " mutate atomic arrays, maps or structs: .spec.ports",
                denial());
    }

    @Test
    void aTypeThatIsElsewhereIsAMistake() {
        policy("p", "{}", "Object{spec: Object.status{masts: 2}}");
        assertTrue(
                denial().contains(
                                "type mismatch: unexpected type name \"Object.status\", expected"
                                        + " \"Object.spec\""),
                this::denial);
    }

    @Test
    void variablesParametersAndConditionsDecide() {
        cluster.with(
                new GroupVersionResource("", "v1", "configmaps"),
                "{'metadata':{'name':'limits','namespace':'shop'},'data':{'most':'3'}}");
        policy(
                "p",
                "{'paramKind':{'apiVersion':'v1','kind':'ConfigMap'},'variables':[{'name':'most',"
                        + "'expression':'int(params.data.most)'}],'matchConditions':[{'name':'c',"
                        + "'expression':'object.spec.masts == 1'}]}",
                "Object{spec: Object.spec{masts: variables.most}}");
        plugin.mutate(request());
        assertEquals(3, boat.at("/spec/masts").asInt());
        boat.withObjectProperty("spec").put("masts", 2);
        plugin.mutate(request());
        assertEquals(2, boat.at("/spec/masts").asInt());
    }

    @Test
    void aFailureIsWhatTheFailurePolicySays() {
        policy("p", "{}", "Object{spec: Object.spec{masts: object.spec.oars}}");
        assertEquals(
                "policy 'p' with binding 'b-p' denied request: expression 'Object{spec:"
                        + " Object.spec{masts: object.spec.oars}}' resulted in error: no such key:"
                        + " oars",
                denial());
    }

    @Test
    void aFailureThatIsToBeIgnoredChangesNothing() {
        policy(
                "p",
                "{'failurePolicy':'Ignore'}",
                "Object{spec: Object.spec{masts: object.spec.oars}}");
        plugin.mutate(request());
        assertEquals(1, boat.at("/spec/masts").asInt());
    }

    @Test
    void whoWantsIsCalledAgainWhenOthersHaveChangedTheObject() {
        String more = "Object{spec: Object.spec{masts: object.spec.masts + 1}}";
        policy("a", "{'reinvocationPolicy':'IfNeeded'}", more);
        policy("z", "{}", more);
        Request request = request();
        Pass pass = plugin.firstPass(request);
        assertEquals(3, boat.at("/spec/masts").asInt());
        assertTrue(pass.repeats());
        pass.second().accept(request);
        assertEquals(4, boat.at("/spec/masts").asInt(), "only the first, after the second");
    }

    @Test
    void whatChangesNothingCallsNobodyAgain() {
        policy(
                "a",
                "{'reinvocationPolicy':'IfNeeded'}",
                "Object{spec: Object.spec{masts: object.spec.masts}}");
        Request request = request();
        Pass pass = plugin.firstPass(request);
        assertFalse(pass.repeats());
        boat.withObjectProperty("spec").put("masts", 8);
        pass.second().accept(request);
        assertEquals(8, boat.at("/spec/masts").asInt());
    }

    @Test
    void unknownFieldsAreDroppedAsThoseOfWebhooks() {
        policy("p", "{}", "Object{spec: Object.spec{keel: \"iron\"}}");
        plugin.mutate(request());
        assertFalse(boat.get("spec").has("keel"), boat::toString);
    }
}
