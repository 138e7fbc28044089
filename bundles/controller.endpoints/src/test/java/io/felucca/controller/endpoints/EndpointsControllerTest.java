package io.felucca.controller.endpoints;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.EndpointAddress;
import io.fabric8.kubernetes.api.model.EndpointSubset;
import io.fabric8.kubernetes.api.model.Endpoints;
import io.fabric8.kubernetes.api.model.EndpointsBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.felucca.client.api.Client;
import io.felucca.client.api.Key;
import io.felucca.client.testing.FakeCluster;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EndpointsControllerTest {
    private static final Key WEB = new Key("default", "web");

    private final FakeCluster cluster = new FakeCluster();
    private final EndpointsController controller =
            new EndpointsController(cluster, cluster.informers());

    private static Service service(Map<String, String> selector) {
        return new ServiceBuilder()
                .withNewMetadata()
                .withNamespace("default")
                .withName("web")
                .endMetadata()
                .withNewSpec()
                .withClusterIP("None")
                .withIpFamilies("IPv4")
                .withSelector(selector)
                .addNewPort()
                .withPort(80)
                .withNewTargetPort(8080)
                .endPort()
                .endSpec()
                .build();
    }

    private static Pod pod(String name, String ip, boolean ready) {
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace("default")
                .withName(name)
                .withLabels(Map.of("app", "web"))
                .endMetadata()
                .withNewSpec()
                .withHostname(name)
                .withSubdomain("web")
                .endSpec()
                .withNewStatus()
                .withPhase("Running")
                .withPodIP(ip)
                .addNewCondition()
                .withType("Ready")
                .withStatus(ready ? "True" : "False")
                .endCondition()
                .endStatus()
                .build();
    }

    private Endpoints endpoints() {
        return cluster.all(Endpoints.class).get(0);
    }

    @Test
    void readyAndOtherAddressesStandApart() {
        cluster.with(
                service(Map.of("app", "web")),
                pod("b", "10.244.0.3", true),
                pod("a", "10.244.0.2", true),
                pod("c", "10.244.0.4", false));
        controller.reconcile(WEB);
        EndpointSubset subset = endpoints().getSubsets().get(0);
        assertEquals(
                List.of("10.244.0.2", "10.244.0.3"),
                subset.getAddresses().stream().map(EndpointAddress::getIp).toList());
        assertEquals("a", subset.getAddresses().get(0).getHostname());
        assertEquals("10.244.0.4", subset.getNotReadyAddresses().get(0).getIp());
        assertEquals(8080, subset.getPorts().get(0).getPort());
        assertEquals(
                Map.of(
                        "service.kubernetes.io/headless",
                        "",
                        "endpoints.kubernetes.io/managed-by",
                        "endpoint-controller"),
                endpoints().getMetadata().getLabels());
        cluster.forgetActions();
        controller.reconcile(WEB);
        assertEquals(List.of(), cluster.actions());
    }

    @Test
    void aThousandAddressesAreEnough() {
        cluster.with(service(Map.of("app", "web")));
        for (int i = 0; i < 1001; i++) {
            cluster.with(pod("p" + i, "10.244." + i / 250 + "." + i % 250, i != 500));
        }
        controller.reconcile(WEB);
        assertEquals(1000, endpoints().getSubsets().get(0).getAddresses().size());
        assertTrue(endpoints().getSubsets().get(0).getNotReadyAddresses().isEmpty());
        assertEquals(
                "truncated",
                endpoints()
                        .getMetadata()
                        .getAnnotations()
                        .get("endpoints.kubernetes.io/over-capacity"));
    }

    @Test
    void theyGoWithTheServiceUnlessSomebodyElseMadeThem() {
        cluster.with(service(Map.of("app", "web")), pod("a", "10.244.0.2", true));
        controller.reconcile(WEB);
        cluster.of(Service.class).delete(WEB, Client.Deletion.PLAIN);
        controller.reconcile(WEB);
        assertEquals(List.of(), cluster.all(Endpoints.class));
        cluster.with(
                new EndpointsBuilder()
                        .withNewMetadata()
                        .withNamespace("default")
                        .withName("web")
                        .endMetadata()
                        .build());
        controller.reconcile(WEB);
        assertEquals(1, cluster.all(Endpoints.class).size());
    }

    @Test
    void aServiceWithoutSelectorKeepsItsOwn() {
        cluster.with(service(null), pod("a", "10.244.0.2", true));
        controller.reconcile(WEB);
        assertEquals(List.of(), cluster.actions());
    }
}
