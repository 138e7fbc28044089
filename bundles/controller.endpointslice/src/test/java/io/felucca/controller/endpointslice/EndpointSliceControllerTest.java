package io.felucca.controller.endpointslice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.felucca.client.api.Client;
import io.felucca.client.api.Key;
import io.felucca.client.testing.FakeCluster;
import io.felucca.controller.api.Result;
import io.felucca.controller.api.TriggerTimes;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EndpointSliceControllerTest {
    private static final Key WEB = new Key("default", "web");

    private final FakeCluster cluster = new FakeCluster().with(node("n1", "z1"));
    private final EndpointSliceController controller =
            new EndpointSliceController(cluster, cluster.informers());

    private static Node node(String name, String zone) {
        return new NodeBuilder()
                .withNewMetadata()
                .withName(name)
                .addToLabels("topology.kubernetes.io/zone", zone)
                .endMetadata()
                .build();
    }

    private static Service service() {
        return new ServiceBuilder()
                .withNewMetadata()
                .withNamespace("default")
                .withName("web")
                .withUid("s1")
                .withCreationTimestamp("2026-01-01T00:00:00Z")
                .addToLabels("team", "x")
                .endMetadata()
                .withNewSpec()
                .withClusterIP("10.96.0.5")
                .withIpFamilies("IPv4")
                .withSelector(Map.of("app", "web"))
                .addNewPort()
                .withName("http")
                .withPort(80)
                .withNewTargetPort("web")
                .endPort()
                .endSpec()
                .build();
    }

    private static PodBuilder pod(String name, String ip, int port, boolean ready) {
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace("default")
                .withName(name)
                .withUid("uid-" + name)
                .withLabels(Map.of("app", "web"))
                .endMetadata()
                .withNewSpec()
                .withNodeName("n1")
                .addNewContainer()
                .withName("c")
                .addNewPort()
                .withName("web")
                .withContainerPort(port)
                .endPort()
                .endContainer()
                .endSpec()
                .withNewStatus()
                .withPhase("Running")
                .withPodIP(ip)
                .addNewPodIP()
                .withIp(ip)
                .endPodIP()
                .addNewCondition()
                .withType("Ready")
                .withStatus(ready ? "True" : "False")
                .withLastTransitionTime("2026-01-01T00:00:05Z")
                .endCondition()
                .endStatus();
    }

    private List<EndpointSlice> slices() {
        return cluster.all(EndpointSlice.class);
    }

    @Test
    void aServiceWithoutPodsHasOneEmptySlice() {
        cluster.with(service());
        controller.reconcile(WEB);
        assertEquals(1, slices().size());
        assertTrue(slices().get(0).getEndpoints().isEmpty());
        cluster.forgetActions();
        controller.reconcile(WEB);
        assertEquals(List.of(), cluster.actions());
        cluster.with(pod("a", "10.244.0.2", 8080, true).build());
        controller.reconcile(WEB);
        assertEquals(1, cluster.actions().size(), "the empty one is used");
        assertEquals(1, slices().get(0).getEndpoints().size());
    }

    @Test
    void anEndpointSaysWhatIsToBeKnownOfItsPod() {
        cluster.with(service(), pod("a", "10.244.0.2", 8080, true).build());
        controller.reconcile(WEB);
        EndpointSlice slice = slices().get(0);
        assertEquals(
                Map.of(
                        "team", "x",
                        "kubernetes.io/service-name", "web",
                        "endpointslice.kubernetes.io/managed-by",
                                "endpointslice-controller.k8s.io"),
                slice.getMetadata().getLabels());
        assertEquals("s1", slice.getMetadata().getOwnerReferences().get(0).getUid());
        assertEquals(
                "2026-01-01T00:00:00Z",
                slice.getMetadata().getAnnotations().get(TriggerTimes.ANNOTATION));
        assertEquals("IPv4", slice.getAddressType());
        assertEquals(8080, slice.getPorts().get(0).getPort());
        assertEquals("http", slice.getPorts().get(0).getName());
        Endpoint endpoint = slice.getEndpoints().get(0);
        assertEquals(List.of("10.244.0.2"), endpoint.getAddresses());
        assertTrue(endpoint.getConditions().getReady());
        assertTrue(endpoint.getConditions().getServing());
        assertFalse(endpoint.getConditions().getTerminating());
        assertEquals("n1", endpoint.getNodeName());
        assertEquals("z1", endpoint.getZone());
        assertEquals("a", endpoint.getTargetRef().getName());
        cluster.forgetActions();
        controller.reconcile(WEB);
        assertEquals(List.of(), cluster.actions(), "nothing changed, nothing is written");
    }

    @Test
    void aGoingPodServesOnButIsNotReady() {
        cluster.with(
                service(),
                pod("a", "10.244.0.2", 8080, true)
                        .editMetadata()
                        .withDeletionTimestamp("2026-01-01T00:01:00Z")
                        .endMetadata()
                        .build());
        controller.reconcile(WEB);
        Endpoint endpoint = slices().get(0).getEndpoints().get(0);
        assertFalse(endpoint.getConditions().getReady());
        assertTrue(endpoint.getConditions().getServing());
        assertTrue(endpoint.getConditions().getTerminating());
    }

    @Test
    void notReadyAddressesArePublishedOnDemand() {
        Service service =
                service().edit().editSpec().withPublishNotReadyAddresses(true).endSpec().build();
        cluster.with(service, pod("a", "10.244.0.2", 8080, false).build());
        controller.reconcile(WEB);
        Endpoint endpoint = slices().get(0).getEndpoints().get(0);
        assertTrue(endpoint.getConditions().getReady());
        assertFalse(endpoint.getConditions().getServing());
    }

    @Test
    void podsWithDifferentNumbersBehindAPortAreInDifferentSlices() {
        cluster.with(
                service(),
                pod("a", "10.244.0.2", 8080, true).build(),
                pod("b", "10.244.0.3", 9090, true).build());
        controller.reconcile(WEB);
        assertEquals(2, slices().size());
    }

    @Test
    void noSliceHasMoreThanAHundredAndChangesStayInTheirSlice() {
        cluster.with(service());
        for (int i = 0; i < 150; i++) {
            cluster.with(pod("p" + i, "10.244.1." + i, 8080, true).build());
        }
        controller.reconcile(WEB);
        assertEquals(
                List.of(50, 100),
                slices().stream().map(one -> one.getEndpoints().size()).sorted().toList());
        cluster.of(Pod.class).delete(new Key("default", "p7"), Client.Deletion.PLAIN);
        cluster.forgetActions();
        controller.reconcile(WEB);
        assertEquals(1, cluster.actions().size());
        cluster.with(pod("q", "10.244.2.1", 8080, true).build());
        cluster.forgetActions();
        controller.reconcile(WEB);
        assertEquals(1, cluster.actions().size());
        assertEquals(
                List.of(50, 100),
                slices().stream().map(one -> one.getEndpoints().size()).sorted().toList(),
                "the fullest with room took it");
    }

    @Test
    void aPodWhoseNodeIsUnknownWaits() {
        cluster.with(
                service(),
                pod("a", "10.244.0.2", 8080, true)
                        .editSpec()
                        .withNodeName("new")
                        .endSpec()
                        .build());
        Result result = controller.reconcile(WEB);
        assertTrue(result.after().isPresent());
        assertTrue(slices().get(0).getEndpoints().isEmpty());
        cluster.with(node("new", "z2"));
        assertEquals(Result.done(), controller.reconcile(WEB));
        assertEquals("z2", slices().get(0).getEndpoints().get(0).getZone());
    }

    @Test
    void finishedPodsAndServicesWithoutSelectorHaveNone() {
        cluster.with(
                service(),
                pod("a", "10.244.0.2", 8080, true)
                        .editStatus()
                        .withPhase("Succeeded")
                        .endStatus()
                        .build());
        controller.reconcile(WEB);
        assertTrue(slices().get(0).getEndpoints().isEmpty());
        cluster.with(
                service()
                        .edit()
                        .editMetadata()
                        .withName("own")
                        .endMetadata()
                        .editSpec()
                        .withSelector(null)
                        .endSpec()
                        .build());
        controller.reconcile(new Key("default", "own"));
        assertEquals(1, slices().size());
    }
}
