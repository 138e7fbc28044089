package io.felucca.api.apiextensions;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.testing.ResourceFixture;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a schema may say, in upstream's words. Paths begin at the schema's property {@code x}. */
class SchemaRulesTest {
    private static final String MANIFEST =
            """
            metadata:
              name: boats.example.com
            spec:
              group: example.com
              scope: Namespaced
              names:
                kind: Boat
                plural: boats
              versions:
              - name: v1
                served: true
                storage: true
                schema:
                  openAPIV3Schema:
                    type: object
                    properties:
                      x: {type: string}
            """;
    private static final String VERSION = "/spec/versions/0";
    private static final String SCHEMA = VERSION + "/schema/openAPIV3Schema";
    private static final String PATH = "spec.versions[0].schema.openAPIV3Schema";

    private final ResourceFixture definitions =
            ResourceFixture.of(new ApiExtensionsGroup(), "CustomResourceDefinition");

    private List<String> problems(String pointer, String value) {
        return definitions.problems(MANIFEST, pointer, value).stream()
                .map(one -> one.replace(PATH + ".properties[x]", "X").replace(PATH, "ROOT"))
                .toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            textBlock =
                    """
                    {} | X.type: Required value: must not be empty for specified object fields
                    {"type":"array"} | X.items: Required value: must be specified
                    {"type":"array","items":{}} | X.items.type: Required value: must not be empty for specified array items
                    {"type":"array","items":{"type":"string"},"uniqueItems":true} | X.uniqueItems: Forbidden: uniqueItems cannot be set to true since the runtime complexity becomes quadratic
                    {"type":"object","additionalProperties":false} | X.additionalProperties: Forbidden: additionalProperties cannot be set to false
                    {"type":"object","properties":{"a":{"type":"string"}},"additionalProperties":{"type":"string"}} | X.additionalProperties: Forbidden: additionalProperties and properties are mutual exclusive
                    {"type":"null"} | X.type: Forbidden: type cannot be set to null, use nullable as an alternative
                    {"type":"string","$ref":"#/x"} | X.$ref: Forbidden: $ref is not supported
                    {"type":"string","x-kubernetes-int-or-string":true} | X.type: Forbidden: must be empty if x-kubernetes-int-or-string is true
                    {"type":"string","x-kubernetes-list-type":"set"} | X.type: Invalid value: "string": must be array if x-kubernetes-list-type is specified
                    {"type":"array","x-kubernetes-list-type":"bag","items":{"type":"string"}} | X.x-kubernetes-list-type: Unsupported value: "bag": supported values: "atomic", "map", "set"
                    {"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["a"],"items":{"type":"object","properties":{"a":{"type":"string"}}}} | X.items.properties[a].default: Required value: this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property
                    {"type":"object","x-kubernetes-embedded-resource":true} | X.properties: Required value: must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields
                    {"type":"string","anyOf":[{"type":"string"}]} | X.anyOf[0].type: Forbidden: must be empty to be structural
                    {"type":"object","allOf":[{"properties":{"a":{"minimum":1}}}]} | X.properties[a]: Required value: because it is defined in X.allOf[0].properties[a]
                    {"type":"string","default":5} | X.default: Invalid value: "integer": default in body must be of type string: "integer"
                    {"type":"object","default":{"a":1}} | X.default: Invalid value: {"a":1}: must not have unknown fields
                    {"type":"integer","minimum":3,"default":1} | X.default: Invalid value: 1: default in body should be greater than or equal to 3
                    """)
    void aSchemaThatIsNotStructuralIsRefused(String schema, String message) {
        assertEquals(List.of(message), problems(SCHEMA + "/properties/x", schema));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            textBlock =
                    """
                    {"type":"string"}
                    {"x-kubernetes-int-or-string":true,"anyOf":[{"type":"integer"},{"type":"string"}]}
                    {"x-kubernetes-preserve-unknown-fields":true}
                    {"type":"object","x-kubernetes-embedded-resource":true,"x-kubernetes-preserve-unknown-fields":true}
                    {"type":"object","properties":{"a":{"type":"string"},"b":{"type":"string"}},"oneOf":[{"required":["a"]},{"required":["b"]}]}
                    {"type":"array","x-kubernetes-list-type":"set","items":{"type":"string"}}
                    {"type":"string","nullable":true,"default":null}
                    """)
    void aStructuralSchemaIsTaken(String schema) {
        assertEquals(List.of(), problems(SCHEMA + "/properties/x", schema));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            textBlock =
                    """
                    /spec/versions/0/subresources | {"scale":{"specReplicasPath":".status.x","statusReplicasPath":".status.x"}} | spec.versions[0].subresources.scale.specReplicasPath: Invalid value: ".status.x": should be a json path under .spec
                    /spec/versions/0/subresources | {"scale":{"specReplicasPath":".spec.x","statusReplicasPath":".status.x","labelSelectorPath":".x.y"}} | spec.versions[0].subresources.scale.labelSelectorPath: Invalid value: ".x.y": should be a json path under either .spec or .status
                    /spec/versions/0/additionalPrinterColumns | [{"name":"A","type":"text","jsonPath":".spec.a"}] | spec.versions[0].additionalPrinterColumns[0].type: Invalid value: "text": must be one of boolean,date,integer,number,string
                    /spec/versions/0/additionalPrinterColumns | [{"name":"A","type":"string","jsonPath":""}] | spec.versions[0].additionalPrinterColumns[0].jsonPath: Required value
                    /spec/versions/0/selectableFields | [{"jsonPath":".spec.a"},{"jsonPath":".spec.a"}] | spec.versions[0].selectableFields[1].jsonPath: Duplicate value: ".spec.a"
                    /spec/versions/0/deprecationWarning | "old" | spec.versions[0].deprecationWarning: Invalid value: "old": can only be set for deprecated versions
                    /spec/conversion | {"strategy":"Webhook"} | spec.conversion.webhook.clientConfig: Required value: required when strategy is set to Webhook
                    /spec/conversion | {"strategy":"Webhook","webhook":{"conversionReviewVersions":["v1"],"clientConfig":{"url":"http://a.example"}}} | spec.conversion.webhook.clientConfig.url: Invalid value: "http://a.example": 'https' is the only allowed URL scheme; desired format: https://host[/path]
                    /spec/preserveUnknownFields | true | spec.preserveUnknownFields: Invalid value: true: cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead
                    """)
    void whatStandsBesideTheSchemaIsCheckedToo(String pointer, String value, String message) {
        if (message.startsWith("spec.conversion.webhook.clientConfig: ")) {
            // The review's versions are missing beside it.
            assertEquals(message, definitions.problems(MANIFEST, pointer, value).get(0));
            return;
        }
        if (message.endsWith("Required value")) {
            assertEquals(List.of(message), definitions.problems(MANIFEST, pointer, value));
            return;
        }
        assertEquals(List.of(message), definitions.problems(MANIFEST, pointer, value));
    }

    @Test
    void aGroupOfTheCommunityNeedsAnApproval() {
        assertEquals(
                "metadata.annotations[api-approved.kubernetes.io]: Required value: protected groups"
                        + " must have approval annotation \"api-approved.kubernetes.io\", see"
                        + " https://github.com/kubernetes/enhancements/pull/1111",
                definitions.problems(MANIFEST, "/spec/group", "\"sea.k8s.io\"").get(1));
    }

    @Test
    void aVersionInWhichObjectsMayLieStays() {
        ObjectNode stored = definitions.create(MANIFEST);
        List<String> problems =
                definitions.updateProblems(stored, "/spec/versions/0/name", "\"v2\"");
        assertEquals(1, problems.size(), problems::toString);
        assertEquals(
                "status.storedVersions[0]: Invalid value: \"v1\": missing from spec.versions; v1"
                    + " was previously a storage version, and must remain in spec.versions until a"
                    + " storage migration ensures no data remains persisted in v1 and removes v1"
                    + " from status.storedVersions",
                problems.get(0));
    }
}
