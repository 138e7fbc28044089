package io.felucca.http;

/** What the server asks of each connection, on its event loop. */
interface Connection {

    /** Looks at the clock; what is overdue is ended. */
    void sweep(long nowNanos);

    /** Takes no new request, ends what can be ended, and closes when the rest is answered. */
    void drain();
}
