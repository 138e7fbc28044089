package io.felucca.apiserver.apiextensions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.Column;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.ResourceDefinition.Verb;
import io.felucca.apiserver.api.Subresource;
import io.felucca.machinery.FieldError;
import io.felucca.machinery.Json;
import io.felucca.machinery.VersionOrder;
import io.felucca.machinery.schema.Schema;
import io.felucca.machinery.schema.Yaml;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class DefinitionTest {
    private static final RuleRunner NO_RULES = new RuleRunner(Schema.ANY, () -> null);

    private static final String CRD =
            """
            metadata: {name: boats.sea.example.com, generation: 1}
            spec:
              group: sea.example.com
              scope: Namespaced
              names: {plural: boats, singular: boat, kind: Boat, listKind: Fleet}
              versions:
              - name: v1
                served: true
                storage: true
                subresources:
                  status: {}
                  scale:
                    specReplicasPath: .spec.sails.number
                    statusReplicasPath: .status.sails
                    labelSelectorPath: .status.selector
                additionalPrinterColumns:
                - {name: Sails, type: integer, jsonPath: .spec.sails.number}
                - {name: Ready, type: string, jsonPath: '.status.conditions[?(@.type=="Ready")].status'}
                - {name: Age, type: date, jsonPath: .metadata.creationTimestamp}
                selectableFields:
                - jsonPath: .spec.colour
                schema:
                  openAPIV3Schema:
                    type: object
                    properties:
                      spec:
                        type: object
                        properties:
                          colour: {type: string, default: white}
                          sails: {type: object, properties: {number: {type: integer}}}
                      status: {type: object, x-kubernetes-preserve-unknown-fields: true}
            """;

    private static ObjectNode tree(String yaml) {
        return Json.parseObject(Yaml.toJson(yaml.getBytes(StandardCharsets.UTF_8)));
    }

    private static List<ResourceDefinition> resources(String yaml) {
        ObjectNode crd = tree(yaml);
        return Definition.resources(
                Json.bytes(crd),
                crd,
                crd.at("/spec/names"),
                new Surroundings(() -> null, () -> null));
    }

    private static Subresource.View view(ResourceDefinition boat, String name) {
        return (Subresource.View) boat.subresource(name).orElseThrow().behaviour();
    }

    @Test
    void aVersionBecomesAResource() {
        ResourceDefinition boat = resources(CRD).get(0);
        assertEquals("sea.example.com/v1", boat.kind().apiVersion());
        assertEquals("Fleet", boat.listKind());
        assertTrue(boat.namespaced());
        assertTrue(boat.isCustom());
        assertNull(boat.converter(), "objects have the one form that there is");
        assertEquals("object", boat.openApi().get().path("type").asText());
        assertEquals(
                "white",
                boat.selectableFields().get(0).value().apply(tree("{spec: {colour: white}}")));
    }

    @Test
    void columnsShowWhatTheirPathsFind() {
        List<Column> columns = resources(CRD).get(0).columns();
        ObjectNode boat =
                tree(
                        "{metadata: {creationTimestamp: '2026-01-01T00:00:00Z'}, spec: {sails:"
                                + " {number: 3}}, status: {conditions: [{type: Ready, status:"
                                + " 'True'}]}}");
        assertEquals(
                List.of(3L, "True", "2026-01-01T00:00:00Z"),
                columns.stream().map(one -> one.cell().apply(boat)).toList());
        assertEquals(
                Arrays.asList(null, null, null),
                columns.stream().map(one -> one.cell().apply(Json.object())).toList());
        assertTrue(columns.get(2).isAge());
        assertEquals(
                List.of(Column.AGE),
                resources(CRD.replace("additionalPrinterColumns", "ignored")).get(0).columns());
    }

    @Test
    void scaleReadsAndWritesThePathsOfTheDefinition() {
        Subresource.View scale = view(resources(CRD).get(0), "scale");
        ObjectNode boat = tree("{metadata: {name: dhow}, status: {sails: 1, selector: a=b}}");
        ObjectNode more = scale.apply(boat, tree("{spec: {replicas: 4}}"));
        assertEquals(4, more.at("/spec/sails/number").asInt());
        assertEquals(
                "{\"kind\":\"Scale\",\"apiVersion\":\"autoscaling/v1\",\"metadata\":{\"name\":\"dhow\"},"
                    + "\"spec\":{\"replicas\":4},\"status\":{\"replicas\":1,\"selector\":\"a=b\"}}",
                scale.show(more).toString());
        assertEquals(
                List.of("spec.replicas: Invalid value: -1: must be greater than or equal to 0"),
                scale.validate(scale.apply(boat, tree("{spec: {replicas: -1}}")), boat).stream()
                        .map(FieldError::toString)
                        .toList());
    }

    @Test
    void statusTakesNothingButTheStatus() {
        Subresource.View status = view(resources(CRD).get(0), "status");
        ObjectNode changed =
                status.apply(
                        tree("{metadata: {labels: {a: b}}, spec: {colour: red}}"),
                        tree("{metadata: {labels: {c: d}}, spec: {}, status: {sails: 2}}"));
        assertEquals(
                "{\"metadata\":{\"labels\":{\"a\":\"b\"}},\"spec\":{\"colour\":\"red\"},"
                        + "\"status\":{\"sails\":2}}",
                changed.toString());
    }

    @Test
    void theGenerationGrowsWithAllButMetadataAndStatus() {
        CustomStrategy strategy = new CustomStrategy(true, NO_RULES);
        ObjectNode old = tree("{metadata: {labels: {}}, data: 1, status: {a: 1}}");
        assertFalse(
                strategy.changesGeneration(tree("{metadata: {}, data: 1, status: {a: 2}}"), old));
        assertTrue(strategy.changesGeneration(tree("{metadata: {}, data: 2}"), old));
        assertTrue(
                new CustomStrategy(false, NO_RULES)
                        .changesGeneration(tree("{data: 1, status: {a: 2}}"), old));
    }

    @Test
    void anOlderObjectIsReadAsTheSchemaIsNow() {
        ResourceDefinition boat = resources(CRD.replace("generation: 1", "generation: 2")).get(0);
        ObjectNode served =
                boat.converter()
                        .fromStored(
                                tree(
                                        "{apiVersion: sea.example.com/v1beta1, kind: Boat,"
                                                + " metadata: {name: dhow}, spec: {keel: 1}}"));
        assertEquals(
                "{\"apiVersion\":\"sea.example.com/v1\",\"kind\":\"Boat\",\"metadata\":"
                        + "{\"name\":\"dhow\"},\"spec\":{\"colour\":\"white\"}}",
                served.toString());
        assertEquals(
                "sea.example.com/v1", boat.converter().toStored(served).get("apiVersion").asText());
    }

    @Test
    void nothingIsCreatedWhileTheDefinitionGoes() {
        ResourceDefinition boat =
                resources(CRD.replace("generation: 1", "deletionTimestamp: now")).get(0);
        assertFalse(boat.verbs().contains(Verb.CREATE));
        assertTrue(boat.verbs().contains(Verb.DELETE));
    }

    @Test
    void versionsAreOrderedByTheirStabilityAndNumber() {
        List<String> versions =
                new java.util.ArrayList<>(
                        List.of("v1beta1", "foo", "v1", "v10", "v2alpha1", "v1beta2", "v2"));
        versions.sort(VersionOrder.NEWEST_STABLE_FIRST);
        assertEquals(List.of("v10", "v2", "v1", "v1beta2", "v1beta1", "v2alpha1", "foo"), versions);
    }

    @Test
    void aDeprecatedVersionWarns() {
        assertEquals(
                "sea.example.com/v1 Boat is deprecated",
                resources(CRD.replace("served: true", "served: true\n    deprecated: true"))
                        .get(0)
                        .warning());
        assertSame("", resources(CRD).get(0).warning());
    }
}
