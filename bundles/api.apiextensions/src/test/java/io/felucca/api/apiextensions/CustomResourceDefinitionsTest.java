package io.felucca.api.apiextensions;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.testing.ResourceFixture;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CustomResourceDefinitionsTest {
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
            """;

    private final ResourceFixture definitions =
            ResourceFixture.of(new ApiExtensionsGroup(), "CustomResourceDefinition");

    @Test
    void namesAreFilledIn() {
        ObjectNode definition = definitions.create(MANIFEST);
        assertEquals("boat", definition.at("/spec/names/singular").asText());
        assertEquals("BoatList", definition.at("/spec/names/listKind").asText());
        assertEquals("[\"v1\"]", definition.at("/status/storedVersions").toString());
        assertEquals("None", definition.at("/spec/conversion/strategy").asText());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            textBlock =
                    """
                    /metadata/name | "ships.example.com" | metadata.name: Invalid value: "ships.example.com": must be spec.names.plural+"."+spec.group
                    /spec/versions/0/storage | false | spec.versions: Invalid value: [{"name":"v1","served":true,"storage":false,"schema":{"openAPIV3Schema":{"type":"object"}}}]: must have exactly one version marked as storage version
                    /spec/versions/0/schema | {} | spec.versions[0].schema.openAPIV3Schema: Required value: schemas are required
                    /spec/versions/0/schema/openAPIV3Schema/type | "string" | spec.versions[0].schema.openAPIV3Schema.type: Invalid value: "string": must be object at the root
                    /spec/scope | "Galaxy" | spec.scope: Unsupported value: "Galaxy": supported values: "Cluster", "Namespaced"
                    """)
    void aBrokenRuleIsNamedWithItsPath(String pointer, String value, String message) {
        assertEquals(List.of(message), definitions.problems(MANIFEST, pointer, value));
    }
}
