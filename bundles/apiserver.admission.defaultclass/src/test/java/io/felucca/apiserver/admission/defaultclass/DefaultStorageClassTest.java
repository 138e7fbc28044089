package io.felucca.apiserver.admission.defaultclass;

import static io.felucca.testing.AdmissionFixture.json;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.testing.AdmissionFixture;
import org.junit.jupiter.api.Test;

final class DefaultStorageClassTest {
    private static final GroupVersionResource CLAIMS =
            new GroupVersionResource("", "v1", "persistentvolumeclaims");

    private final DefaultStorageClass plugin = new DefaultStorageClass();
    private final AdmissionFixture cluster = new AdmissionFixture();

    @Test
    void aClaimWithoutAClassGetsTheNewestDefault() {
        marked("old", "2026-01-01T00:00:00Z");
        marked("new", "2026-02-01T00:00:00Z");
        cluster.with(DefaultStorageClass.CLASSES, "{'metadata':{'name':'plain'}}");
        assertEquals("new", created("{}").at("/spec/storageClassName").asText());
    }

    @Test
    void ofEquallyOldDefaultsTheFirstByNameIsTaken() {
        marked("b", "2026-01-01T00:00:00Z");
        marked("a", "2026-01-01T00:00:00Z");
        assertEquals("a", created("{}").at("/spec/storageClassName").asText());
    }

    @Test
    void aClaimThatNamesAClassOrWantsNoneKeepsItsWord() {
        marked("usual", "2026-01-01T00:00:00Z");
        assertEquals(
                json("{'spec':{'storageClassName':'fast'}}"),
                created("{'spec':{'storageClassName':'fast'}}"));
        assertEquals(
                json("{'spec':{'storageClassName':''}}"),
                created("{'spec':{'storageClassName':''}}"));
        String old = "{'metadata':{'annotations':{'volume.beta.kubernetes.io/storage-class':'x'}}}";
        assertEquals(json(old), created(old));
    }

    @Test
    void withoutADefaultAClaimStaysAsItIs() {
        assertEquals(json("{'spec':{}}"), created("{'spec':{}}"));
    }

    private void marked(String name, String created) {
        cluster.with(
                DefaultStorageClass.CLASSES,
                "{'metadata':{'name':'"
                        + name
                        + "','creationTimestamp':'"
                        + created
                        + "','annotations':{'storageclass.kubernetes.io/is-default-class':'true'}}}");
    }

    private ObjectNode created(String claim) {
        ObjectNode object = json(claim);
        plugin.mutate(cluster.create(CLAIMS, object));
        return object;
    }
}
