package io.felucca.controller.pvprotection;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.felucca.client.api.Client;
import io.felucca.client.api.Clients;
import io.felucca.client.api.Informer;
import io.felucca.client.api.Informers;
import io.felucca.client.api.Key;
import io.felucca.controller.api.Reconciler;
import io.felucca.controller.api.Result;
import io.felucca.controller.api.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Keeps the finalizer {@value #FINALIZER} on every volume, and takes it off one that is to go once
 * it is not bound to a claim. Source: "Storage Object in Use Protection" of the Kubernetes
 * documentation.
 */
@Component(property = Reconciler.NAME + "=persistentvolume-protection-controller")
public final class PvProtectionController implements Reconciler {
    static final String FINALIZER = "kubernetes.io/pv-protection";

    private final Informer<PersistentVolume> volumes;
    private final Client<PersistentVolume> client;

    @Activate
    public PvProtectionController(@Reference Clients clients, @Reference Informers informers) {
        volumes = informers.of(PersistentVolume.class);
        client = clients.of(PersistentVolume.class);
    }

    @Override
    public List<Source<?>> sources() {
        return List.of(Source.self(PersistentVolume.class));
    }

    @Override
    public Result reconcile(Key key) {
        Optional<PersistentVolume> found = volumes.get(key);
        if (found.isEmpty()) {
            return Result.done();
        }
        PersistentVolume volume = found.get();
        List<String> finalizers = new ArrayList<>(volume.getMetadata().getFinalizers());
        boolean isToGo = volume.getMetadata().getDeletionTimestamp() != null;
        boolean changed =
                isToGo
                        ? !isBound(volume) && finalizers.remove(FINALIZER)
                        : !finalizers.contains(FINALIZER) && finalizers.add(FINALIZER);
        if (changed) {
            // Fails with a conflict if the volume has changed since; then it is looked at again.
            PersistentVolume unused =
                    client.update(
                            new PersistentVolumeBuilder(volume)
                                    .editMetadata()
                                    .withFinalizers(finalizers)
                                    .endMetadata()
                                    .build());
        }
        return Result.done();
    }

    private static boolean isBound(PersistentVolume volume) {
        return volume.getStatus() != null && "Bound".equals(volume.getStatus().getPhase());
    }
}
