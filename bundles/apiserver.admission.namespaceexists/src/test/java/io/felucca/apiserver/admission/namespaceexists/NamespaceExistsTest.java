package io.felucca.apiserver.admission.namespaceexists;

import static io.felucca.testing.AdmissionFixture.json;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.felucca.machinery.ApiException;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.testing.AdmissionFixture;
import org.junit.jupiter.api.Test;

final class NamespaceExistsTest {
    private static final GroupVersionResource PODS = new GroupVersionResource("", "v1", "pods");

    private final NamespaceExists plugin = new NamespaceExists();

    @Test
    void whatGoesIntoAMissingNamespaceIsNotFound() {
        ApiException refused =
                assertThrows(
                        ApiException.class,
                        () -> plugin.validate(new AdmissionFixture().create(PODS, json("{}"))));
        assertEquals(404, refused.status().code());
        assertEquals("namespaces \"shop\" not found", refused.status().message());
    }

    @Test
    void whatGoesIntoANamespaceThatIsThereMayPass() {
        AdmissionFixture cluster =
                new AdmissionFixture()
                        .with(NamespaceExists.NAMESPACES, "{'metadata':{'name':'shop'}}");
        plugin.validate(cluster.create(PODS, json("{}")));
    }
}
