package io.felucca.api.networking;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.testing.ResourceFixture;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworkingTest {
    private static final String INGRESS =
            """
            metadata:
              name: web
            spec:
              rules:
              - host: a.example.com
                http:
                  paths:
                  - path: /
                    pathType: Prefix
                    backend:
                      service:
                        name: web
                        port:
                          number: 80
            """;

    private static final String POLICY =
            """
            metadata:
              name: web
            spec:
              podSelector: {}
              ingress:
              - from:
                - podSelector: {}
                ports:
                - port: 80
              egress:
              - to:
                - ipBlock:
                    cidr: 10.0.0.0/8
            """;

    private static ResourceFixture of(String kind) {
        return ResourceFixture.of(new NetworkingGroup(), kind);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            textBlock =
                    """
                    /spec/rules | [] | spec: Invalid value: {"rules":[]}: either `defaultBackend` or `rules` must be specified
                    /spec/rules/0/host | "10.0.0.1" | spec.rules[0].host: Invalid value: "10.0.0.1": must be a DNS name, not an IP address
                    /spec/rules/0/http/paths/0/path | "x" | spec.rules[0].http.paths[0].path: Invalid value: "x": must be an absolute path
                    /spec/rules/0/http/paths/0/pathType | | spec.rules[0].http.paths[0].pathType: Required value: pathType must be specified
                    /spec/rules/0/http/paths/0/backend | {} | spec.rules[0].http.paths[0].backend: Required value: must specify `service` or `resource`
                    /spec/rules/0/http/paths/0/backend/service/port | {} | spec.rules[0].http.paths[0].backend.service: Required value: port name or number is required
                    """)
    void aBrokenRuleOfAnIngressIsNamed(String pointer, String value, String message) {
        of("Ingress").create(INGRESS);
        assertEquals(List.of(message), of("Ingress").problems(INGRESS, pointer, value));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            textBlock =
                    """
                    /spec/ingress/0/ports/0/port | 0 | spec.ingress[0].ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive
                    /spec/ingress/0/ports/0/endPort | 79 | spec.ingress[0].ports[0].endPort: Invalid value: 79: must be greater than or equal to `port`
                    /spec/ingress/0/from/0 | {} | spec.ingress[0].from[0]: Required value: must specify a peer
                    /spec/egress/0/to/0/podSelector | {} | spec.egress[0].to[0]: Forbidden: may not specify both ipBlock and another peer
                    /spec/egress/0/to/0/ipBlock/except | ["11.0.0.0/9"] | spec.egress[0].to[0].ipBlock.except[0]: Invalid value: "11.0.0.0/9": must be a strict subset of `cidr`
                    """)
    void aBrokenRuleOfAPolicyIsNamed(String pointer, String value, String message) {
        assertEquals(List.of(message), of("NetworkPolicy").problems(POLICY, pointer, value));
    }

    @Test
    void thePolicyTypesFollowTheRules() {
        ObjectNode policy = of("NetworkPolicy").create(POLICY);
        assertEquals("[\"Ingress\",\"Egress\"]", policy.at("/spec/policyTypes").toString());
        assertEquals("TCP", policy.at("/spec/ingress/0/ports/0/protocol").asText());
    }

    @Test
    void anAddressIsNamedByItself() {
        ResourceFixture addresses = of("IPAddress");
        assertEquals(List.of(), addresses.strategy().nameProblems("10.0.0.1", false));
        ObjectNode stored =
                addresses.create(
                        "{\"metadata\":{\"name\":\"10.0.0.1\"},\"spec\":{\"parentRef\":"
                            + "{\"resource\":\"services\",\"namespace\":\"a\",\"name\":\"b\"}}}");
        assertEquals(List.of("services/a/b", "AGE"), addresses.cells(stored));
    }
}
