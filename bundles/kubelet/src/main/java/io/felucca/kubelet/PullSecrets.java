package io.felucca.kubelet;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.felucca.kubelet.cri.v1.AuthConfig;
import io.felucca.machinery.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the credentials for an image in a pod's imagePullSecrets. */
final class PullSecrets {
    private static final Logger LOG = LoggerFactory.getLogger(PullSecrets.class);

    private final ClusterData data;

    PullSecrets(ClusterData data) {
        this.data = data;
    }

    /** The first that fits; secrets that aren't there are passed over, as upstream does. */
    Optional<AuthConfig> of(Pod pod, String image) {
        ImageReference reference = ImageReference.parse(image);
        for (LocalObjectReference secret : pod.getSpec().getImagePullSecrets()) {
            Optional<AuthConfig> found =
                    data.secret(pod.getMetadata().getNamespace(), secret.getName())
                            .flatMap(content -> find(content, reference, secret.getName()));
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private static Optional<AuthConfig> find(
            Map<String, byte[]> content, ImageReference image, String secret) {
        byte[] json = content.get(".dockerconfigjson");
        byte[] old = content.get(".dockercfg");
        if (json == null && old == null) {
            return Optional.empty();
        }
        try {
            JsonNode auths =
                    json != null
                            ? Json.mapper().readTree(json).path("auths")
                            : Json.mapper().readTree(old);
            for (Map.Entry<String, JsonNode> entry : auths.properties()) {
                if (image.matches(entry.getKey())) {
                    return Optional.of(auth(entry.getValue()));
                }
            }
        } catch (IOException | IllegalArgumentException e) {
            // Not with the exception, which may quote the credentials.
            LOG.warn("the image pull secret {} can't be read", secret);
        }
        return Optional.empty();
    }

    private static AuthConfig auth(JsonNode entry) {
        String user = entry.path("username").asText();
        String password = entry.path("password").asText();
        String both = entry.path("auth").asText();
        if (user.isEmpty() && !both.isEmpty()) {
            String[] parts =
                    new String(Base64.getDecoder().decode(both), StandardCharsets.UTF_8)
                            .split(":", 2);
            user = parts[0];
            password = parts.length > 1 ? parts[1] : "";
        }
        return AuthConfig.newBuilder()
                .setUsername(user)
                .setPassword(password)
                .setIdentityToken(entry.path("identitytoken").asText())
                .build();
    }
}
