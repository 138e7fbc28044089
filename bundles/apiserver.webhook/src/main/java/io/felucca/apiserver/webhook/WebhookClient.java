package io.felucca.apiserver.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.apiserver.api.WebhookClients;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * Calls one webhook over HTTPS, by its URL or by the cluster's Service that it is behind. Trusts
 * the authorities of its {@code caBundle}, or those of the system. Thread-safe; connects when it is
 * first used.
 */
final class WebhookClient implements WebhookClients.Client {
    private static final int HTTPS = 443;
    private static final int LONGEST_REASON = 1024;

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
    public CompletableFuture<byte[]> post(byte[] body, Duration timeout) {
        String words = "Post \"" + shown(timeout) + "\": ";
        CompletableFuture<HttpResponse<byte[]>> call;
        try {
            HttpRequest request =
                    HttpRequest.newBuilder(URI.create(address() + tail(timeout)))
                            .timeout(timeout)
                            .header("Content-Type", "application/json")
                            .header("Accept", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                            .build();
            call = client().sendAsync(request, HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException | IllegalArgumentException e) {
            return CompletableFuture.failedFuture(new IOException(words + e.getMessage(), e));
        }
        CompletableFuture<byte[]> answer = new CompletableFuture<>();
        CompletableFuture<HttpResponse<byte[]>> called =
                call.whenComplete(
                        (response, failure) -> complete(answer, words, response, failure));
        // The request's own timeout ends with the answer's head; a body may still be long in
        // coming.
        CompletableFuture<byte[]> told =
                answer.orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                        .exceptionallyCompose(
                                failure -> CompletableFuture.failedFuture(told(words, failure)));
        CompletableFuture<byte[]> unused =
                told.whenComplete(
                        (bytes, failure) -> {
                            if (failure != null && !called.isDone()) {
                                call.cancel(true);
                            }
                        });
        return told;
    }

    private static Throwable told(String words, Throwable failure) {
        return failure instanceof TimeoutException
                ? new IOException(words + "context deadline exceeded", failure)
                : failure;
    }

    private static void complete(
            CompletableFuture<byte[]> answer,
            String words,
            HttpResponse<byte[]> response,
            Throwable failure) {
        if (failure != null) {
            answer.completeExceptionally(new IOException(words + reason(failure), failure));
        } else if (response.statusCode() / 100 != 2) {
            // Upstream's client takes the answer's text for the reason.
            String text = new String(response.body(), StandardCharsets.UTF_8).strip();
            String reason =
                    text.isEmpty() || text.length() > LONGEST_REASON
                            ? "the server responded with the status code " + response.statusCode()
                            : "the server responded with the status code "
                                    + response.statusCode()
                                    + ": "
                                    + text;
            answer.completeExceptionally(new IOException(words + reason));
        } else {
            answer.complete(response.body());
        }
    }

    private static String reason(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null
                        ? failure.getCause()
                        : failure;
        if (cause instanceof java.net.http.HttpTimeoutException
                || cause instanceof CancellationException) {
            return "context deadline exceeded";
        }
        // A refused connection comes without a word.
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }

    /** The address as upstream shows it: a service by its name. */
    private String shown(Duration timeout) {
        if (config.hasNonNull("url")) {
            return config.path("url").asText() + timeout(config.path("url").asText(), timeout);
        }
        return "https://" + serviceName() + ":" + port() + tail(timeout);
    }

    private String serviceName() {
        JsonNode service = config.path("service");
        return service.path("name").asText() + "." + service.path("namespace").asText() + ".svc";
    }

    private int port() {
        return config.path("service").path("port").asInt(HTTPS);
    }

    /** Scheme, host and port of a service; of a URL all before its query. */
    private String address() throws IOException {
        if (config.hasNonNull("url")) {
            return config.path("url").asText();
        }
        JsonNode service = config.path("service");
        String address =
                services.addressOf(
                        service.path("namespace").asText(), service.path("name").asText());
        return "https://"
                + (address.indexOf(':') >= 0 ? "[" + address + "]" : address)
                + ":"
                + port();
    }

    /** What follows the address: a service's path, and for all how long the webhook has. */
    private String tail(Duration timeout) {
        if (config.hasNonNull("url")) {
            return timeout(config.path("url").asText(), timeout);
        }
        String path = config.path("service").path("path").asText("/");
        return (path.startsWith("/") ? path : "/" + path) + timeout(path, timeout);
    }

    private static String timeout(String before, Duration timeout) {
        return (before.indexOf('?') < 0 ? "?" : "&") + "timeout=" + timeout.toSeconds() + "s";
    }

    private HttpClient client() throws IOException {
        HttpClient known = client;
        if (known == null) {
            synchronized (this) {
                known = client == null ? connected() : client;
                client = known;
            }
        }
        return known;
    }

    private HttpClient connected() throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {trust()}, null);
            return HttpClient.newBuilder()
                    .sslContext(context)
                    .connectTimeout(Duration.ofSeconds(10))
                    .build();
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IOException("the webhook's caBundle can't be used: " + e.getMessage(), e);
        }
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
        return config.hasNonNull("url")
                ? standard
                // A service is called by its address, yet its certificate is for its name.
                : new NamedTrust((X509TrustManager) standard, serviceName());
    }
}
