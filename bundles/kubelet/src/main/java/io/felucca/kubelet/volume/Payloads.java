package io.felucca.kubelet.volume;

import io.fabric8.kubernetes.api.model.ConfigMapProjection;
import io.fabric8.kubernetes.api.model.ConfigMapVolumeSource;
import io.fabric8.kubernetes.api.model.DownwardAPIVolumeFile;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ProjectedVolumeSource;
import io.fabric8.kubernetes.api.model.SecretProjection;
import io.fabric8.kubernetes.api.model.SecretVolumeSource;
import io.fabric8.kubernetes.api.model.ServiceAccountTokenProjection;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import io.felucca.kubelet.ClusterData;
import io.felucca.kubelet.FieldReferences;
import io.felucca.kubelet.volume.AtomicDirectory.Content;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The files that configMap, secret, downwardAPI and projected volumes hold. */
final class Payloads {
    private static final int DEFAULT_MODE = 0644;
    private static final int TOKEN_MODE = 0600;

    /** Pods that share the volume with a group may read the token by that. */
    private static final int GROUP_TOKEN_MODE = 0640;

    private final ClusterData data;
    private final ServiceAccountTokens tokens;

    Payloads(ClusterData data, ServiceAccountTokens tokens) {
        this.data = data;
        this.tokens = tokens;
    }

    Map<String, Content> configMap(Pod pod, ConfigMapVolumeSource source) throws VolumeException {
        return keys(
                data.configMap(pod.getMetadata().getNamespace(), source.getName()),
                "configmap \"" + source.getName() + "\" not found",
                source.getItems(),
                mode(source.getDefaultMode()),
                Boolean.TRUE.equals(source.getOptional()));
    }

    Map<String, Content> secret(Pod pod, SecretVolumeSource source) throws VolumeException {
        return keys(
                data.secret(pod.getMetadata().getNamespace(), source.getSecretName()),
                "secret \"" + source.getSecretName() + "\" not found",
                source.getItems(),
                mode(source.getDefaultMode()),
                Boolean.TRUE.equals(source.getOptional()));
    }

    Map<String, Content> downward(
            Pod pod,
            List<DownwardAPIVolumeFile> items,
            Integer defaultMode,
            FieldReferences.Place place)
            throws VolumeException {
        Map<String, Content> files = new LinkedHashMap<>();
        for (DownwardAPIVolumeFile item : items) {
            String value;
            try {
                value =
                        item.getFieldRef() != null
                                ? FieldReferences.field(
                                        pod, item.getFieldRef().getFieldPath(), place)
                                : FieldReferences.resource(
                                        pod,
                                        pod.getSpec().getContainers().get(0),
                                        item.getResourceFieldRef(),
                                        place);
            } catch (IllegalArgumentException e) {
                throw new VolumeException(e.getMessage(), e);
            }
            int mode = item.getMode() != null ? item.getMode() : mode(defaultMode);
            files.put(
                    item.getPath(), new Content(value.getBytes(StandardCharsets.UTF_8), mode, -1));
        }
        return files;
    }

    /**
     * @param tokenOwner the one user that all containers run as, or -1
     */
    Map<String, Content> projected(
            Pod pod, ProjectedVolumeSource source, FieldReferences.Place place, long tokenOwner)
            throws VolumeException {
        Map<String, Content> files = new LinkedHashMap<>();
        int mode = mode(source.getDefaultMode());
        String namespace = pod.getMetadata().getNamespace();
        for (VolumeProjection projection : source.getSources()) {
            if (projection.getConfigMap() != null) {
                ConfigMapProjection one = projection.getConfigMap();
                files.putAll(
                        keys(
                                data.configMap(namespace, one.getName()),
                                "configmap \"" + one.getName() + "\" not found",
                                one.getItems(),
                                mode,
                                Boolean.TRUE.equals(one.getOptional())));
            } else if (projection.getSecret() != null) {
                SecretProjection one = projection.getSecret();
                files.putAll(
                        keys(
                                data.secret(namespace, one.getName()),
                                "secret \"" + one.getName() + "\" not found",
                                one.getItems(),
                                mode,
                                Boolean.TRUE.equals(one.getOptional())));
            } else if (projection.getDownwardAPI() != null) {
                files.putAll(downward(pod, projection.getDownwardAPI().getItems(), mode, place));
            } else if (projection.getServiceAccountToken() != null) {
                ServiceAccountTokenProjection one = projection.getServiceAccountToken();
                files.put(one.getPath(), token(pod, one, mode, tokenOwner));
            } else {
                throw new VolumeException(
                        "a projected source has a type this node doesn't support");
            }
        }
        return files;
    }

    private Content token(
            Pod pod, ServiceAccountTokenProjection source, int mode, long tokenOwner) {
        String audience = source.getAudience() == null ? "" : source.getAudience();
        byte[] token =
                tokens.get(pod, audience, source.getExpirationSeconds())
                        .getBytes(StandardCharsets.UTF_8);
        if (Volumes.fsGroup(pod) >= 0) {
            return new Content(token, GROUP_TOKEN_MODE, -1);
        }
        return tokenOwner >= 0
                ? new Content(token, TOKEN_MODE, tokenOwner)
                : new Content(token, mode, -1);
    }

    private static Map<String, Content> keys(
            Optional<Map<String, byte[]>> found,
            String missing,
            List<KeyToPath> items,
            int mode,
            boolean optional)
            throws VolumeException {
        if (found.isEmpty() && !optional) {
            throw new VolumeException(missing);
        }
        Map<String, byte[]> all = found.orElse(Map.of());
        Map<String, Content> files = new LinkedHashMap<>();
        if (items.isEmpty()) {
            all.forEach((key, bytes) -> files.put(key, new Content(bytes, mode, -1)));
            return files;
        }
        for (KeyToPath item : items) {
            byte[] bytes = all.get(item.getKey());
            if (bytes == null && !optional) {
                throw new VolumeException("references non-existent config key: " + item.getKey());
            }
            if (bytes != null) {
                files.put(
                        item.getPath(),
                        new Content(bytes, item.getMode() != null ? item.getMode() : mode, -1));
            }
        }
        return files;
    }

    private static int mode(Integer given) {
        return given == null ? DEFAULT_MODE : given;
    }
}
