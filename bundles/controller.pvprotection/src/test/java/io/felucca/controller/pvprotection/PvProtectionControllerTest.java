package io.felucca.controller.pvprotection;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.felucca.client.api.Key;
import io.felucca.client.testing.FakeCluster;
import io.felucca.controller.api.Result;
import java.util.List;
import org.junit.jupiter.api.Test;

class PvProtectionControllerTest {
    private static final String FINALIZER = "kubernetes.io/pv-protection";
    private static final String GOES = "2026-01-01T00:00:00Z";

    private final FakeCluster cluster = new FakeCluster();

    @Test
    void aVolumeWithoutTheFinalizerGetsItOnce() {
        cluster.with(volume(null, "Available"));
        assertEquals(List.of(FINALIZER), reconciled());
        cluster.forgetActions();
        reconciled();
        assertEquals(List.of(), cluster.actions());
    }

    @Test
    void aVolumeThatIsToGoStaysWhileItIsBound() {
        cluster.with(volume(GOES, "Bound", FINALIZER));
        assertEquals(List.of(FINALIZER), reconciled());
    }

    @Test
    void aReleasedVolumeThatIsToGoLosesItsFinalizerAndKeepsOthers() {
        cluster.with(volume(GOES, "Released", FINALIZER, "a.example/b"));
        assertEquals(List.of("a.example/b"), reconciled());
    }

    private List<String> reconciled() {
        PvProtectionController controller =
                new PvProtectionController(cluster, cluster.informers());
        assertEquals(Result.done(), controller.reconcile(Key.clusterScoped("disk")));
        return cluster.all(PersistentVolume.class).get(0).getMetadata().getFinalizers();
    }

    private static PersistentVolume volume(String goes, String phase, String... finalizers) {
        return new PersistentVolumeBuilder()
                .withNewMetadata()
                .withName("disk")
                .withDeletionTimestamp(goes)
                .withFinalizers(finalizers)
                .endMetadata()
                .withNewStatus()
                .withPhase(phase)
                .endStatus()
                .build();
    }
}
