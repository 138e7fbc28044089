package io.felucca.api.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.machinery.ApiException;
import io.felucca.testing.ResourceFixture;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServicesTest {
    private static final String MANIFEST =
            """
            apiVersion: v1
            kind: Service
            metadata:
              name: web
            spec:
              selector:
                app: web
              ports:
              - port: 80
            """;

    private final ResourceFixture services = CoreFixture.of("Service");
    private final ServiceAllocator allocator =
            new ServiceAllocator("10.0.0.0/28", "30000-30003", "10.0.0.10", new Random(1));

    @Test
    void aMinimalManifestGetsUpstreamsDefaults() {
        ObjectNode spec = (ObjectNode) services.create(MANIFEST).get("spec");
        assertEquals(80, spec.at("/ports/0/targetPort").asInt());
        assertEquals("TCP", spec.at("/ports/0/protocol").asText());
        assertEquals("ClusterIP", spec.get("type").asText());
        assertEquals("None", spec.get("sessionAffinity").asText());
        assertEquals("Cluster", spec.get("internalTrafficPolicy").asText());
        assertEquals("SingleStack", spec.get("ipFamilyPolicy").asText());
        assertEquals("[\"IPv4\"]", spec.get("ipFamilies").toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            textBlock =
                    """
                    /spec/ports | [] | spec.ports: Required value
                    /spec/ports | [{"port":80},{"port":81}] | spec.ports[0].name: Required value && spec.ports[1].name: Required value
                    /spec/ports | [{"name":"a","port":80},{"name":"a","port":81}] | spec.ports[1].name: Duplicate value: "a"
                    /spec/ports | [{"name":"a","port":80},{"name":"b","port":80}] | spec.ports[1]: Duplicate value: {"protocol":"TCP","port":80}
                    /spec/ports/0/port | 70000 | spec.ports[0].port: Invalid value: 70000: must be between 1 and 65535, inclusive && spec.ports[0].targetPort: Invalid value: 70000: must be between 1 and 65535, inclusive
                    /spec/ports/0/nodePort | 30000 | spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'
                    /spec/ports/0/protocol | "X" | spec.ports[0].protocol: Unsupported value: "X": supported values: "SCTP", "TCP", "UDP"
                    /spec/type | "Foo" | spec.type: Unsupported value: "Foo": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"
                    /spec/type | "ExternalName" | spec.externalName: Required value
                    /spec/sessionAffinity | "X" | spec.sessionAffinity: Unsupported value: "X": supported values: "ClientIP", "None"
                    /spec/clusterIP | "nope" | spec.clusterIPs[0]: Invalid value: "nope": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)
                    /spec/ipFamilyPolicy | "RequireDualStack" | spec.ipFamilyPolicy: Invalid value: "RequireDualStack": this cluster is not configured for dual-stack services
                    /spec/ipFamilies | ["IPv6"] | spec.ipFamilies[0]: Invalid value: "IPv6": not configured on this cluster
                    /spec/externalIPs | ["127.0.0.1"] | spec.externalIPs[0]: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)
                    /spec/externalTrafficPolicy | "Local" | spec.externalTrafficPolicy: Invalid value: "Local": may only be set for externally-accessible services
                    /spec/loadBalancerSourceRanges | ["10.0.0.0/8"] | spec.loadBalancerSourceRanges: Forbidden: may only be used when `type` is 'LoadBalancer'
                    """)
    void aBrokenRuleIsNamedWithItsPath(String pointer, String value, String messages) {
        assertEquals(List.of(messages.split(" && ")), services.problems(MANIFEST, pointer, value));
    }

    @Test
    void aHeadlessServiceMayHaveNoPortsAndGetsNoAddress() {
        ObjectNode manifest = services.decode(MANIFEST);
        ResourceFixture.put(manifest, "/spec/clusterIP", "\"None\"");
        ResourceFixture.put(manifest, "/spec/ports", "");
        ObjectNode service = services.prepared(manifest);
        assertEquals(List.of(), services.strategy().validate(service));
        assertEquals(List.of(), services.strategy().claim(service, null, claim -> false));
        assertEquals("[\"None\"]", service.at("/spec/clusterIPs").toString());
    }

    @Test
    void theClusterIpCanNotChangeAndIsKeptWhenLeftOut() {
        ObjectNode stored = services.create(MANIFEST);
        services.strategy().claim(stored, null, claim -> false);
        String ip = stored.at("/spec/clusterIP").asText();
        ObjectNode update = stored.deepCopy();
        ((ObjectNode) update.get("spec")).remove(List.of("clusterIP", "clusterIPs"));
        services.strategy().prepareForUpdate(update, stored);
        assertEquals(ip, update.at("/spec/clusterIP").asText());
        assertEquals(
                List.of(
                        "spec.clusterIPs[0]: Invalid value: [\"10.96.9.9\"]: may not change once"
                                + " set"),
                services.updateProblems(stored, "/spec/clusterIP", "\"10.96.9.9\""));
    }

    @Test
    void addressesAreGivenOutUntilAllAreTaken() {
        Set<String> taken = new HashSet<>();
        // Of sixteen: not the network, its first, its last, or the one of the DNS.
        for (int i = 0; i < 12; i++) {
            List<String> claims = claim("{}", taken);
            assertTrue(taken.addAll(claims), claims::toString);
        }
        assertTrue(
                taken.stream()
                        .noneMatch(
                                Set.of(
                                                "clusterip/10.0.0.0",
                                                "clusterip/10.0.0.1",
                                                "clusterip/10.0.0.10",
                                                "clusterip/10.0.0.15")
                                        ::contains));
        ApiException full = assertThrows(ApiException.class, () -> claim("{}", taken));
        assertEquals("failed to allocate a serviceIP: range is full", full.getMessage());
    }

    @Test
    void anAddressAskedForIsGivenUnlessItIsTakenOrForeign() {
        assertEquals(
                List.of("clusterip/10.0.0.10"), claim("{\"clusterIP\":\"10.0.0.10\"}", Set.of()));
        assertRefused(
                "{\"clusterIP\":\"10.0.0.10\"}",
                Set.of("clusterip/10.0.0.10"),
                "spec.clusterIPs: Invalid value: [\"10.0.0.10\"]: failed to allocate IP 10.0.0.10:"
                        + " provided IP is already allocated");
        assertRefused(
                "{\"clusterIP\":\"10.1.0.1\"}",
                Set.of(),
                "spec.clusterIPs: Invalid value: [\"10.1.0.1\"]: failed to allocate IP 10.1.0.1:"
                        + " the provided IP (10.1.0.1) is not in the valid range. The range of"
                        + " valid IPs is 10.0.0.0/28");
    }

    @Test
    void nodePortsAreGivenOutOncePerNumber() {
        String two =
                "{\"type\":\"NodePort\",\"ports\":[{\"port\":53,\"protocol\":\"UDP\"},"
                        + "{\"port\":53,\"protocol\":\"TCP\"},{\"port\":80,\"protocol\":\"TCP\"}]}";
        List<String> claims = claim(two, Set.of());
        assertEquals(3, claims.size(), claims::toString);
        assertRefused(
                "{\"type\":\"NodePort\",\"ports\":[{\"port\":80,\"nodePort\":80}]}",
                Set.of(),
                "spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid"
                        + " range. The range of valid ports is 30000-30003");
        assertRefused(
                "{\"type\":\"NodePort\",\"ports\":[{\"port\":80,\"nodePort\":30001}]}",
                Set.of("nodeport/30001"),
                "spec.ports[0].nodePort: Invalid value: 30001: provided port is already"
                        + " allocated");
    }

    private void assertRefused(String spec, Set<String> taken, String message) {
        ApiException refused = assertThrows(ApiException.class, () -> claim(spec, taken));
        assertEquals("Service \"a\" is invalid: " + message, refused.getMessage());
        assertEquals(422, refused.status().code());
    }

    private List<String> claim(String spec, Set<String> taken) {
        ObjectNode service = io.felucca.machinery.Json.object();
        service.putObject("metadata").put("name", "a");
        ResourceFixture.put(service, "/spec", spec);
        return allocator.claim(service, null, taken::contains);
    }

    @Test
    void theTableShowsAddressesAndPorts() {
        ObjectNode service = services.create(MANIFEST);
        ResourceFixture.put(service, "/spec/clusterIPs", "[\"10.96.0.7\"]");
        assertEquals(
                List.of("ClusterIP", "10.96.0.7", "<none>", "80/TCP", "AGE", "app=web"),
                services.wideCells(service));
        ResourceFixture.put(service, "/spec/type", "\"LoadBalancer\"");
        ResourceFixture.put(service, "/spec/ports/0/nodePort", "30080");
        assertEquals(
                List.of("LoadBalancer", "10.96.0.7", "<pending>", "80:30080/TCP", "AGE"),
                services.cells(service));
    }
}
