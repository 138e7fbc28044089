package io.felucca.apiserver.admission.denyserviceexternalips;

import static io.felucca.testing.AdmissionFixture.assertRefused;
import static io.felucca.testing.AdmissionFixture.json;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.testing.AdmissionFixture;
import org.junit.jupiter.api.Test;

final class DenyServiceExternalIPsTest {
    private static final GroupVersionResource SERVICES =
            new GroupVersionResource("", "v1", "services");

    private final DenyServiceExternalIPs plugin = new DenyServiceExternalIPs();
    private final AdmissionFixture cluster = new AdmissionFixture();

    @Test
    void newExternalAddressesAreRefused() {
        assertRefused(
                "services \"web\" is forbidden: Use of external IPs is denied by admission"
                        + " control.",
                () -> plugin.validate(cluster.create(SERVICES, service("'192.0.2.1'"))));
        assertRefused(
                "services \"web\" is forbidden: Use of external IPs is denied by admission"
                        + " control.",
                () ->
                        plugin.validate(
                                cluster.update(
                                        SERVICES,
                                        service("'192.0.2.1','192.0.2.2'"),
                                        service("'192.0.2.1'"))));
    }

    @Test
    void thoseThatAreThereMayStayOrGo() {
        plugin.validate(cluster.update(SERVICES, service("'192.0.2.1'"), service("'192.0.2.1'")));
        plugin.validate(cluster.update(SERVICES, service(""), service("'192.0.2.1'")));
        plugin.validate(cluster.create(SERVICES, json("{'spec':{}}")));
    }

    private static ObjectNode service(String addresses) {
        return json("{'spec':{'externalIPs':[" + addresses + "]}}");
    }
}
