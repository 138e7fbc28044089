package io.felucca.http.api;

import java.net.InetSocketAddress;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * How a configured listener is doing, as an OSGi service with the property {@link
 * HttpHandler#LISTENER}. Thread-safe; each call gives the state of that moment.
 */
@ProviderType
public interface HttpListener {

    enum State {
        /** Not open, because no {@link TlsIdentity} has come yet. */
        WAITING_FOR_IDENTITY,
        /** Some address can't be bound (yet); {@link HttpListener#message()} says which and why. */
        RETRYING,
        /** Every address is open. */
        LISTENING,
        /** Closed for good, or closing. */
        CLOSED
    }

    String name();

    State state();

    /** One sentence for people: what is awaited, or where it listens. */
    String message();

    /** The addresses that are open now, with their real ports. */
    List<InetSocketAddress> addresses();

    /** Open connections. */
    int connections();

    /** Requests that wait for a handler. */
    int parked();
}
