package io.felucca.client.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.machinery.Json;
import io.felucca.machinery.schema.Yaml;
import io.felucca.pki.api.ClusterTrust.Issued;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Optional;

/**
 * What a kubeconfig's current context says: where the server is, who signed its certificate, and
 * with which client certificate to go there. Certificates and keys must stand in the file itself.
 *
 * @param authorityPem as it stands in the file, decoded
 * @param serving for the node's own listener, from the user's extension {@value
 *     #SERVING_EXTENSION}; empty in a file that is no node's
 */
record Kubeconfig(URI server, String authorityPem, Issued client, Optional<Issued> serving) {
    static final String SERVING_EXTENSION = "felucca.io/kubelet-serving";

    /**
     * @throws IllegalArgumentException says what is wrong with the file
     */
    static Kubeconfig read(Path file) throws IOException {
        try {
            return parse(Files.readAllBytes(file));
        } catch (GeneralSecurityException | RuntimeException e) {
            throw new IllegalArgumentException(
                    "kubeconfig " + file + " can't be used: " + e.getMessage(), e);
        }
    }

    static Kubeconfig parse(byte[] yaml) throws GeneralSecurityException {
        JsonNode config = Json.parseObject(Yaml.toJson(yaml));
        JsonNode context =
                named(config, "contexts", text(config, "current-context")).path("context");
        JsonNode cluster = named(config, "clusters", text(context, "cluster")).path("cluster");
        JsonNode user = named(config, "users", text(context, "user")).path("user");
        URI server = URI.create(text(cluster, "server"));
        if (!"https".equals(server.getScheme())) {
            throw new IllegalArgumentException("server must be an https URL, not " + server);
        }
        return new Kubeconfig(
                server,
                decoded(cluster, "certificate-authority-data"),
                new Issued(
                        Pem.privateKey(decoded(user, "client-key-data")),
                        Pem.certificates(decoded(user, "client-certificate-data"))),
                serving(user));
    }

    private static Optional<Issued> serving(JsonNode user) throws GeneralSecurityException {
        for (JsonNode one : user.path("extensions")) {
            if (one.path("name").asText().equals(SERVING_EXTENSION)) {
                JsonNode extension = one.path("extension");
                return Optional.of(
                        new Issued(
                                Pem.privateKey(decoded(extension, "key-data")),
                                Pem.certificates(decoded(extension, "certificate-data"))));
            }
        }
        return Optional.empty();
    }

    private static JsonNode named(JsonNode config, String list, String name) {
        for (JsonNode one : config.path(list)) {
            if (one.path("name").asText().equals(name)) {
                return one;
            }
        }
        throw new IllegalArgumentException(list + " has no \"" + name + "\"");
    }

    private static String text(JsonNode json, String name) {
        String value = json.path(name).asText();
        if (value.isEmpty()) {
            throw new IllegalArgumentException("it lacks " + name);
        }
        return value;
    }

    private static String decoded(JsonNode json, String name) {
        return new String(Base64.getDecoder().decode(text(json, name)), StandardCharsets.UTF_8);
    }
}
