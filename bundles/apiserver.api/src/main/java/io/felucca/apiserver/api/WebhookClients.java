package io.felucca.apiserver.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Makes clients of webhooks: of conversion, of admission. A service, found dynamically; a client
 * outlives it. Thread-safe.
 */
@ConsumerType
public interface WebhookClients {

    /**
     * @param config {@code clientConfig}: a {@code url}, or a {@code service} of the cluster, and
     *     the {@code caBundle} that is trusted in place of the system's authorities
     */
    Client client(JsonNode config);

    /** Calls one webhook over HTTPS; connects when it is first used. Thread-safe. */
    interface Client {

        /**
         * Sends a review and gives the answer's body. Fails with an {@link java.io.IOException}
         * whose message begins with what was called. Cancelling it ends the call.
         *
         * @param timeout for the whole call, of which the webhook is told in the query
         */
        CompletableFuture<byte[]> post(byte[] body, Duration timeout);
    }
}
