package io.felucca.storage.api;

import java.util.Objects;

/** Why the store could not do something. */
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What a caller can tell apart. */
    public enum Reason {
        /** The revision lies before the beginning of the history. */
        COMPACTED,
        /** The revision has not been reached yet. */
        FUTURE_REVISION,
        LEASE_NOT_FOUND,
        /** The queue is full; try again later. */
        OVERLOADED,
        /** Not reachable, closing or closed; whether a write took place may be unknown. */
        UNAVAILABLE,
        /** The request itself is wrong or too large. */
        INVALID,
        /** The data on disk can't be trusted. */
        CORRUPT
    }

    private final Reason reason;

    public StoreException(Reason reason, String message) {
        super(message);
        this.reason = Objects.requireNonNull(reason, "reason");
    }

    public StoreException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = Objects.requireNonNull(reason, "reason");
    }

    public Reason reason() {
        return reason;
    }
}
