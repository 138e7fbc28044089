package io.felucca.controller.pvcprotection;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import io.felucca.client.api.Client;
import io.felucca.client.api.Clients;
import io.felucca.client.api.Informer;
import io.felucca.client.api.Informers;
import io.felucca.client.api.Key;
import io.felucca.controller.api.Reconciler;
import io.felucca.controller.api.Result;
import io.felucca.controller.api.Source;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Keeps the finalizer {@value #FINALIZER} on every claim, and takes it off one that is to go once
 * no pod on a node names it. A pod without a node does not count: no kubelet starts a pod whose
 * claim is to go. Source: "Storage Object in Use Protection" of the Kubernetes documentation.
 */
@Component(property = Reconciler.NAME + "=persistentvolumeclaim-protection-controller")
public final class PvcProtectionController implements Reconciler {
    static final String FINALIZER = "kubernetes.io/pvc-protection";

    private static final String BY_CLAIM = "pvc-protection-by-claim";

    private final Informer<PersistentVolumeClaim> claims;
    private final Informer<Pod> pods;
    private final Client<PersistentVolumeClaim> client;
    private final Client<Pod> podClient;

    @Activate
    public PvcProtectionController(@Reference Clients clients, @Reference Informers informers) {
        claims = informers.of(PersistentVolumeClaim.class);
        pods =
                informers
                        .of(Pod.class)
                        .index(BY_CLAIM, pod -> claimsOf(pod).stream().map(Key::toString).toList());
        client = clients.of(PersistentVolumeClaim.class);
        podClient = clients.of(Pod.class);
    }

    @Override
    public List<Source<?>> sources() {
        return List.of(
                Source.self(PersistentVolumeClaim.class),
                Source.mapped(Pod.class, PvcProtectionController::claimsOf));
    }

    @Override
    public Result reconcile(Key key) {
        Optional<PersistentVolumeClaim> found = claims.get(key);
        if (found.isEmpty()) {
            return Result.done();
        }
        PersistentVolumeClaim claim = found.get();
        boolean isProtected = claim.getMetadata().getFinalizers().contains(FINALIZER);
        boolean isToGo = claim.getMetadata().getDeletionTimestamp() != null;
        if (isProtected && isToGo && !isUsed(key)) {
            replaceFinalizers(
                    claim,
                    claim.getMetadata().getFinalizers().stream()
                            .filter(one -> !one.equals(FINALIZER))
                            .toList());
        } else if (!isProtected && !isToGo) {
            List<String> finalizers = new ArrayList<>(claim.getMetadata().getFinalizers());
            finalizers.add(FINALIZER);
            replaceFinalizers(claim, finalizers);
        }
        return Result.done();
    }

    /** Fails with a conflict if the claim has changed since; then it is looked at again. */
    private void replaceFinalizers(PersistentVolumeClaim claim, List<String> finalizers) {
        PersistentVolumeClaim unused =
                client.update(
                        new PersistentVolumeClaimBuilder(claim)
                                .editMetadata()
                                .withFinalizers(finalizers)
                                .endMetadata()
                                .build());
    }

    /** The server is asked too: what memory does not show yet may be a pod just scheduled. */
    private boolean isUsed(Key claim) {
        return pods.byIndex(BY_CLAIM, claim.toString()).stream()
                        .anyMatch(PvcProtectionController::isOnNode)
                || podClient.list(claim.namespace(), "").stream()
                        .anyMatch(pod -> isOnNode(pod) && claimsOf(pod).contains(claim));
    }

    private static boolean isOnNode(Pod pod) {
        String node = pod.getSpec().getNodeName();
        return node != null && !node.isEmpty();
    }

    /** Those that its volumes name, and those made for its ephemeral volumes. */
    private static Collection<Key> claimsOf(Pod pod) {
        return pod.getSpec().getVolumes().stream()
                .map(volume -> claimOf(pod, volume))
                .filter(Objects::nonNull)
                .map(name -> new Key(pod.getMetadata().getNamespace(), name))
                .toList();
    }

    private static String claimOf(Pod pod, Volume volume) {
        if (volume.getPersistentVolumeClaim() != null) {
            return volume.getPersistentVolumeClaim().getClaimName();
        }
        return volume.getEphemeral() == null
                ? null
                : pod.getMetadata().getName() + "-" + volume.getName();
    }
}
