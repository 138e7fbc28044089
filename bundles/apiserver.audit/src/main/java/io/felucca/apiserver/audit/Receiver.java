package io.felucca.apiserver.audit;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Posts batches as EventLists of audit.k8s.io/v1 to a webhook. */
final class Receiver implements QueuedBackend.Sink {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final byte[] HEAD =
            "{\"kind\":\"EventList\",\"apiVersion\":\"audit.k8s.io/v1\",\"metadata\":{},\"items\":["
                    .getBytes(StandardCharsets.US_ASCII);

    private final HttpClient client;
    private final URI url;
    private final String token;

    /**
     * @param caFile who signed its certificate, PEM; empty for those that the JDK knows
     * @param tokenFile empty for none
     */
    Receiver(String url, String caFile, String tokenFile)
            throws IOException, GeneralSecurityException {
        this.url = URI.create(url);
        if (!"https".equals(this.url.getScheme())) {
            throw new IllegalArgumentException("webhook.url must be an https URL, not " + this.url);
        }
        this.token = tokenFile.isEmpty() ? "" : Files.readString(Path.of(tokenFile)).strip();
        this.client =
                HttpClient.newBuilder().connectTimeout(PATIENCE).sslContext(tls(caFile)).build();
    }

    private static SSLContext tls(String caFile) throws IOException, GeneralSecurityException {
        KeyStore trusted = null;
        if (!caFile.isEmpty()) {
            trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            int number = 0;
            for (Certificate one :
                    CertificateFactory.getInstance("X.509")
                            .generateCertificates(
                                    new ByteArrayInputStream(
                                            Files.readAllBytes(Path.of(caFile))))) {
                trusted.setCertificateEntry("ca" + number++, one);
            }
        }
        TrustManagerFactory trust =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    static byte[] list(List<byte[]> events) {
        ByteArrayOutputStream list = new ByteArrayOutputStream();
        list.writeBytes(HEAD);
        for (int i = 0; i < events.size(); i++) {
            if (i > 0) {
                list.write(',');
            }
            list.writeBytes(events.get(i));
        }
        list.write(']');
        list.write('}');
        return list.toByteArray();
    }

    @Override
    public void write(List<byte[]> events) throws IOException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(url)
                        .timeout(PATIENCE)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(list(events)));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        try {
            int status =
                    client.send(request.build(), HttpResponse.BodyHandlers.discarding())
                            .statusCode();
            if (status / 100 != 2) {
                throw new IOException("the webhook answered " + status);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while events were sent", e);
        }
    }

    @Override
    public void close() {
        // Connections end by themselves.
    }
}
