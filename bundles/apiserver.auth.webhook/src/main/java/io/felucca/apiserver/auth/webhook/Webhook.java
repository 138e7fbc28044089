package io.felucca.apiserver.auth.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/** Somebody who answers reviews. Waits for the answer. */
@FunctionalInterface
interface Webhook {
    /**
     * @return the review with its status
     * @throws IOException if there was no answer that makes sense
     */
    JsonNode review(ObjectNode review) throws IOException;
}
