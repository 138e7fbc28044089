package io.felucca.controller.resourcequota;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import io.felucca.client.api.Client.Deletion;
import io.felucca.client.api.Clients.Served;
import io.felucca.client.api.Key;
import io.felucca.client.testing.FakeCluster;
import io.felucca.controller.api.Result;
import io.felucca.machinery.GroupVersionKind;
import io.felucca.machinery.GroupVersionResource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class ResourceQuotaControllerTest {
    private static final Key KEY = new Key("shop", "q");

    private final FakeCluster cluster =
            new FakeCluster()
                    .serving(
                            new Served(
                                    new GroupVersionResource("", "v1", "configmaps"),
                                    new GroupVersionKind("", "v1", "ConfigMap"),
                                    true,
                                    true,
                                    Set.of("list", "watch")));
    private final ResourceQuotaController controller =
            new ResourceQuotaController(cluster, cluster.informers());
    private final List<Key> queued = new ArrayList<>();

    private static ResourceQuota quota(String... hard) {
        Map<String, Quantity> limits = new TreeMap<>();
        for (int i = 0; i < hard.length; i += 2) {
            limits.put(hard[i], Quantity.parse(hard[i + 1]));
        }
        return new ResourceQuotaBuilder()
                .withNewMetadata()
                .withNamespace("shop")
                .withName("q")
                .endMetadata()
                .withNewSpec()
                .withHard(limits)
                .endSpec()
                .build();
    }

    private static Pod pod(String name, String phase) {
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace("shop")
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("c")
                .withNewResources()
                .addToRequests("cpu", new Quantity("500m"))
                .endResources()
                .endContainer()
                .endSpec()
                .withNewStatus()
                .withPhase(phase)
                .endStatus()
                .build();
    }

    private Map<String, String> used() {
        Map<String, String> used = new TreeMap<>();
        cluster.all(ResourceQuota.class)
                .get(0)
                .getStatus()
                .getUsed()
                .forEach((name, amount) -> used.put(name, amount.toString()));
        return used;
    }

    @Test
    void whatIsThereIsCounted() {
        cluster.with(
                quota("pods", "5", "requests.cpu", "2", "configmaps", "9", "count/pods", "9"),
                pod("a", "Running"),
                pod("b", "Pending"),
                pod("c", "Succeeded"),
                new ConfigMapBuilder()
                        .withNewMetadata()
                        .withNamespace("shop")
                        .withName("m")
                        .endMetadata()
                        .build());
        assertEquals(
                Result.requeueAfter(ResourceQuotaController.UNTIL_SHOWN),
                controller.reconcile(KEY));
        assertEquals(
                Map.of("pods", "2", "requests.cpu", "1", "configmaps", "1", "count/pods", "3"),
                used());
        cluster.forgetActions();
        assertEquals(
                Result.requeueAfter(ResourceQuotaController.RESYNC), controller.reconcile(KEY));
        assertEquals(List.of(), cluster.actions());
    }

    @Test
    void whatIsNotServedIsLookedForAgain() {
        cluster.with(quota("count/boats.example.com", "1", "pods", "1"));
        assertEquals(
                Result.requeueAfter(ResourceQuotaController.UNTIL_SHOWN),
                controller.reconcile(KEY));
        assertEquals(Map.of("pods", "0"), used());
        assertEquals(
                Result.requeueAfter(ResourceQuotaController.UNTIL_SERVED),
                controller.reconcile(KEY));
    }

    @Test
    void whatGoesIsGivenBack() {
        controller.started(queued::add);
        cluster.with(quota("pods", "5"), pod("a", "Running"), pod("b", "Running"));
        assertEquals(List.of(KEY), queued, "all are counted at the beginning");
        controller.reconcile(KEY);
        queued.clear();
        cluster.of(Pod.class).updateStatus(pod("a", "Pending"));
        assertEquals(List.of(), queued);
        cluster.of(Pod.class).updateStatus(pod("a", "Failed"));
        assertEquals(List.of(KEY), queued);
        controller.reconcile(KEY);
        assertEquals(Map.of("pods", "1"), used());
        queued.clear();
        cluster.of(Pod.class).delete(new Key("shop", "b"), Deletion.PLAIN);
        assertEquals(List.of(KEY), queued);
        controller.reconcile(KEY);
        assertEquals(Map.of("pods", "0"), used());
    }
}
