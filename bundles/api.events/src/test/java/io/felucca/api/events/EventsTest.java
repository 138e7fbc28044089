package io.felucca.api.events;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.testing.ResourceFixture;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventsTest {
    private static final String MANIFEST =
            """
            apiVersion: events.k8s.io/v1
            kind: Event
            metadata:
              name: web.1
            eventTime: "2030-01-01T12:00:00.000000Z"
            reportingController: felucca.io/test
            reportingInstance: test-1
            action: Binding
            reason: Scheduled
            type: Normal
            note: assigned
            regarding:
              kind: Pod
              namespace: default
              name: web
            """;

    private final ResourceFixture events = ResourceFixture.of(new EventsGroup(), "Event");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            textBlock =
                    """
                    /reportingController | "" | reportingController: Required value
                    /reportingInstance | "" | reportingInstance: Required value
                    /action | "" | action: Required value
                    /reason | "" | reason: Required value
                    /type | "Loud" | type: Unsupported value: "Loud": supported values: "Normal", "Warning"
                    /eventTime | | eventTime: Required value
                    /series | {"count":1,"lastObservedTime":"2030-01-01T12:00:00.000000Z"} | series.count: Invalid value: "": should be at least 2
                    /regarding/namespace | "other" | involvedObject.namespace: Invalid value: "other": does not match event.namespace
                    """)
    void aBrokenRuleIsNamedWithItsPath(String pointer, String value, String message) {
        assertEquals(List.of(message), events.problems(MANIFEST, pointer, value));
    }

    @Test
    void theStoredFormIsCoresAndComesBackTheSame() {
        EventConverter converter = new EventConverter();
        ObjectNode event = events.create(MANIFEST);
        ObjectNode stored = converter.toStored(event.deepCopy());
        assertEquals("v1", stored.get("apiVersion").asText());
        assertEquals("web", stored.at("/involvedObject/name").asText());
        assertEquals("assigned", stored.get("message").asText());
        assertEquals("felucca.io/test", stored.get("reportingComponent").asText());
        assertEquals(event, converter.fromStored(stored));
    }

    @Test
    void theTableShowsWhenAndWhat() {
        assertEquals(
                List.of(
                        "2030-01-01T12:00:00.000000Z",
                        "Normal",
                        "Scheduled",
                        "pod/web",
                        "",
                        "felucca.io/test, test-1",
                        "assigned",
                        "2030-01-01T12:00:00.000000Z",
                        "1",
                        "web.1"),
                events.wideCells(events.create(MANIFEST)));
    }
}
