package io.felucca.apiserver.admission.persistentvolumeclaimresize;

import static io.felucca.testing.AdmissionFixture.assertRefused;
import static io.felucca.testing.AdmissionFixture.json;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.AdmissionPlugin.Request;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.testing.AdmissionFixture;
import org.junit.jupiter.api.Test;

final class PersistentVolumeClaimResizeTest {
    private static final GroupVersionResource CLAIMS =
            new GroupVersionResource("", "v1", "persistentvolumeclaims");

    private final PersistentVolumeClaimResize plugin = new PersistentVolumeClaimResize();
    private final AdmissionFixture cluster =
            new AdmissionFixture()
                    .with(
                            PersistentVolumeClaimResize.CLASSES,
                            "{'metadata':{'name':'grows'},'allowVolumeExpansion':true}")
                    .with(PersistentVolumeClaimResize.CLASSES, "{'metadata':{'name':'fixed'}}");

    @Test
    void aBoundClaimOfAClassThatAllowsItMayGrow() {
        plugin.validate(resize("grows", "Bound", "1Gi", "2Gi"));
    }

    @Test
    void aClaimThatIsNotBoundMayNotGrow() {
        assertRefused(
                "persistentvolumeclaims \"data\" is forbidden: Only bound persistent volume claims"
                        + " can be expanded",
                () -> plugin.validate(resize("grows", "Pending", "1Gi", "2Gi")));
    }

    @Test
    void aClaimOfAnotherClassMayNotGrow() {
        for (String name : new String[] {"fixed", "gone", ""}) {
            assertRefused(
                    "persistentvolumeclaims \"data\" is forbidden: only dynamically provisioned pvc"
                            + " can be resized and the storageclass that provisions the pvc must"
                            + " support resize",
                    () -> plugin.validate(resize(name, "Bound", "1Gi", "2Gi")));
        }
    }

    @Test
    void theSameSizeInOtherWordsIsNoGrowth() {
        plugin.validate(resize("fixed", "Pending", "1Gi", "1024Mi"));
    }

    private Request resize(String storageClass, String phase, String from, String to) {
        return cluster.update(
                CLAIMS, claim(storageClass, phase, to), claim(storageClass, phase, from));
    }

    private static ObjectNode claim(String storageClass, String phase, String size) {
        return json(
                "{'metadata':{'name':'data'},'spec':{'storageClassName':'"
                        + storageClass
                        + "','resources':{'requests':{'storage':'"
                        + size
                        + "'}}},'status':{'phase':'"
                        + phase
                        + "'}}");
    }
}
