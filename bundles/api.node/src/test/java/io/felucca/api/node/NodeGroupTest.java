package io.felucca.api.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.felucca.testing.ResourceFixture;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeGroupTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            textBlock =
                    """
                    RuntimeClass | {"metadata":{"name":"a"},"handler":"runc"} | /handler | "Runc" | handler: Invalid value: "Runc": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')
                    """)
    void aValidObjectPassesAndABrokenRuleIsNamed(
            String kind, String valid, String pointer, String value, String message) {
        ResourceFixture resource = ResourceFixture.of(new NodeGroup(), kind);
        resource.create(valid);
        assertEquals(List.of(message), resource.problems(valid, pointer, value));
    }
}
