package io.felucca.controller.serviceaccount;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.felucca.client.api.Key;
import io.felucca.client.testing.FakeCluster;
import io.felucca.controller.api.Result;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.GroupResource;
import io.felucca.machinery.StatusReason;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServiceAccountControllerTest {
    private static final Key SHOP = Key.clusterScoped("shop");

    private final FakeCluster cluster = new FakeCluster().with(namespace("shop", null));
    private final ServiceAccountController controller =
            new ServiceAccountController(cluster, cluster.informers());

    private static Namespace namespace(String name, String deletedAt) {
        return new NamespaceBuilder()
                .withNewMetadata()
                .withName(name)
                .withDeletionTimestamp(deletedAt)
                .endMetadata()
                .build();
    }

    private static ServiceAccount account(String name) {
        return new ServiceAccountBuilder()
                .withNewMetadata()
                .withNamespace("shop")
                .withName(name)
                .endMetadata()
                .build();
    }

    private List<String> accounts() {
        return cluster.all(ServiceAccount.class).stream()
                .map(one -> Key.of(one).toString())
                .toList();
    }

    @Test
    void aNamespaceGetsItsDefaultAccount() {
        assertEquals(Result.done(), controller.reconcile(SHOP));
        assertEquals(List.of("shop/default"), accounts());
    }

    @Test
    void anAccountThatIsThereIsLeftAlone() {
        cluster.with(account("default"));
        controller.reconcile(SHOP);
        assertEquals(List.of(), cluster.actions());
    }

    @Test
    void otherAccountsDoNotCount() {
        cluster.with(account("builder"));
        controller.reconcile(SHOP);
        assertEquals(List.of("shop/builder", "shop/default"), accounts());
    }

    @Test
    void aNamespaceThatGoesOrIsGoneGetsNothing() {
        cluster.with(namespace("leaving", "2030-01-01T00:00:00Z"));
        controller.reconcile(Key.clusterScoped("leaving"));
        controller.reconcile(Key.clusterScoped("gone"));
        assertEquals(List.of(), cluster.actions());
    }

    @Test
    void whoeverWasFasterIsFineAndAnyOtherFailureIsTriedAgain() {
        GroupResource accounts = new GroupResource("", "serviceaccounts");
        cluster.failNextWrite(ApiException.alreadyExists(accounts, "default"));
        assertEquals(Result.done(), controller.reconcile(SHOP));
        cluster.failNextWrite(ApiException.unavailable("no store", 1));
        ApiException e = assertThrows(ApiException.class, () -> controller.reconcile(SHOP));
        assertEquals(StatusReason.ServiceUnavailable, e.reason());
    }
}
