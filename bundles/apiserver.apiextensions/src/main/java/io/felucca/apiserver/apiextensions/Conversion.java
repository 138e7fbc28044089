package io.felucca.apiserver.apiextensions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.WebhookClients;
import java.util.function.Supplier;

/** How an object of one version becomes one of another. Thread-safe. */
interface Conversion {

    /** The strategy {@code None}: the versions differ in nothing but their name. */
    Conversion NONE =
            (object, apiVersion) -> {
                object.put("apiVersion", apiVersion);
                return object;
            };

    /** What a definition asks for in {@code spec.conversion}. */
    static Conversion of(JsonNode conversion, Supplier<WebhookClients> webhooks) {
        return conversion.path("strategy").asText("").equals("Webhook")
                ? new WebhookConversion(conversion.at("/webhook/clientConfig"), webhooks)
                : NONE;
    }

    /**
     * @param object in any version; owned by this call
     * @param apiVersion of the result
     */
    ObjectNode convert(ObjectNode object, String apiVersion);
}
