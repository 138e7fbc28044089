package io.felucca.http.api;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Answers the requests of one listener, as an OSGi service with the property {@value #LISTENER}.
 *
 * <p>Called on an event loop: it must not block; work that may goes to a pool of the handler's own.
 * While no handler is there, the server parks new requests for a moment, and it keeps open streams,
 * which it hands to the next handler with their {@linkplain HttpExchange#resume() cursor}.
 */
@ConsumerType
public interface HttpHandler {

    /** The service property that names the listener, as in its configuration. */
    String LISTENER = "http.listener";

    void handle(HttpExchange exchange);
}
