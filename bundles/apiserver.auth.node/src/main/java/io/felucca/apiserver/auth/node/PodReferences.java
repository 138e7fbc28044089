package io.felucca.apiserver.auth.node;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarSource;
import io.fabric8.kubernetes.api.model.EphemeralContainer;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodResourceClaim;
import io.fabric8.kubernetes.api.model.PodResourceClaimStatus;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import io.felucca.apiserver.auth.node.Ref.Kind;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Collects what the node that runs a pod must be able to read. For one pod. */
final class PodReferences {
    private static final String MIRROR = "kubernetes.io/config.mirror";

    private final Pod pod;
    private final String namespace;
    private final Set<Ref> refs = new LinkedHashSet<>();

    private PodReferences(Pod pod) {
        this.pod = pod;
        this.namespace = pod.getMetadata().getNamespace();
    }

    /** The pod itself and all that it names. A mirror pod, which its node wrote, grants nothing. */
    static Set<Ref> of(Pod pod) {
        PodReferences found = new PodReferences(pod);
        found.add(Kind.POD, pod.getMetadata().getName());
        if (!pod.getMetadata().getAnnotations().containsKey(MIRROR)) {
            found.collect();
        }
        return found.refs;
    }

    private void collect() {
        String account = pod.getSpec().getServiceAccountName();
        add(Kind.SERVICE_ACCOUNT, account == null ? pod.getSpec().getServiceAccount() : account);
        pod.getSpec().getImagePullSecrets().forEach(this::secret);
        for (Container container : pod.getSpec().getInitContainers()) {
            environment(container.getEnv(), container.getEnvFrom());
        }
        for (Container container : pod.getSpec().getContainers()) {
            environment(container.getEnv(), container.getEnvFrom());
        }
        for (EphemeralContainer container : pod.getSpec().getEphemeralContainers()) {
            environment(container.getEnv(), container.getEnvFrom());
        }
        for (Volume volume : pod.getSpec().getVolumes()) {
            own(volume);
            foreign(volume);
        }
        resourceClaims();
    }

    private void environment(List<EnvVar> variables, List<EnvFromSource> sources) {
        for (EnvFromSource source : sources) {
            if (source.getSecretRef() != null) {
                add(Kind.SECRET, source.getSecretRef().getName());
            }
            if (source.getConfigMapRef() != null) {
                add(Kind.CONFIG_MAP, source.getConfigMapRef().getName());
            }
        }
        for (EnvVar variable : variables) {
            EnvVarSource source = variable.getValueFrom();
            if (source != null && source.getSecretKeyRef() != null) {
                add(Kind.SECRET, source.getSecretKeyRef().getName());
            }
            if (source != null && source.getConfigMapKeyRef() != null) {
                add(Kind.CONFIG_MAP, source.getConfigMapKeyRef().getName());
            }
        }
    }

    private void own(Volume volume) {
        if (volume.getSecret() != null) {
            add(Kind.SECRET, volume.getSecret().getSecretName());
        }
        if (volume.getConfigMap() != null) {
            add(Kind.CONFIG_MAP, volume.getConfigMap().getName());
        }
        if (volume.getProjected() != null) {
            for (VolumeProjection source : volume.getProjected().getSources()) {
                if (source.getSecret() != null) {
                    add(Kind.SECRET, source.getSecret().getName());
                }
                if (source.getConfigMap() != null) {
                    add(Kind.CONFIG_MAP, source.getConfigMap().getName());
                }
            }
        }
        if (volume.getPersistentVolumeClaim() != null) {
            add(Kind.CLAIM, volume.getPersistentVolumeClaim().getClaimName());
        }
        if (volume.getEphemeral() != null) {
            add(Kind.CLAIM, pod.getMetadata().getName() + "-" + volume.getName());
        }
    }

    /** Storage whose driver logs in with a secret of the pod's namespace. */
    private void foreign(Volume volume) {
        if (volume.getCsi() != null) {
            secret(volume.getCsi().getNodePublishSecretRef());
        }
        if (volume.getAzureFile() != null) {
            add(Kind.SECRET, volume.getAzureFile().getSecretName());
        }
        if (volume.getCephfs() != null) {
            secret(volume.getCephfs().getSecretRef());
        }
        if (volume.getCinder() != null) {
            secret(volume.getCinder().getSecretRef());
        }
        if (volume.getFlexVolume() != null) {
            secret(volume.getFlexVolume().getSecretRef());
        }
        if (volume.getRbd() != null) {
            secret(volume.getRbd().getSecretRef());
        }
        if (volume.getScaleIO() != null) {
            secret(volume.getScaleIO().getSecretRef());
        }
        if (volume.getIscsi() != null) {
            secret(volume.getIscsi().getSecretRef());
        }
        if (volume.getStorageos() != null) {
            secret(volume.getStorageos().getSecretRef());
        }
    }

    private void resourceClaims() {
        for (PodResourceClaim claim : pod.getSpec().getResourceClaims()) {
            add(Kind.RESOURCE_CLAIM, claim.getResourceClaimName());
        }
        if (pod.getStatus() == null) {
            return;
        }
        for (PodResourceClaimStatus claim : pod.getStatus().getResourceClaimStatuses()) {
            add(Kind.RESOURCE_CLAIM, claim.getResourceClaimName());
        }
        if (pod.getStatus().getExtendedResourceClaimStatus() != null) {
            add(
                    Kind.RESOURCE_CLAIM,
                    pod.getStatus().getExtendedResourceClaimStatus().getResourceClaimName());
        }
    }

    private void secret(LocalObjectReference reference) {
        if (reference != null) {
            add(Kind.SECRET, reference.getName());
        }
    }

    private void add(Kind kind, String name) {
        if (name != null && !name.isEmpty()) {
            refs.add(new Ref(kind, namespace, name));
        }
    }
}
