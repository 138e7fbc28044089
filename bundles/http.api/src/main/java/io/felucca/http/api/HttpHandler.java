package io.felucca.http.api;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Answers the requests of one listener, as an OSGi service with the property {@value #LISTENER}. Of
 * several the one with the highest {@code service.ranking} is asked, of equals the newest.
 *
 * <p>Called on an event loop: it must not block; work that may goes to a pool of the handler's own.
 * A handler that throws answers 500.
 *
 * <p><b>Departure.</b> While no handler is there, the server parks new requests for a moment (then
 * 503). When a handler's service is unregistered, each of its open streams that has a {@linkplain
 * ResponseStream#checkpoint checkpoint} is taken from it: what it still writes there is dropped,
 * the stream says that it is not open, and the {@link HttpExchange#onClose} actions run. The next
 * handler gets the stream as an exchange with a {@linkplain HttpExchange#resume() cursor}. Other
 * requests in flight stay with the departed handler; its unregistration waits a moment for them (5
 * s at most; while requests are parked 0.2 s, and not for streams that have begun). Upgraded
 * connections go on undisturbed with their old callbacks, which works for as long as these don't
 * need what their bundle has given up.
 */
@ConsumerType
public interface HttpHandler {

    /** The service property that names the listener, as in its configuration. */
    String LISTENER = "http.listener";

    void handle(HttpExchange exchange);
}
