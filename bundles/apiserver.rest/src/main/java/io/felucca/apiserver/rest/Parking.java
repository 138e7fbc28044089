package io.felucca.apiserver.rest;

import io.felucca.http.api.HttpExchange;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps requests for a moment while authenticators are being swapped: who has a credential that
 * nobody knows right now is neither anonymous nor refused. Bounded; thread-safe.
 */
final class Parking {
    /** As long as the HTTP server parks requests while this bundle is swapped. */
    static final long MAX_WAIT_MILLIS = 2000;

    private static final int MAX_PARKED = 1000;

    private final List<HttpExchange> parked = new ArrayList<>();
    private int missing;

    /** One went that may come back; true when it is the first, so that somebody sets a timer. */
    synchronized boolean left() {
        missing++;
        return missing == 1;
    }

    /** One came; true when none is missed any more and waiting ends. */
    synchronized boolean returned() {
        if (missing == 0) {
            return false;
        }
        missing--;
        return missing == 0;
    }

    /** False when there is no reason to wait, or too many do. */
    synchronized boolean park(HttpExchange exchange) {
        return missing > 0 && parked.size() < MAX_PARKED && parked.add(exchange);
    }

    /** All came back, or did not in time: everybody goes on. */
    synchronized List<HttpExchange> release() {
        missing = 0;
        List<HttpExchange> all = List.copyOf(parked);
        parked.clear();
        return all;
    }
}
