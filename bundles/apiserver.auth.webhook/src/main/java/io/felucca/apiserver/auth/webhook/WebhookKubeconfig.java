package io.felucca.apiserver.auth.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.machinery.Json;
import io.felucca.machinery.schema.Yaml;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * Where a webhook is and how to speak to it, from a kubeconfig's current context.
 *
 * @param token empty for none
 */
record WebhookKubeconfig(URI server, SSLContext tls, String token) {
    private static final char[] NO_PASSWORD = {};

    /**
     * @throws IllegalArgumentException says what is wrong with the file
     */
    static WebhookKubeconfig read(Path file) throws IOException, GeneralSecurityException {
        JsonNode config = Json.parseObject(Yaml.toJson(Files.readAllBytes(file)));
        String contextName = config.path("current-context").asText("");
        JsonNode context = named(config, "contexts", contextName).path("context");
        JsonNode cluster =
                named(config, "clusters", context.path("cluster").asText("")).path("cluster");
        String userName = context.path("user").asText("");
        JsonNode user =
                userName.isEmpty() ? Json.object() : named(config, "users", userName).path("user");
        URI server = URI.create(cluster.path("server").asText(""));
        if (!"https".equals(server.getScheme())) {
            throw new IllegalArgumentException(
                    "kubeconfig " + file + ": server must be an https URL, not " + server);
        }
        Path folder = file.toAbsolutePath().getParent();
        return new WebhookKubeconfig(
                server,
                tls(
                        material(cluster, "certificate-authority", folder),
                        material(user, "client-certificate", folder),
                        material(user, "client-key", folder)),
                user.path("token").asText(""));
    }

    private static JsonNode named(JsonNode config, String list, String name) {
        for (JsonNode one : config.path(list)) {
            if (one.path("name").asText("").equals(name)) {
                return one;
            }
        }
        throw new IllegalArgumentException(
                "the webhook's kubeconfig has no \"" + name + "\" among its " + list);
    }

    /** Inline, or in a file beside the kubeconfig. */
    private static Optional<byte[]> material(JsonNode of, String name, Path folder)
            throws IOException {
        String inline = of.path(name + "-data").asText("");
        if (!inline.isEmpty()) {
            return Optional.of(Base64.getMimeDecoder().decode(inline));
        }
        String path = of.path(name).asText("");
        return path.isEmpty()
                ? Optional.empty()
                : Optional.of(Files.readAllBytes(folder.resolve(path)));
    }

    private static SSLContext tls(
            Optional<byte[]> authority, Optional<byte[]> certificate, Optional<byte[]> key)
            throws IOException, GeneralSecurityException {
        TrustManagerFactory trust =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        KeyStore trusted = null;
        if (authority.isPresent()) {
            trusted = empty();
            int number = 0;
            for (Certificate one : certificates(authority.get())) {
                trusted.setCertificateEntry("ca" + number++, one);
            }
        }
        trust.init(trusted);
        KeyManagerFactory own =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        KeyStore keys = empty();
        if (certificate.isPresent() && key.isPresent()) {
            keys.setKeyEntry(
                    "client",
                    privateKey(key.get()),
                    NO_PASSWORD,
                    certificates(certificate.get()).toArray(new Certificate[0]));
        }
        own.init(keys, NO_PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(own.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    private static KeyStore empty() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, NO_PASSWORD);
        return store;
    }

    private static Collection<? extends Certificate> certificates(byte[] pem)
            throws GeneralSecurityException {
        return CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(pem));
    }

    private static PrivateKey privateKey(byte[] pem) throws GeneralSecurityException {
        String text = new String(pem, StandardCharsets.US_ASCII);
        if (!text.contains("-----BEGIN PRIVATE KEY-----")) {
            throw new IllegalArgumentException(
                    "the webhook's client key must be PKCS #8 (BEGIN PRIVATE KEY)");
        }
        byte[] der =
                Base64.getMimeDecoder()
                        .decode(text.replaceAll("-----(BEGIN|END) PRIVATE KEY-----", ""));
        for (String algorithm : new String[] {"EC", "RSA", "Ed25519"}) {
            Optional<PrivateKey> key = privateKey(algorithm, der);
            if (key.isPresent()) {
                return key.get();
            }
        }
        throw new IllegalArgumentException("the webhook's client key is of no known kind");
    }

    /** Empty for a key of another kind, which says so only when it is read. */
    private static Optional<PrivateKey> privateKey(String algorithm, byte[] der)
            throws GeneralSecurityException {
        try {
            return Optional.of(
                    KeyFactory.getInstance(algorithm)
                            .generatePrivate(new PKCS8EncodedKeySpec(der)));
        } catch (InvalidKeySpecException e) {
            return Optional.empty();
        }
    }
}
