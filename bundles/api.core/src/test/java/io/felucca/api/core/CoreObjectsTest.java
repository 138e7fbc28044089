package io.felucca.api.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.testing.ResourceFixture;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CoreObjectsTest {
    private static CoreObjects at(String ip) {
        return new CoreObjects(
                CoreFixture.configuration(CoreObjects.Config.class, Map.of("node_ip", ip)));
    }

    @Test
    void theServicesAreValidAndHaveTheirAddresses() {
        ResourceFixture services = CoreFixture.of("Service");
        List<ObjectNode> objects = at("10.0.0.1").objects();
        ObjectNode kubernetes = services.create(objects.get(0).toString());
        assertEquals("10.96.0.1", kubernetes.at("/spec/clusterIP").asText());
        assertEquals(
                List.of("clusterip/10.96.0.1"),
                services.strategy().claim(kubernetes, null, claim -> false));
        ObjectNode dns = services.prepared(objects.get(3));
        assertEquals(List.of(), services.strategy().validate(dns));
        assertEquals(
                List.of("clusterip/10.96.0.10"),
                services.strategy().claim(dns, null, claim -> false));
        CoreFixture.of("Endpoints").create(objects.get(1).toString());
    }

    @Test
    void theEndpointsFollowTheNodesAddress() {
        ObjectNode existing = at("10.0.0.1").objects().get(1);
        ObjectNode moved = at("10.0.0.2").objects().get(1);
        assertSame(existing, at("10.0.0.1").reconcile(existing, existing.deepCopy()));
        assertEquals(
                "10.0.0.2",
                at("10.0.0.2").reconcile(existing, moved).at("/subsets/0/addresses/0/ip").asText());
    }
}
