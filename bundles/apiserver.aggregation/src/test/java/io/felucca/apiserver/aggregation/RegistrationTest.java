package io.felucca.apiserver.aggregation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.APIService;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionBuilder;
import io.felucca.client.api.Key;
import io.felucca.client.testing.FakeCluster;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RegistrationTest {
    private static final Key V1 = Key.clusterScoped("v1.example.com");
    private static final Key V2 = Key.clusterScoped("v2.example.com");

    private final FakeCluster cluster = new FakeCluster();
    private final Registration registration = new Registration(cluster, cluster.informers());

    private static CustomResourceDefinition definition(boolean v2Served) {
        return new CustomResourceDefinitionBuilder()
                .withNewMetadata()
                .withName("boats.example.com")
                .endMetadata()
                .withNewSpec()
                .withGroup("example.com")
                .addNewVersion()
                .withName("v1")
                .withServed(true)
                .endVersion()
                .addNewVersion()
                .withName("v2")
                .withServed(v2Served)
                .endVersion()
                .endSpec()
                .build();
    }

    @Test
    void eachServedVersionHasAnApiService() {
        cluster.with(definition(false));
        registration.reconcile(V1);
        registration.reconcile(V2);
        List<APIService> all = cluster.all(APIService.class);
        assertEquals(1, all.size());
        APIService one = all.get(0);
        assertEquals("v1.example.com", one.getMetadata().getName());
        assertEquals("true", one.getMetadata().getLabels().get(ApiServices.MANAGED));
        assertEquals("example.com", one.getSpec().getGroup());
        assertEquals("v1", one.getSpec().getVersion());
        assertEquals(1000, one.getSpec().getGroupPriorityMinimum());
        assertEquals(100, one.getSpec().getVersionPriority());
        assertNull(one.getSpec().getService());
    }

    @Test
    void itGoesWithTheVersion() {
        cluster.with(definition(true));
        registration.reconcile(V2);
        assertEquals(1, cluster.all(APIService.class).size());
        cluster.with(definition(false));
        registration.reconcile(V2);
        assertTrue(cluster.all(APIService.class).isEmpty());
    }

    @Test
    void whatIsChangedIsPutRight() {
        cluster.with(definition(true));
        registration.reconcile(V1);
        APIService spoilt =
                cluster.all(APIService.class)
                        .get(0)
                        .edit()
                        .editSpec()
                        .withVersionPriority(7)
                        .endSpec()
                        .build();
        cluster.with(spoilt);
        registration.reconcile(V1);
        assertEquals(100, cluster.all(APIService.class).get(0).getSpec().getVersionPriority());
    }

    @Test
    void somebodyElsesStands() {
        cluster.with(definition(true), Objects.remote("example.com", "v1"));
        registration.reconcile(V1);
        assertEquals("api", cluster.all(APIService.class).get(0).getSpec().getService().getName());
        cluster.with(Objects.remote("other.com", "v1"));
        cluster.forgetActions();
        registration.reconcile(Key.clusterScoped("v1.other.com"));
        assertEquals(List.of(), cluster.actions());
    }
}
