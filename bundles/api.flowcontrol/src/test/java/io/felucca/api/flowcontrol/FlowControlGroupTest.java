package io.felucca.api.flowcontrol;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.felucca.testing.ResourceFixture;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlowControlGroupTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            textBlock =
                    """
                    FlowSchema | {"metadata":{"name":"a"},"spec":{"priorityLevelConfiguration":{"name":"p"},"rules":[{"subjects":[{"kind":"Group","group":{"name":"g"}}],"nonResourceRules":[{"verbs":["get"],"nonResourceURLs":["/x"]}]}]}} | /spec/rules/0/subjects | [] | spec.rules[0].subjects: Required value: subjects must contain at least one value
                    PriorityLevelConfiguration | {"metadata":{"name":"a"},"spec":{"type":"Limited","limited":{"limitResponse":{"type":"Reject"}}}} | /spec/type | "X" | spec.type: Unsupported value: "X": supported values: "Exempt", "Limited"
                    PriorityLevelConfiguration | {"metadata":{"name":"a"},"spec":{"type":"Limited","limited":{"limitResponse":{"type":"Reject"}}}} | /spec/limited |  | spec.limited: Required value: must not be empty when type is Limited
                    """)
    void aValidObjectPassesAndABrokenRuleIsNamed(
            String kind, String valid, String pointer, String value, String message) {
        ResourceFixture resource = ResourceFixture.of(new FlowControlGroup(), kind);
        resource.create(valid);
        assertEquals(List.of(message), resource.problems(valid, pointer, value));
    }
}
