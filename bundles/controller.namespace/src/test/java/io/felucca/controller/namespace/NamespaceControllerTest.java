package io.felucca.controller.namespace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.NamespaceCondition;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.felucca.client.api.Client;
import io.felucca.client.api.Clients.Aggregated;
import io.felucca.client.api.Clients.Served;
import io.felucca.client.api.Key;
import io.felucca.client.testing.FakeCluster;
import io.felucca.controller.api.Result;
import io.felucca.machinery.GroupVersionKind;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.testing.FakeClock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NamespaceControllerTest {
    private static final Key NS = Key.clusterScoped("ns");

    private final FakeClock clock = new FakeClock();
    private final FakeCluster cluster =
            new FakeCluster()
                    .serving(served("configmaps", "ConfigMap"), served("pods", "Pod"))
                    .with(namespace("2026-01-01T00:00:00Z"));
    private final NamespaceController controller =
            new NamespaceController(cluster, cluster.informers(), clock);

    private static Served served(String resource, String kind) {
        return new Served(
                new GroupVersionResource("", "v1", resource),
                new GroupVersionKind("", "v1", kind),
                true,
                true,
                Set.of("list", "delete"));
    }

    private static Namespace namespace(String deleted) {
        return new NamespaceBuilder()
                .withNewMetadata()
                .withName("ns")
                .withDeletionTimestamp(deleted)
                .endMetadata()
                .withNewSpec()
                .withFinalizers("kubernetes")
                .endSpec()
                .build();
    }

    private static ConfigMap map(String... finalizers) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace("ns")
                .withName("cm")
                .withFinalizers(finalizers)
                .endMetadata()
                .build();
    }

    private List<String> finalizers() {
        return cluster.all(Namespace.class).get(0).getSpec().getFinalizers();
    }

    private String condition(String type) {
        for (NamespaceCondition one :
                cluster.all(Namespace.class).get(0).getStatus().getConditions()) {
            if (one.getType().equals(type)) {
                return one.getStatus() + " " + one.getReason() + ": " + one.getMessage();
            }
        }
        return "none";
    }

    @Test
    void contentIsDeletedAndThenTheFinalizerGoes() {
        cluster.with(map());
        Result first = controller.reconcile(NS);
        assertEquals(List.of(), cluster.all(ConfigMap.class));
        assertEquals(List.of("kubernetes"), finalizers(), "a late write may still come");
        assertEquals(Result.requeueAfter(Duration.ofSeconds(2)), first);
        clock.advance(Duration.ofSeconds(2));
        assertEquals(Result.done(), controller.reconcile(NS));
        assertEquals(List.of(), finalizers());
        assertTrue(cluster.actions().contains("update finalize namespaces ns"));
    }

    @Test
    void theRestWaitsForPodsThatEndGracefully() {
        Pod going =
                new PodBuilder()
                        .withNewMetadata()
                        .withNamespace("ns")
                        .withName("p")
                        .withDeletionTimestamp("2026-01-01T00:00:00Z")
                        .withDeletionGracePeriodSeconds(30L)
                        .endMetadata()
                        .withNewSpec()
                        .endSpec()
                        .build();
        cluster.with(map(), going);
        assertEquals(Result.requeueAfter(Duration.ofSeconds(16)), controller.reconcile(NS));
        assertEquals(1, cluster.all(ConfigMap.class).size());
        assertEquals(
                "True SomeResourcesRemain: Some resources are remaining: pods. has 1 resource"
                        + " instances",
                condition("NamespaceContentRemaining"));
        assertEquals(
                "False ContentDeleted: All content successfully deleted, may be waiting on"
                        + " finalization",
                condition("NamespaceDeletionContentFailure"));
        assertEquals(
                List.of(NS),
                controller.sources().get(1).type().equals(Pod.class) ? keysOf(going) : List.of());
        cluster.of(Pod.class).delete(new Key("ns", "p"), Client.Deletion.PLAIN);
        clock.advance(Duration.ofSeconds(16));
        controller.reconcile(NS);
        assertEquals(List.of(), cluster.all(ConfigMap.class));
        assertEquals(List.of(), finalizers());
    }

    private List<Key> keysOf(Pod pod) {
        @SuppressWarnings("unchecked")
        io.felucca.controller.api.Source<Pod> source =
                (io.felucca.controller.api.Source<Pod>) controller.sources().get(1);
        return List.copyOf(source.keys().apply(pod));
    }

    @Test
    void somebodyElsesFinalizerIsNamed() {
        ConfigMap held = map("example.com/hold");
        held.getMetadata().setDeletionTimestamp("2026-01-01T00:00:00Z");
        cluster.with(held);
        clock.advance(Duration.ofMinutes(1));
        assertEquals(Result.requeueAfter(Duration.ofSeconds(2)), controller.reconcile(NS));
        assertEquals(
                "True SomeFinalizersRemain: Some content in the namespace has finalizers"
                        + " remaining: example.com/hold in 1 resource instances",
                condition("NamespaceFinalizersRemaining"));
        assertEquals(List.of("kubernetes"), finalizers());
    }

    @Test
    void aNamespaceThatLivesIsLeftAlone() {
        cluster.with(namespace(null), map());
        assertEquals(Result.done(), controller.reconcile(NS));
        assertEquals(List.of(), cluster.actions());
    }

    @Test
    void whatOtherServersServeIsKnownBeforeTheNamespaceGoes() {
        String stale = "boats.io/v1: stale GroupVersion discovery: boats.io/v1";
        cluster.aggregating(new Aggregated(List.of(), List.of(stale)));
        cluster.with(map());
        assertEquals(Duration.ofSeconds(10), controller.reconcile(NS).after().orElseThrow());
        assertTrue(cluster.all(ConfigMap.class).isEmpty(), "what is known is deleted");
        NamespaceCondition condition =
                cluster.all(Namespace.class).get(0).getStatus().getConditions().stream()
                        .filter(one -> one.getType().equals("NamespaceDeletionDiscoveryFailure"))
                        .findFirst()
                        .orElseThrow();
        assertEquals("True", condition.getStatus());
        assertEquals("DiscoveryFailed", condition.getReason());
        assertEquals(
                "Discovery failed for some groups, 1 failing: unable to retrieve the complete list"
                        + " of server APIs: "
                        + stale,
                condition.getMessage());
        assertEquals(
                List.of("kubernetes"),
                cluster.all(Namespace.class).get(0).getSpec().getFinalizers());

        GroupVersionResource boats = new GroupVersionResource("boats.io", "v1", "boats");
        cluster.aggregating(
                new Aggregated(
                        List.of(
                                new Served(
                                        boats,
                                        new GroupVersionKind("boats.io", "v1", "Boat"),
                                        true,
                                        true,
                                        Set.of("list", "delete"))),
                        List.of()));
        GenericKubernetesResource boat = new GenericKubernetesResource();
        boat.setApiVersion("boats.io/v1");
        boat.setKind("Boat");
        boat.setMetadata(new ObjectMetaBuilder().withNamespace("ns").withName("gull").build());
        assertEquals("gull", cluster.of(boats).create(boat).getMetadata().getName());
        controller.reconcile(NS);
        assertTrue(cluster.of(boats).list("ns", "").isEmpty());
        clock.advance(Duration.ofMinutes(1));
        controller.reconcile(NS);
        assertEquals(List.of(), cluster.all(Namespace.class).get(0).getSpec().getFinalizers());
    }
}
