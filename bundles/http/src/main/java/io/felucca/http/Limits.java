package io.felucca.http;

/**
 * The bounds of a listener. Times are looked at now and then, so that they may be exceeded by half.
 *
 * @param maxUriBytes request line; beyond it 414
 * @param maxHeaderBytes all headers together; beyond it 431
 * @param maxConnections beyond it a new connection is closed at once
 * @param headMillis for the handshake, and from a request's first byte to the end of its headers
 * @param bodyMillis from asking for a body to its end
 * @param stallMillis how long a client may take none of the bytes that wait for it
 * @param idleMillis how long a connection may be without any request
 * @param maxParked requests that wait for a handler; beyond it 503
 * @param parkMillis how long they wait before they get 503
 * @param drainMillis how long a departure waits for requests in flight
 */
record Limits(
        int maxUriBytes,
        int maxHeaderBytes,
        int maxConnections,
        long headMillis,
        long bodyMillis,
        long stallMillis,
        long idleMillis,
        int maxParked,
        long parkMillis,
        long drainMillis) {

    Limits {
        if (maxUriBytes <= 0 || maxHeaderBytes <= 0 || maxConnections <= 0) {
            throw new IllegalArgumentException("bounds of a listener must be above zero");
        }
        if (headMillis <= 0 || bodyMillis <= 0 || stallMillis <= 0 || idleMillis <= 0) {
            throw new IllegalArgumentException("timeouts of a listener must be above zero");
        }
        if (maxParked < 0 || parkMillis < 0 || drainMillis < 0) {
            throw new IllegalArgumentException("park and drain limits must not be negative");
        }
    }

    /** Streams that one HTTP/2 connection may have open. */
    static final int MAX_STREAMS = 250;

    /**
     * What a client may still send of a body that nobody reads before it is cut off. Some clients,
     * the JDK's for one, look at an answer only once they have sent all.
     */
    static final int MAX_DISCARDED_BYTES = 8 << 20;

    /** Of unsent bytes on one stream or upgraded connection; beyond it the peer is cut off. */
    static final long MAX_UNSENT_BYTES = 64L << 20;

    /** How often a connection looks at its times: half of the shortest, five seconds at most. */
    long sweepMillis() {
        long shortest =
                Math.min(Math.min(headMillis, bodyMillis), Math.min(stallMillis, idleMillis));
        return Math.max(5, Math.min(5000, shortest / 2));
    }
}
