package io.felucca.apiserver.admission.defaultclass;

import static io.felucca.testing.AdmissionFixture.json;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.testing.AdmissionFixture;
import org.junit.jupiter.api.Test;

final class DefaultIngressClassTest {
    private static final GroupVersionResource INGRESSES =
            new GroupVersionResource("networking.k8s.io", "v1", "ingresses");

    private final DefaultIngressClass plugin = new DefaultIngressClass();
    private final AdmissionFixture cluster = new AdmissionFixture();

    @Test
    void anIngressWithoutAClassGetsTheNewestDefault() {
        marked("old", "2026-01-01T00:00:00Z");
        marked("new", "2026-02-01T00:00:00Z");
        cluster.with(DefaultIngressClass.CLASSES, "{'metadata':{'name':'plain'}}");
        assertEquals("new", created("{}").at("/spec/ingressClassName").asText());
    }

    @Test
    void anIngressThatNamesAClassInEitherWayKeepsIt() {
        marked("usual", "2026-01-01T00:00:00Z");
        String named = "{'spec':{'ingressClassName':'own'}}";
        assertEquals(json(named), created(named));
        String old = "{'metadata':{'annotations':{'kubernetes.io/ingress.class':'own'}}}";
        assertEquals(json(old), created(old));
    }

    private void marked(String name, String created) {
        cluster.with(
                DefaultIngressClass.CLASSES,
                "{'metadata':{'name':'"
                        + name
                        + "','creationTimestamp':'"
                        + created
                        + "','annotations':{'ingressclass.kubernetes.io/is-default-class':'true'}}}");
    }

    private ObjectNode created(String ingress) {
        ObjectNode object = json(ingress);
        plugin.mutate(cluster.create(INGRESSES, object));
        return object;
    }
}
