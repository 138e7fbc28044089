package io.felucca.apiserver.apiextensions;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Base64;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * Calls one webhook over HTTPS, by its URL or by the cluster's Service that it is behind. Trusts
 * the authorities of its {@code caBundle}, or those of the system. Thread-safe; connects when it is
 * first used.
 */
final class WebhookClient implements WebhookConversion.Transport {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int HTTPS = 443;

    private final JsonNode config;
    private final Services services;
    private volatile HttpClient client;

    /** Where the cluster's services are. */
    interface Services {
        /**
         * The address that answers for a service.
         *
         * @throws IOException if there is none
         */
        String addressOf(String namespace, String name) throws IOException;
    }

    /**
     * @param config {@code clientConfig}
     */
    WebhookClient(JsonNode config, Services services) {
        this.config = config;
        this.services = services;
    }

    @Override
    public byte[] post(byte[] body) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(address())
                        .timeout(PATIENCE)
                        .header("Content-Type", "application/json")
                        .header("Accept", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                        .build();
        HttpResponse<byte[]> response = send(request);
        if (response.statusCode() != 200) {
            throw new IOException(
                    "Post \"" + request.uri() + "\": the answer is " + response.statusCode());
        }
        return response.body();
    }

    private HttpResponse<byte[]> send(HttpRequest request)
            throws IOException, InterruptedException {
        try {
            return client().send(request, HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException e) {
            // A refused connection comes without a word.
            String why = e.getMessage() == null ? e.toString() : e.getMessage();
            throw new IOException("Post \"" + request.uri() + "\": " + why, e);
        }
    }

    private URI address() throws IOException {
        if (config.hasNonNull("url")) {
            return URI.create(config.path("url").asText());
        }
        JsonNode service = config.path("service");
        String address =
                services.addressOf(
                        service.path("namespace").asText(), service.path("name").asText());
        String path = service.path("path").asText("/");
        return URI.create(
                "https://"
                        + (address.indexOf(':') >= 0 ? "[" + address + "]" : address)
                        + ":"
                        + service.path("port").asInt(HTTPS)
                        + (path.startsWith("/") ? path : "/" + path));
    }

    private HttpClient client() throws IOException {
        HttpClient known = client;
        if (known == null) {
            try {
                SSLContext context = SSLContext.getInstance("TLS");
                context.init(null, new TrustManager[] {trust()}, null);
                known =
                        HttpClient.newBuilder()
                                .sslContext(context)
                                .connectTimeout(Duration.ofSeconds(10))
                                .build();
            } catch (GeneralSecurityException | IllegalArgumentException e) {
                throw new IOException("the webhook's caBundle can't be used: " + e.getMessage(), e);
            }
            client = known;
        }
        return known;
    }

    private TrustManager trust() throws GeneralSecurityException, IOException {
        KeyStore authorities = null;
        if (!config.path("caBundle").asText("").isEmpty()) {
            byte[] pem = Base64.getMimeDecoder().decode(config.path("caBundle").asText());
            authorities = KeyStore.getInstance(KeyStore.getDefaultType());
            authorities.load(null, null);
            int number = 0;
            for (Certificate one :
                    CertificateFactory.getInstance("X.509")
                            .generateCertificates(new ByteArrayInputStream(pem))) {
                authorities.setCertificateEntry("ca-" + number++, one);
            }
        }
        TrustManagerFactory factory =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(authorities);
        TrustManager standard = factory.getTrustManagers()[0];
        if (config.hasNonNull("url")) {
            return standard;
        }
        JsonNode service = config.path("service");
        String name = service.path("name").asText() + "." + service.path("namespace").asText();
        // A service is called by its address, yet its certificate is for its name.
        return new NamedTrust((X509TrustManager) standard, name + ".svc");
    }
}
