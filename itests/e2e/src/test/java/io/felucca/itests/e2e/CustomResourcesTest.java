package io.felucca.itests.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Custom resources from their definition to their end, as kubectl's users do it. */
@ExtendWith(Cluster.Resolver.class)
final class CustomResourcesTest {
    private static final String DEFINITION =
            """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata:
              name: boats.sea.example.com
            spec:
              group: sea.example.com
              scope: Namespaced
              names: {plural: boats, singular: boat, kind: Boat, shortNames: [bt], categories: [fleet]}
              versions:
              - name: v1
                served: true
                storage: true
                subresources:
                  status: {}
                  scale: {specReplicasPath: .spec.sails, statusReplicasPath: .status.sails}
                additionalPrinterColumns:
                - {name: Sails, type: integer, jsonPath: .spec.sails}
                - {name: Rig, type: string, jsonPath: .spec.rig, priority: 1}
                - {name: Age, type: date, jsonPath: .metadata.creationTimestamp}
                selectableFields:
                - jsonPath: .spec.colour
                schema:
                  openAPIV3Schema:
                    type: object
                    description: A boat is a vessel.
                    required: [spec]
                    properties:
                      spec:
                        type: object
                        properties:
                          colour: {type: string, default: white}
                          rig: {type: string, enum: [lateen, square]}
                          sails: {type: integer, minimum: 0, description: How many sails she has.}
                          crew:
                            type: array
                            x-kubernetes-list-type: map
                            x-kubernetes-list-map-keys: [name]
                            items:
                              type: object
                              required: [name]
                              properties:
                                name: {type: string}
                                rank: {type: string, default: hand}
                      status:
                        type: object
                        properties:
                          sails: {type: integer}
            """;

    private static final String BOAT =
            """
            apiVersion: sea.example.com/v1
            kind: Boat
            metadata:
              name: dhow
            spec:
              sails: 2
              rig: lateen
              crew:
              - name: ann
            """;

    private final Kubectl kubectl;

    CustomResourcesTest(Cluster cluster) {
        kubectl = cluster.newNamespace("boats");
    }

    @BeforeEach
    void define() {
        kubectl.apply(DEFINITION);
        kubectl.ok("wait --for=condition=Established crd/boats.sea.example.com --timeout=10s");
    }

    @AfterEach
    void end() {
        kubectl.ok("delete crd boats.sea.example.com --ignore-not-found");
    }

    @Test
    void anEstablishedDefinitionIsServedAtOnceWithItsDefaultsColumnsAndNames() {
        kubectl.apply(BOAT);
        JsonNode boat = kubectl.json("get boat dhow");
        assertEquals("white", boat.at("/spec/colour").asText());
        assertEquals("hand", boat.at("/spec/crew/0/rank").asText());
        assertEquals(1, boat.at("/metadata/generation").asInt());
        String table = kubectl.ok("get bt");
        assertTrue(table.matches("(?s)NAME +SAILS +AGE\\ndhow +2 +\\S+\\n"), table);
        assertTrue(kubectl.ok("get fleet -o wide").contains("lateen"));
        assertEquals(
                "boat.sea.example.com/dhow\n", kubectl.ok("get boats.sea.example.com -o name"));
        assertEquals(
                "boat.sea.example.com/dhow\n",
                kubectl.ok("get boats --field-selector spec.colour=white -o name"));
        assertEquals("", kubectl.ok("get boats --field-selector spec.colour=red -o name"));
        kubectl.apply(BOAT);
        assertEquals(
                boat.at("/metadata/resourceVersion").asText(),
                kubectl.field("boat dhow", "/metadata/resourceVersion"),
                "the same once more changes nothing");
    }

    @Test
    void explainShowsTheSchema() {
        assertTrue(kubectl.ok("explain boat").contains("A boat is a vessel."));
        assertTrue(kubectl.ok("explain boat.spec.sails").contains("How many sails she has."));
    }

    @Test
    void whatIsWrongIsNamedAndUnknownFieldsAreRefusedOrPruned() {
        String wrong =
                kubectl.with(
                                BOAT.replace("rig: lateen", "rig: gaff").replace("2", "-2"),
                                "create",
                                "-f",
                                "-")
                        .fails();
        assertTrue(
                wrong.contains(
                        "spec.rig: Unsupported value: \"gaff\": supported values: \"lateen\","
                                + " \"square\""),
                wrong);
        assertTrue(
                wrong.contains(
                        "spec.sails: Invalid value: -2: spec.sails in body should be greater than"
                                + " or equal to 0"),
                wrong);
        String unknown =
                kubectl.with(BOAT.replace("sails:", "keels:"), "create", "-f", "-").fails();
        assertTrue(unknown.contains("unknown field \"spec.keels\""), unknown);
        Run ignored =
                kubectl.with(
                        BOAT.replace("sails:", "keels:"), "create", "--validate=false", "-f", "-");
        ignored.ok();
        assertFalse(kubectl.json("get boat dhow").at("/spec").has("keels"));
    }

    @Test
    void statusAndScaleHaveTheirOwnPaths() {
        kubectl.apply(BOAT);
        kubectl.ok(
                "patch boat dhow --subresource=status --type=merge -p {\"status\":{\"sails\":1}}");
        kubectl.ok("patch boat dhow --type=merge -p {\"status\":{\"sails\":9}}");
        assertEquals("1", kubectl.field("boat dhow", "/status/sails"));
        assertEquals("1", kubectl.field("boat dhow", "/metadata/generation"));
        kubectl.ok("scale boat dhow --replicas=5");
        assertEquals("5", kubectl.field("boat dhow", "/spec/sails"));
        assertEquals("2", kubectl.field("boat dhow", "/metadata/generation"));
        String strategic =
                kubectl.fails("patch boat dhow --type=strategic -p {\"spec\":{\"sails\":1}}");
        assertTrue(strategic.contains("415") || strategic.contains("unknown format"), strategic);
    }

    @Test
    void serverSideApplyKnowsTheListsKeys() {
        kubectl.with(BOAT, "apply", "--server-side", "-f", "-").ok();
        String other =
                BOAT.replace("  sails: 2\n  rig: lateen\n", "").replace("name: ann", "name: bob");
        kubectl.with(other, "apply", "--server-side", "--field-manager=other", "-f", "-").ok();
        JsonNode crew = kubectl.json("get boat dhow").at("/spec/crew");
        assertEquals(2, crew.size(), crew::toString);
    }

    @Test
    void aChangedDefinitionActsOnWhatIsThereAlready() {
        kubectl.apply(BOAT);
        kubectl.apply(
                DEFINITION.replace(
                        "          sails: {type: integer, minimum: 0",
                        "          keel: {type: string, default: iron}\n"
                                + "              sails: {type: integer, minimum: 0"));
        Eventually.is(
                "the new default shows",
                () -> kubectl.field("boat dhow", "/spec/keel").equals("iron"));
    }

    @Test
    void aDeletedDefinitionTakesItsObjectsAlong() {
        kubectl.apply(BOAT);
        kubectl.ok("delete crd boats.sea.example.com");
        String gone = kubectl.fails("get boats.sea.example.com");
        assertTrue(gone.contains("the server doesn't have a resource type"), gone);
        kubectl.apply(DEFINITION);
        kubectl.ok("wait --for=condition=Established crd/boats.sea.example.com --timeout=10s");
        assertEquals("", kubectl.ok("get boats.sea.example.com -o name"));
    }

    @Test
    void aFinalizerWithoutAPathIsTakenWithAWarning() {
        Run run =
                kubectl.with(
                        BOAT.replace("name: dhow", "name: dhow\n  finalizers: [moor.example.com]"),
                        "create",
                        "-f",
                        "-");
        run.ok();
        assertTrue(
                run.err()
                        .contains(
                                "Warning: metadata.finalizers: \"moor.example.com\": prefer a"
                                        + " domain-qualified finalizer name"),
                run::toString);
        kubectl.ok("delete boat dhow --wait=false");
        kubectl.ok("label crd boats.sea.example.com of=sea");
        kubectl.ok("delete crd boats.sea.example.com --wait=false");
        // Its own finalizer is no name with a path either.
        kubectl.ok("label crd boats.sea.example.com of=land --overwrite");
        kubectl.ok("patch boat dhow --type=merge -p {\"metadata\":{\"finalizers\":null}}");
        Eventually.is("all is gone", () -> !kubectl.exists("crd boats.sea.example.com"));
    }

    @Test
    void aBrokenDefinitionIsRefusedInWords() {
        String wrong =
                kubectl.with(
                                DEFINITION
                                        .replace("boats", "rafts")
                                        .replace("enum: [lateen, square]", "uniqueItems: true"),
                                "create",
                                "-f",
                                "-")
                        .fails();
        assertTrue(wrong.contains("uniqueItems cannot be set to true"), wrong);
    }

    @Test
    void aLargeDefinitionWithRulesAndTwoVersionsWorksAsAWhole() throws IOException {
        kubectl.apply(resource("licences.yaml"));
        try {
            kubectl.ok(
                    "wait --for=condition=Established crd/licences.harbour.example.com"
                            + " --timeout=10s");
            checkLicences();
        } finally {
            kubectl.ok("delete crd licences.harbour.example.com");
        }
    }

    private void checkLicences() {
        String licence =
                """
                apiVersion: harbour.example.com/v1
                kind: Licence
                metadata: {name: one}
                spec:
                  secretName: one
                  commonName: one.example
                  issuerRef: {name: ann}
                  port: http
                  config: {any: {thing: [1]}}
                  podTemplate: {apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {x: 1}}
                """;
        kubectl.apply(licence);
        JsonNode one = kubectl.json("get licences.v1beta1.harbour.example.com one");
        assertEquals("harbour.example.com/v1beta1", one.get("apiVersion").asText());
        assertEquals("Issuer", one.at("/spec/issuerRef/kind").asText());
        assertEquals("2048", one.at("/spec/privateKey/size").asText());
        assertEquals("{\"any\":{\"thing\":[1]}}", one.at("/spec/config").toString());
        String nameless =
                kubectl.with(
                                licence.replace("  commonName: one.example\n", "")
                                        .replace("name: one}", "name: two}"),
                                "create",
                                "-f",
                                "-")
                        .fails();
        assertTrue(
                nameless.contains(
                        "spec.commonName: Required value: secret one needs a name to certify"),
                nameless);
        String other = kubectl.with(licence.replace("ann", "bob"), "apply", "-f", "-").fails();
        assertTrue(other.contains("the issuer of a licence can't be changed"), other);
        String address =
                kubectl.fails(
                        "patch lic one --type=merge -p"
                                + " {\"spec\":{\"ipAddresses\":[\"10.0.0.999\"]}}");
        assertTrue(
                address.contains(
                        "spec.ipAddresses: Invalid value: \"array\": each must be an IP address"),
                address);
        String late =
                kubectl.fails(
                        "patch lic one --type=merge -p {\"spec\":{\"renewBefore\":\"3000h\"}}");
        assertTrue(late.contains("renewBefore must be less than duration"), late);
        kubectl.ok("patch lic one --type=merge -p {\"spec\":{\"renewBefore\":\"24h\"}}");
    }

    @Test
    void anExpressionThatCouldExplodeIsRefusedWithItsDefinition() {
        String wrong =
                kubectl.with(
                                DEFINITION
                                        .replace("boats", "rafts")
                                        .replace(
                                                "x-kubernetes-list-type: map",
                                                "x-kubernetes-validations: [{rule: 'self.all(a,"
                                                        + " self.all(b, self.all(c, a == b || b =="
                                                        + " c)))'}]\n"
                                                        + "                x-kubernetes-list-type:"
                                                        + " map"),
                                "create",
                                "-f",
                                "-")
                        .fails();
        assertTrue(wrong.contains("estimated rule cost exceeds budget by factor of"), wrong);
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = CustomResourcesTest.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
