package io.felucca.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.felucca.machinery.ApiException;
import io.felucca.machinery.StatusReason;
import io.felucca.machinery.schema.StrictDecoder;
import io.felucca.machinery.schema.Yaml;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

final class StrictDecoderTest {

    private static String refusal(String apiVersion, String kind, String json) {
        ApiException refusal =
                assertThrows(
                        ApiException.class, () -> BuiltIn.decode(apiVersion, kind, json), json);
        assertEquals(StatusReason.BadRequest, refusal.reason());
        return refusal.getMessage();
    }

    @Test
    void unknownAndDuplicateFieldsAreAllReportedAndDropped() {
        StrictDecoder.Decoded decoded =
                BuiltIn.decode(
                        "v1",
                        "Pod",
                        "{'metadata':{'name':'a','labels':{'x':'1','x':'2'}},'foo':1,'spec':"
                            + "{'containers':[{'name':'c','imagee':'i','name':'d'}],'Bar':{'a':[1]}}}");
        assertEquals(
                List.of(
                        "duplicate field \"metadata.labels.x\"",
                        "unknown field \"foo\"",
                        "unknown field \"spec.containers[0].imagee\"",
                        "duplicate field \"spec.containers[0].name\"",
                        "unknown field \"spec.Bar\""),
                decoded.problems());
        assertEquals(
                BuiltIn.json(
                        "{'metadata':{'name':'a','labels':{'x':'2'}},'spec':{'containers':[{'name':'d'}]}}"),
                decoded.object());
        ApiException strict = assertThrows(ApiException.class, () -> decoded.strict("Pod", "v1"));
        assertTrue(
                strict.getMessage()
                        .startsWith(
                                "Pod in version \"v1\" cannot be handled as a Pod: strict decoding"
                                    + " error: duplicate field \"metadata.labels.x\", unknown"));
    }

    @Test
    void wrongTypesAreRefusedInUpstreamsWords() {
        assertEquals(
                "Deployment in version \"v1\" cannot be handled as a Deployment: json: cannot"
                        + " unmarshal string into Go struct field DeploymentSpec.spec.replicas of"
                        + " type int32",
                refusal("apps/v1", "Deployment", "{'spec':{'replicas':'three'}}"));
        assertEquals(
                "Deployment in version \"v1\" cannot be handled as a Deployment: json: cannot"
                        + " unmarshal number into Go struct field"
                        + " EnvVar.spec.template.spec.containers.env.value of type string",
                refusal(
                        "apps/v1",
                        "Deployment",
                        "{'spec':{'template':{'spec':{'containers':[{'env':[{'value':1}]}]}}}}"));
        assertTrue(
                refusal("v1", "Pod", "{'spec':{'containers':{}}}")
                        .endsWith("PodSpec.spec.containers of type []v1.Container"));
        assertTrue(
                refusal("v1", "Pod", "{'metadata':{'labels':{'a.b/c':1}}}")
                        .endsWith(
                                "unmarshal number into Go struct field ObjectMeta.metadata.labels"
                                        + " of type string"));
        assertTrue(refusal("v1", "Pod", "{'spec':'x'}").endsWith("Pod.spec of type v1.PodSpec"));
        assertTrue(
                refusal("apps/v1", "Deployment", "{'spec':{'replicas':3000000000}}")
                        .contains("cannot unmarshal number 3000000000 into"));
        assertTrue(
                refusal("apps/v1", "Deployment", "{'spec':{'replicas':1.5}}")
                        .contains("number 1.5 into"));
        assertTrue(
                refusal(
                                "v1",
                                "Pod",
                                "{'spec':{'containers':[{'resources':{'limits':{'cpu':'x'}}}]}}")
                        .contains("quantities must match the regular expression"));
        assertTrue(
                refusal("v1", "Pod", "{'metadata':{'creationTimestamp':'now'}}")
                        .contains("parsing time \"now\" as \"2006-01-02T15:04:05Z07:00\""));
        assertTrue(
                refusal("v1", "Secret", "{'data':{'a':'%%%'}}")
                        .endsWith("illegal base64 data at input byte 0"));
    }

    @Test
    void brokenJsonIsRefusedWithItsPosition() {
        for (String broken :
                List.of("", "[]", "{'a':}", "{'a':1", "{} x", "{'metadata':{\u0001}}")) {
            String message = refusal("v1", "Pod", broken);
            assertTrue(message.startsWith("couldn't get version/kind; json parse error"), message);
        }
        assertTrue(refusal("v1", "Pod", "{\n 'a': x}").contains("line 2"));
        refusal("v1", "Pod", "{'spec':".repeat(600) + "1" + "}".repeat(600));
    }

    @Test
    void whatIsNotUtf8IsReplacedAsUpstreamDoes() {
        byte[] body = BuiltIn.bytes("{'metadata':{'name':'?'}}");
        for (int wrong : new int[] {0x80, 0xC3, 0xFF}) {
            byte[] broken = body.clone();
            broken[new String(body, StandardCharsets.US_ASCII).indexOf('?')] = (byte) wrong;
            assertEquals(
                    "\uFFFD",
                    StrictDecoder.decode(broken, BuiltIn.schema("v1", "Pod"), "Pod", "v1")
                            .object()
                            .at("/metadata/name")
                            .asText());
        }
    }

    @Test
    void nullsVanishAndScalarsBecomeCanonical() {
        StrictDecoder.Decoded decoded =
                BuiltIn.decode(
                        "v1",
                        "Pod",
                        "{'metadata':{'creationTimestamp':null,'deletionTimestamp':"
                            + "'2026-01-02T03:04:05.678+01:00'},'spec':{'containers':[{'args':[null],"
                            + "'resources':{'limits':{'cpu':0.5,'memory':'1024Mi'}}}]}}");
        assertEquals(
                BuiltIn.json(
                        "{'metadata':{'deletionTimestamp':'2026-01-02T02:04:05Z'},'spec':{'containers':"
                            + "[{'args':[''],'resources':{'limits':{'cpu':'500m','memory':'1Gi'}}}]}}"),
                decoded.object());
        assertEquals(List.of(), decoded.problems());
        assertEquals(
                decoded.object(),
                StrictDecoder.decode(decoded.object(), BuiltIn.schema("v1", "Pod"), "Pod", "v1")
                        .object());
    }

    @Test
    void emptyListsAndMapsThatUpstreamOmitsAreLeftOut() {
        StrictDecoder.Decoded decoded =
                BuiltIn.decode(
                        "v1",
                        "Pod",
                        "{'metadata':{'name':'a','labels':{},'annotations':{},'finalizers':[],"
                                + "'ownerReferences':[]},'spec':{'nodeSelector':{},'containers':[],"
                                + "'securityContext':{},'volumes':[{'name':'v','emptyDir':{}}]}}");
        assertEquals(
                BuiltIn.json(
                        "{'metadata':{'name':'a'},'spec':{'containers':[],'securityContext':{},"
                                + "'volumes':[{'name':'v','emptyDir':{}}]}}"),
                decoded.object());
        assertEquals(List.of(), decoded.problems());
    }

    @Test
    void emptinessThatSaysSomethingIsKept() {
        for (String json :
                List.of(
                        "{'spec':{'podSelector':{},'ingress':[{}]}}",
                        "{'metadata':{'managedFields':[]},'spec':{'podSelector':{}}}")) {
            StrictDecoder.Decoded decoded =
                    BuiltIn.decode("networking.k8s.io/v1", "NetworkPolicy", json);
            assertEquals(BuiltIn.json(json), decoded.object());
        }
        String role = "{'rules':[]}";
        assertEquals(
                BuiltIn.json(role),
                BuiltIn.decode("rbac.authorization.k8s.io/v1", "Role", role).object());
    }

    @Test
    void rawObjectsAreKeptAsTheyAre() {
        String json =
                "{'revision':1,'data':{'any':{'x':null,'y':[1,{'z':true}]}},'metadata':{'managedFields':"
                    + "[{'fieldsV1':{'f:spec':{'.':{}}}}]}}";
        StrictDecoder.Decoded decoded = BuiltIn.decode("apps/v1", "ControllerRevision", json);
        assertEquals(BuiltIn.json(json), decoded.object());
        assertEquals(List.of(), decoded.problems());
    }

    @Test
    void yamlBodiesBecomeJsonWithTheirDuplicates() {
        String yaml =
                """
                apiVersion: v1
                kind: Pod
                metadata:
                  name: "1"
                  name: b
                spec:
                  volumes:
                  - {name: v, secret: {defaultMode: 0644}}
                  hostNetwork: true
                  nodeName: ~
                """;
        byte[] json = Yaml.toJson(yaml.getBytes(StandardCharsets.UTF_8));
        StrictDecoder.Decoded decoded =
                StrictDecoder.decode(json, BuiltIn.schema("v1", "Pod"), "Pod", "v1");
        assertEquals(List.of("duplicate field \"metadata.name\""), decoded.problems());
        assertEquals(420, decoded.object().at("/spec/volumes/0/secret/defaultMode").intValue());
        assertThrows(
                ApiException.class, () -> Yaml.toJson("a: [".getBytes(StandardCharsets.UTF_8)));
        assertThrows(ApiException.class, () -> Yaml.toJson(new byte[0]));
    }

    @Test
    void yamlThatWouldTakeTooMuchIsRefused() {
        for (String yaml :
                List.of(
                        "a: " + "[".repeat(100_000) + "]".repeat(100_000),
                        "- ".repeat(100_000),
                        "{".repeat(100_000),
                        "a: " + "9".repeat(1_000_000))) {
            ApiException refused =
                    assertThrows(
                            ApiException.class,
                            () -> Yaml.toJson(yaml.getBytes(StandardCharsets.UTF_8)));
            assertEquals(StatusReason.BadRequest, refused.reason());
        }
    }

    @Test
    void jsonIsYamlThatNeedsNoRewriting() {
        byte[] json = "{\"a\":[1.50,{\"b\":null}]}".getBytes(StandardCharsets.UTF_8);
        assertSame(json, Yaml.toJson(json));
        byte[] flow = "{a: [1, b], c: {}}".getBytes(StandardCharsets.UTF_8);
        assertEquals(
                "{\"a\":[1,\"b\"],\"c\":{}}",
                new String(Yaml.toJson(flow), StandardCharsets.UTF_8));
    }
}
