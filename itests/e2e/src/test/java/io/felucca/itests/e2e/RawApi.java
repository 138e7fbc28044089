package io.felucca.itests.e2e;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.util.Base64;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Plain HTTPS to the API server, for what no kubectl would send. */
final class RawApi {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final HttpClient client;
    private final String server;
    private final HttpClient.Version version;

    private RawApi(HttpClient client, String server, HttpClient.Version version) {
        this.client = client;
        this.server = server;
        this.version = version;
    }

    RawApi overHttp1() {
        return new RawApi(client, server, HttpClient.Version.HTTP_1_1);
    }

    /** An answer: its HTTP status and its body. */
    record Answer(int status, String body) {
        JsonNode json() {
            try {
                return JSON.readTree(body);
            } catch (JsonProcessingException e) {
                throw new AssertionError(toString(), e);
            }
        }

        String reason() {
            return json().path("reason").asText();
        }

        String message() {
            return json().path("message").asText();
        }
    }

    static RawApi asAdministrator(Cluster cluster) {
        return with(cluster, cluster.home().resolve("data/pki/admin.pem"));
    }

    static RawApi anonymous(Cluster cluster) {
        return with(cluster, null);
    }

    /** With the key and certificate in a PEM file, or without any. */
    static RawApi with(Cluster cluster, Path identity) {
        try {
            TrustManagerFactory trust =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            KeyStore authorities = empty();
            authorities.setCertificateEntry(
                    "ca", certificate(Texts.read(cluster.home().resolve("data/pki/ca.crt"))));
            trust.init(authorities);
            KeyManagerFactory keys =
                    KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(identity == null ? empty() : identity(Texts.read(identity)), new char[0]);
            SSLContext tls = SSLContext.getInstance("TLS");
            tls.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            HttpClient client =
                    HttpClient.newBuilder().sslContext(tls).connectTimeout(TIMEOUT).build();
            return new RawApi(
                    client,
                    "https://127.0.0.1:" + cluster.setting("api.port"),
                    HttpClient.Version.HTTP_2);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static KeyStore identity(String pem) throws GeneralSecurityException, IOException {
        String key =
                pem.substring(
                                pem.indexOf("-----BEGIN PRIVATE KEY-----"),
                                pem.indexOf("-----END PRIVATE KEY-----"))
                        .replace("-----BEGIN PRIVATE KEY-----", "");
        PrivateKey secret =
                KeyFactory.getInstance(certificate(pem).getPublicKey().getAlgorithm())
                        .generatePrivate(
                                new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(key)));
        KeyStore store = empty();
        store.setKeyEntry("identity", secret, new char[0], new Certificate[] {certificate(pem)});
        return store;
    }

    private static Certificate certificate(String pem) throws GeneralSecurityException {
        String only = pem.substring(pem.indexOf("-----BEGIN CERTIFICATE-----"));
        return CertificateFactory.getInstance("X.509")
                .generateCertificate(
                        new ByteArrayInputStream(only.getBytes(StandardCharsets.US_ASCII)));
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(server + path)).version(version).timeout(TIMEOUT);
    }

    Answer send(HttpRequest request) {
        try {
            HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
            return new Answer(response.statusCode(), response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(request.uri().toString(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    Answer get(String path) {
        return send(request(path).build());
    }

    Answer delete(String path) {
        return send(request(path).DELETE().build());
    }

    Answer post(String path, String contentType, String body) {
        return send(
                request(path)
                        .header("Content-Type", contentType)
                        .POST(BodyPublishers.ofString(body))
                        .build());
    }

    Answer put(String path, String body) {
        return send(
                request(path)
                        .header("Content-Type", "application/json")
                        .PUT(BodyPublishers.ofString(body))
                        .build());
    }

    Answer patch(String path, String contentType, String body) {
        return send(
                request(path)
                        .header("Content-Type", contentType)
                        .method("PATCH", BodyPublishers.ofString(body))
                        .build());
    }

    /** The lines of a watch as they come; ends when the server ends it, or when it is closed. */
    HttpResponse<Stream<String>> watch(String path) {
        try {
            return client.send(
                    HttpRequest.newBuilder(URI.create(server + path)).build(),
                    BodyHandlers.ofLines());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    static JsonNode parse(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError(text, e);
        }
    }
}
