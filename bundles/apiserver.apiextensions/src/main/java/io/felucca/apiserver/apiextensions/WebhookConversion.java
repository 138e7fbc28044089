package io.felucca.apiserver.apiextensions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.WebhookClients;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.Json;
import io.felucca.machinery.StatusReason;
import java.io.IOException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;

/**
 * The strategy {@code Webhook}: whoever defined the resource converts it, in answer to a
 * ConversionReview (apiextensions.k8s.io/v1). Of metadata only labels and annotations may change.
 */
final class WebhookConversion implements Conversion {
    private static final String REVIEW = "apiextensions.k8s.io/v1";

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final JsonNode config;
    private final Supplier<WebhookClients> clients;
    private volatile WebhookClients.Client client;

    /**
     * @param config {@code clientConfig}
     * @param clients gives null while they are away
     */
    WebhookConversion(JsonNode config, Supplier<WebhookClients> clients) {
        this.config = config;
        this.clients = clients;
    }

    private WebhookClients.Client client() {
        WebhookClients.Client known = client;
        if (known == null) {
            WebhookClients now = clients.get();
            if (now == null) {
                throw ApiException.unavailable("the part that calls webhooks is being replaced", 1);
            }
            known = now.client(config);
            client = known;
        }
        return known;
    }

    @Override
    public ObjectNode convert(ObjectNode object, String apiVersion) {
        if (object.path("apiVersion").asText().equals(apiVersion)) {
            return object;
        }
        String uid = UUID.randomUUID().toString();
        ObjectNode review = Json.object();
        review.put("kind", "ConversionReview");
        review.put("apiVersion", REVIEW);
        ObjectNode request = review.putObject("request");
        request.put("uid", uid);
        request.put("desiredAPIVersion", apiVersion);
        request.putArray("objects").add(object);
        try {
            byte[] answer = client().post(Json.bytes(review), PATIENCE).get();
            return converted(
                    object, apiVersion, uid, Json.mapper().readTree(answer).path("response"));
        } catch (ExecutionException e) {
            throw failed(object, String.valueOf(e.getCause().getMessage()));
        } catch (IOException e) {
            throw failed(object, String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ApiException.unavailable("the server is being replaced", 1);
        }
    }

    private static ObjectNode converted(
            ObjectNode object, String apiVersion, String uid, JsonNode response) {
        JsonNode result = response.path("result");
        if (!response.path("uid").asText().equals(uid)) {
            throw failed(object, "expected response.uid=" + uid);
        }
        if (!result.path("status").asText().equals("Success")) {
            throw failed(object, result.path("message").asText("no reason given"));
        }
        JsonNode objects = response.path("convertedObjects");
        if (objects.size() != 1 || !(objects.get(0) instanceof ObjectNode converted)) {
            throw failed(object, "webhook returned " + objects.size() + " objects, expected 1");
        }
        if (!converted.path("apiVersion").asText().equals(apiVersion)) {
            throw failed(
                    object,
                    "webhook returned invalid converted object at index 0: invalid groupVersion"
                            + " (expected "
                            + apiVersion
                            + ", got "
                            + converted.path("apiVersion").asText()
                            + ")");
        }
        ObjectNode metadata = ((ObjectNode) object.path("metadata")).deepCopy();
        for (String field : new String[] {"labels", "annotations"}) {
            JsonNode value = converted.path("metadata").get(field);
            if (value == null || value.isNull()) {
                metadata.remove(field);
            } else {
                metadata.set(field, value);
            }
        }
        converted.set("metadata", metadata);
        converted.set("kind", object.get("kind"));
        return converted;
    }

    private static ApiException failed(ObjectNode object, String why) {
        return ApiException.of(
                StatusReason.InternalError,
                "conversion webhook for "
                        + object.path("apiVersion").asText()
                        + ", Kind="
                        + object.path("kind").asText()
                        + " failed: "
                        + why);
    }
}
