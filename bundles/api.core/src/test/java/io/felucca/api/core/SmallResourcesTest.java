package io.felucca.api.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.Subresource;
import io.felucca.testing.ResourceFixture;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SmallResourcesTest {
    private static String manifest(String kind, String rest) {
        return "{\"apiVersion\":\"v1\",\"kind\":\""
                + kind
                + "\",\"metadata\":{\"name\":\"a\"}"
                + rest
                + "}";
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            textBlock =
                    """
                    ConfigMap | "data":{"a":"1"} | /data | {"a b":"1"} | data[a b]: Invalid value: "a b": a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')
                    ConfigMap | "data":{"a":"1"} | /binaryData | {"a":"MQ=="} | data[a]: Invalid value: "a": duplicate of key present in binaryData
                    Secret | "type":"Opaque" | /type | "kubernetes.io/tls" | data[tls.crt]: Required value && data[tls.key]: Required value
                    Secret | "type":"Opaque" | /type | "kubernetes.io/basic-auth" | data[username]: Required value && data[password]: Required value
                    Secret | "type":"Opaque" | /type | "kubernetes.io/dockerconfigjson" | data[.dockerconfigjson]: Required value
                    Secret | "type":"Opaque" | /type | "kubernetes.io/service-account-token" | metadata.annotations[kubernetes.io/service-account.name]: Required value
                    Node | "spec":{} | /spec/taints | [{"key":"a","effect":"Maybe"}] | spec.taints[0].effect: Unsupported value: "Maybe": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"
                    Node | "spec":{} | /spec/podCIDRs | ["10.0.0.0/99"] | spec.podCIDRs[0]: Invalid value: "10.0.0.0/99": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)
                    Endpoints | "subsets":[{"addresses":[{"ip":"10.0.0.1"}]}] | /subsets/0/addresses/0/ip | "127.0.0.1" | subsets[0].addresses[0].ip: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)
                    Endpoints | "subsets":[{"addresses":[{"ip":"10.0.0.1"}]}] | /subsets/0/addresses | [] | subsets[0]: Required value: must specify `addresses` or `notReadyAddresses`
                    Event | "involvedObject":{"namespace":"default","name":"a"} | /involvedObject/namespace | "other" | involvedObject.namespace: Invalid value: "other": does not match event.namespace
                    PersistentVolume | "spec":{"capacity":{"storage":"1Gi"},"accessModes":["ReadWriteOnce"],"hostPath":{"path":"/x"}} | /spec/capacity/storage | "0" | spec.capacity[storage]: Invalid value: "0": must be greater than zero
                    PersistentVolume | "spec":{"capacity":{"storage":"1Gi"},"accessModes":["ReadWriteOnce"],"hostPath":{"path":"/x"}} | /spec/hostPath | | spec: Required value: must specify a volume type
                    PersistentVolumeClaim | "spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}}} | /spec/accessModes | [] | spec.accessModes: Required value: at least 1 access mode is required
                    ReplicationController | "spec":{"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}} | /spec/selector | {"a":"c"} | spec.template.metadata.labels: Invalid value: {"a":"b"}: `selector` does not match template `labels`
                    ResourceQuota | "spec":{"hard":{"pods":"1"}} | /spec/hard/pods | "1500m" | spec.hard[pods]: Invalid value: 1500m: must be an integer
                    LimitRange | "spec":{"limits":[{"type":"Container","min":{"cpu":"1"}}]} | /spec/limits/0/max | {"cpu":"500m"} | spec.limits[0].min[cpu]: Invalid value: "1": min value 1 is greater than max value 500m
                    """)
    void aBrokenRuleIsNamedWithItsPath(
            String kind, String valid, String pointer, String value, String messages) {
        ResourceFixture resource = CoreFixture.of(kind);
        resource.create(manifest(kind, "," + valid));
        assertEquals(
                List.of(messages.split(" && ")),
                resource.problems(manifest(kind, "," + valid), pointer, value));
    }

    @Test
    void plainTextsOfASecretBecomeData() {
        ObjectNode secret =
                CoreFixture.of("Secret")
                        .create(manifest("Secret", ",\"stringData\":{\"key\":\"hällo\"}"));
        assertEquals("aMOkbGxv", secret.at("/data/key").asText());
        assertFalse(secret.has("stringData"));
        assertEquals("Opaque", secret.get("type").asText());
    }

    @Test
    void whatIsTooLargeForAMapIsRefused() {
        String large = "x".repeat(DataRules.MAX_SIZE + 1);
        assertEquals(
                List.of("[]: Too long: may not be more than 1048576 bytes"),
                CoreFixture.of("ConfigMap")
                        .problems(
                                manifest("ConfigMap", ",\"data\":{\"a\":\"1\"}"),
                                "/data/a",
                                '"' + large + '"'));
    }

    @Test
    void anImmutableMapKeepsItsData() {
        ResourceFixture maps = CoreFixture.of("ConfigMap");
        ObjectNode stored =
                maps.create(manifest("ConfigMap", ",\"immutable\":true,\"data\":{\"a\":\"1\"}"));
        assertEquals(
                List.of("data: Forbidden: field is immutable when `immutable` is set"),
                maps.updateProblems(stored, "/data/a", "\"2\""));
        assertEquals(
                List.of("immutable: Forbidden: field is immutable when `immutable` is set"),
                maps.updateProblems(stored, "/immutable", ""));
    }

    @Test
    void aNamespaceIsActiveCarriesItsNameAndEndsByFinalize() {
        ResourceFixture namespaces = CoreFixture.of("Namespace");
        ObjectNode namespace = namespaces.create(manifest("Namespace", ""));
        assertEquals("Active", namespace.at("/status/phase").asText());
        assertEquals(
                "{\"kubernetes.io/metadata.name\":\"a\"}",
                namespace.at("/metadata/labels").toString());
        assertEquals("[\"kubernetes\"]", namespace.at("/spec/finalizers").toString());
        assertTrue(namespaces.strategy().holdsDeletion(namespace));
        namespaces.strategy().prepareForDeletion(namespace);
        assertEquals("Terminating", namespace.at("/status/phase").asText());

        ObjectNode body = namespace.deepCopy();
        body.putObject("spec");
        Subresource.View finalize =
                (Subresource.View)
                        namespaces.definition().subresource("finalize").orElseThrow().behaviour();
        assertFalse(namespaces.strategy().holdsDeletion(finalize.apply(namespace, body)));
    }

    @Test
    void aNodeShowsReadinessSchedulingAndRoles() {
        ResourceFixture nodes = CoreFixture.of("Node");
        ObjectNode node = nodes.create(manifest("Node", ",\"spec\":{\"unschedulable\":true}"));
        assertTrue(Nodes.definition().strategy().keepsStatusAtCreation());
        ResourceFixture.put(
                node,
                "/status",
                "{\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\"}],"
                        + "\"nodeInfo\":{\"kubeletVersion\":\"v1.36.0\"},"
                        + "\"addresses\":[{\"type\":\"InternalIP\",\"address\":\"10.0.0.1\"}]}");
        ResourceFixture.put(
                node, "/metadata/labels", "{\"node-role.kubernetes.io/control-plane\":\"\"}");
        assertEquals(
                List.of("Ready,SchedulingDisabled", "control-plane", "AGE", "v1.36.0", "10.0.0.1"),
                nodes.wideCells(node).subList(0, 5));
        ResourceFixture.put(node, "/spec/podCIDR", "\"10.244.0.0/24\"");
        ResourceFixture.put(node, "/spec/podCIDRs", "[\"10.244.0.0/24\"]");
        assertEquals(
                List.of(
                        "spec.podCIDRs: Forbidden: node updates may not change podCIDR except"
                                + " from \"\" to valid"),
                nodes.updateProblems(node, "/spec/podCIDRs", "[\"10.244.1.0/24\"]"));
    }

    @Test
    void endpointsBeyondTheThirdAreCounted() {
        ResourceFixture endpoints = CoreFixture.of("Endpoints");
        ObjectNode object =
                endpoints.create(
                        manifest(
                                "Endpoints",
                                ",\"subsets\":[{\"addresses\":[{\"ip\":\"10.0.0.1\"},{\"ip\":\"10.0.0.2\"}],"
                                    + "\"ports\":[{\"name\":\"a\",\"port\":1},{\"name\":\"b\",\"port\":2}]}]"));
        assertEquals(
                List.of("10.0.0.1:1,10.0.0.1:2,10.0.0.2:1 + 1 more...", "AGE"),
                endpoints.cells(object));
    }

    @Test
    void aControllerTakesSelectorAndLabelsFromItsTemplate() {
        ObjectNode controller =
                CoreFixture.of("ReplicationController")
                        .create(
                                manifest(
                                        "ReplicationController",
                                        ",\"spec\":{\"template\":{\"metadata\":{\"labels\":{\"a\":\"b\"}},"
                                            + "\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"i\"}]}}}"));
        assertEquals("{\"a\":\"b\"}", controller.at("/spec/selector").toString());
        assertEquals("{\"a\":\"b\"}", controller.at("/metadata/labels").toString());
    }
}
