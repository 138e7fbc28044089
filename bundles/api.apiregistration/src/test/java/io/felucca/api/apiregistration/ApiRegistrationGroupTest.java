package io.felucca.api.apiregistration;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.felucca.testing.ResourceFixture;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApiRegistrationGroupTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            textBlock =
                    """
                    APIService | {"metadata":{"name":"v1.a.b"},"spec":{"group":"a.b","version":"v1","groupPriorityMinimum":1,"versionPriority":1}} | /spec/versionPriority | 0 | spec.versionPriority: Invalid value: 0: must be positive and less than 1000
                    APIService | {"metadata":{"name":"v1.a.b"},"spec":{"group":"a.b","version":"v1","groupPriorityMinimum":1,"versionPriority":1}} | /metadata/name | "x" | metadata.name: Invalid value: "x": must be `spec.version+"."+spec.group`: "v1.a.b"
                    """)
    void aValidObjectPassesAndABrokenRuleIsNamed(
            String kind, String valid, String pointer, String value, String message) {
        ResourceFixture resource = ResourceFixture.of(new ApiRegistrationGroup(), kind);
        resource.create(valid);
        assertEquals(List.of(message), resource.problems(valid, pointer, value));
    }
}
