package io.felucca.apiserver.auth.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.machinery.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;

/** Posts reviews to the server that a kubeconfig names. Thread-safe. */
final class HttpWebhook implements Webhook {
    private static final int LARGEST_ANSWER = 1 << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final HttpClient client;
    private final URI server;
    private final String token;

    HttpWebhook(Path kubeconfig) throws IOException, GeneralSecurityException {
        WebhookKubeconfig config = WebhookKubeconfig.read(kubeconfig);
        this.client =
                HttpClient.newBuilder()
                        .connectTimeout(PATIENCE)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .sslContext(config.tls())
                        .build();
        this.server = config.server();
        this.token = config.token();
    }

    @Override
    public JsonNode review(ObjectNode review) throws IOException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(server)
                        .timeout(PATIENCE)
                        .header("Content-Type", "application/json")
                        .header("Accept", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(Json.bytes(review)));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        try {
            HttpResponse<InputStream> answer =
                    client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = answer.body()) {
                byte[] json = body.readNBytes(LARGEST_ANSWER);
                if (answer.statusCode() / 100 != 2) {
                    throw new IOException("the webhook answered " + answer.statusCode());
                }
                JsonNode reviewed = Json.mapper().readTree(json);
                if (!reviewed.path("kind").equals(review.get("kind"))
                        || !reviewed.path("status").isObject()) {
                    throw new IOException("the webhook's answer is no review");
                }
                return reviewed;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the webhook was asked", e);
        }
    }
}
