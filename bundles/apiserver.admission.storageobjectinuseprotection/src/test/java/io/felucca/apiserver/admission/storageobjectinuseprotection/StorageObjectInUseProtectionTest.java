package io.felucca.apiserver.admission.storageobjectinuseprotection;

import static io.felucca.testing.AdmissionFixture.json;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.testing.AdmissionFixture;
import org.junit.jupiter.api.Test;

final class StorageObjectInUseProtectionTest {
    private final AdmissionFixture fixture = new AdmissionFixture();

    @Test
    void newClaimsAndVolumesGetTheirFinalizerOnceBesideOthers() {
        assertEquals(
                json("{'metadata':{'finalizers':['kubernetes.io/pvc-protection']}}"),
                created("persistentvolumeclaims", "{'metadata':{}}"));
        assertEquals(
                json("{'metadata':{'finalizers':['a.example/b','kubernetes.io/pv-protection']}}"),
                created("persistentvolumes", "{'metadata':{'finalizers':['a.example/b']}}"));
        assertEquals(
                json("{'metadata':{'finalizers':['kubernetes.io/pv-protection']}}"),
                created(
                        "persistentvolumes",
                        "{'metadata':{'finalizers':['kubernetes.io/pv-protection']}}"));
    }

    @Test
    void otherObjectsAndChangesAreLeftAlone() {
        assertEquals(json("{'metadata':{}}"), created("pods", "{'metadata':{}}"));
        ObjectNode changed = json("{'metadata':{}}");
        new StorageObjectInUseProtection()
                .mutate(
                        fixture.update(
                                resource("persistentvolumeclaims"),
                                changed,
                                json("{'metadata':{}}")));
        assertEquals(json("{'metadata':{}}"), changed);
    }

    private ObjectNode created(String plural, String text) {
        ObjectNode object = json(text);
        new StorageObjectInUseProtection().mutate(fixture.create(resource(plural), object));
        return object;
    }

    private static GroupVersionResource resource(String plural) {
        return new GroupVersionResource("", "v1", plural);
    }
}
