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
        /** Not reachable, closing or closed; nothing was written. */
        UNAVAILABLE,
        /**
         * Whether the write took place is unknown, and it may still take place. Only reading what
         * it was about can tell, and not even that tells who wrote what is found there.
         */
        OUTCOME_UNKNOWN,
        /** The request itself is wrong, or larger than any store takes. */
        INVALID,
        /** The request is larger than this store takes. */
        TOO_LARGE,
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
