package io.felucca.controller.pvcprotection;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.felucca.client.api.Key;
import io.felucca.client.testing.FakeCluster;
import io.felucca.controller.api.Result;
import java.util.List;
import org.junit.jupiter.api.Test;

class PvcProtectionControllerTest {
    private static final String FINALIZER = "kubernetes.io/pvc-protection";
    private static final String GOES = "2026-01-01T00:00:00Z";

    private final FakeCluster cluster = new FakeCluster();

    @Test
    void aClaimWithoutTheFinalizerGetsIt() {
        cluster.with(claim(null, "a.example/b"));
        assertEquals(List.of("a.example/b", FINALIZER), reconciled());
        cluster.forgetActions();
        reconciled();
        assertEquals(List.of(), cluster.actions());
    }

    @Test
    void aClaimThatIsToGoAndThatNoPodUsesLosesIt() {
        cluster.with(claim(GOES, FINALIZER, "a.example/b"), pod("other", "n1", "elsewhere"));
        assertEquals(List.of("a.example/b"), reconciled());
    }

    @Test
    void aClaimStaysWhileAPodOnANodeNamesIt() {
        cluster.with(claim(GOES, FINALIZER), pod("web", "n1", "data"));
        assertEquals(List.of(FINALIZER), reconciled());
    }

    @Test
    void aClaimMadeForAnEphemeralVolumeStaysWithItsPod() {
        Pod pod =
                new PodBuilder()
                        .withNewMetadata()
                        .withNamespace("shop")
                        .withName("da")
                        .endMetadata()
                        .withNewSpec()
                        .withNodeName("n1")
                        .addNewVolume()
                        .withName("ta")
                        .withNewEphemeral()
                        .endEphemeral()
                        .endVolume()
                        .endSpec()
                        .build();
        PersistentVolumeClaim claim =
                new PersistentVolumeClaimBuilder(claim(GOES, FINALIZER))
                        .editMetadata()
                        .withName("da-ta")
                        .endMetadata()
                        .build();
        cluster.with(claim, pod);
        assertEquals(List.of(FINALIZER), reconciled());
    }

    @Test
    void aPodWithoutANodeDoesNotKeepAClaimNorDoesOneInAnotherNamespace() {
        Pod elsewhere =
                new PodBuilder(pod("far", "n1", "data"))
                        .editMetadata()
                        .withNamespace("bank")
                        .endMetadata()
                        .build();
        cluster.with(claim(GOES, FINALIZER), pod("waits", "", "data"), elsewhere);
        assertEquals(List.of(), reconciled());
    }

    private List<String> reconciled() {
        PvcProtectionController controller =
                new PvcProtectionController(cluster, cluster.informers());
        PersistentVolumeClaim before = cluster.all(PersistentVolumeClaim.class).get(0);
        assertEquals(Result.done(), controller.reconcile(Key.of(before)));
        return cluster.all(PersistentVolumeClaim.class).get(0).getMetadata().getFinalizers();
    }

    private static PersistentVolumeClaim claim(String goes, String... finalizers) {
        return new PersistentVolumeClaimBuilder()
                .withNewMetadata()
                .withNamespace("shop")
                .withName("data")
                .withDeletionTimestamp(goes)
                .withFinalizers(finalizers)
                .endMetadata()
                .build();
    }

    private static Pod pod(String name, String node, String claim) {
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace("shop")
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .withNodeName(node)
                .addNewVolume()
                .withName("v")
                .withNewPersistentVolumeClaim(claim, false)
                .endVolume()
                .endSpec()
                .build();
    }
}
