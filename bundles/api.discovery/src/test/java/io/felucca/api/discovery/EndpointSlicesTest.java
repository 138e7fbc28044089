package io.felucca.api.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.testing.ResourceFixture;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EndpointSlicesTest {
    private static final String MANIFEST =
            """
            metadata:
              name: web-1
            addressType: IPv4
            endpoints:
            - addresses: ["10.0.0.1"]
            - addresses: ["10.0.0.2"]
            - addresses: ["10.0.0.3"]
            - addresses: ["10.0.0.4"]
            ports:
            - port: 80
            """;

    private final ResourceFixture slices =
            ResourceFixture.of(new DiscoveryGroup(), "EndpointSlice");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            textBlock =
                    """
                    /addressType | "IPv5" | addressType: Unsupported value: "IPv5": supported values: "FQDN", "IPv4", "IPv6"
                    /endpoints/0/addresses | [] | endpoints[0].addresses: Required value: must contain at least 1 address
                    /endpoints/0/addresses | ["x"] | endpoints[0].addresses[0]: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)
                    /endpoints/0/addresses | ["::2"] | endpoints[0].addresses[0]: Invalid value: "::2": must be an IPv4 address
                    /endpoints/0/addresses | ["127.0.0.1"] | endpoints[0].addresses[0]: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)
                    /ports/1 | {"port":81} | ports[1].name: Duplicate value: ""
                    /ports/0/port | 0 | ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive
                    /ports/0/protocol | "X" | ports[0].protocol: Unsupported value: "X": supported values: "SCTP", "TCP", "UDP"
                    """)
    void aBrokenRuleIsNamedWithItsPath(String pointer, String value, String message) {
        assertEquals(List.of(message), slices.problems(MANIFEST, pointer, value));
    }

    @Test
    void theTableShowsThreeEndpointsAndCountsTheRest() {
        ObjectNode stored = slices.create(MANIFEST);
        assertEquals(
                List.of("IPv4", "80", "10.0.0.1,10.0.0.2,10.0.0.3 + 1 more...", "AGE"),
                slices.cells(stored));
        assertEquals(
                List.of("addressType: Invalid value: \"FQDN\": field is immutable"),
                slices.updateProblems(stored, "/addressType", "\"FQDN\"").stream()
                        .filter(problem -> problem.startsWith("addressType"))
                        .toList());
    }
}
