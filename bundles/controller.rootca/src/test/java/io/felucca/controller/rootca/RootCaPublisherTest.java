package io.felucca.controller.rootca;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.felucca.client.api.Key;
import io.felucca.client.testing.FakeCluster;
import io.felucca.controller.api.Result;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.StatusReason;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RootCaPublisherTest {
    private static final Key SHOP = Key.clusterScoped("shop");

    private final FakeCluster cluster = new FakeCluster().with(namespace("shop", null));
    private final RootCaPublisher publisher =
            new RootCaPublisher(cluster, cluster.informers(), new FakeTrust());

    private static Namespace namespace(String name, String deletedAt) {
        return new NamespaceBuilder()
                .withNewMetadata()
                .withName(name)
                .withDeletionTimestamp(deletedAt)
                .endMetadata()
                .build();
    }

    private static ConfigMap map(Map<String, String> data) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace("shop")
                .withName("kube-root-ca.crt")
                .addToLabels("mine", "yes")
                .endMetadata()
                .withData(data)
                .build();
    }

    private ConfigMap only() {
        List<ConfigMap> maps = cluster.all(ConfigMap.class);
        assertEquals(1, maps.size());
        return maps.get(0);
    }

    @Test
    void aNamespaceGetsTheAuthority() {
        assertEquals(Result.done(), publisher.reconcile(SHOP));
        assertEquals("shop/kube-root-ca.crt", Key.of(only()).toString());
        assertEquals(Map.of("ca.crt", FakeTrust.PEM), only().getData());
        assertTrue(only().getMetadata().getAnnotations().containsKey("kubernetes.io/description"));
    }

    @Test
    void whatIsRightIsLeftAlone() {
        cluster.with(map(Map.of("ca.crt", FakeTrust.PEM)));
        publisher.reconcile(SHOP);
        assertEquals(List.of(), cluster.actions());
    }

    @Test
    void whatSomebodyChangedIsPutRightAndTheRestKept() {
        cluster.with(map(Map.of("ca.crt", "forged", "more", "x")));
        publisher.reconcile(SHOP);
        assertEquals(Map.of("ca.crt", FakeTrust.PEM), only().getData());
        assertEquals("yes", only().getMetadata().getLabels().get("mine"));
    }

    @Test
    void aNamespaceThatGoesOrIsGoneGetsNothing() {
        cluster.with(namespace("leaving", "2030-01-01T00:00:00Z"));
        publisher.reconcile(Key.clusterScoped("leaving"));
        publisher.reconcile(Key.clusterScoped("gone"));
        assertEquals(List.of(), cluster.actions());
    }

    @Test
    void aNamespaceThatBeganToGoIsFineAndAnyOtherFailureIsTriedAgain() {
        cluster.failNextWrite(ApiException.of(StatusReason.NotFound, "no such namespace"));
        assertEquals(Result.done(), publisher.reconcile(SHOP));
        cluster.failNextWrite(ApiException.unavailable("no store", 1));
        ApiException e = assertThrows(ApiException.class, () -> publisher.reconcile(SHOP));
        assertEquals(StatusReason.ServiceUnavailable, e.reason());
    }
}
