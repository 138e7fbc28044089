package io.felucca.storage.etcd;

import io.etcd.jetcd.common.exception.CompactedException;
import io.etcd.jetcd.common.exception.ErrorCode;
import io.etcd.jetcd.common.exception.EtcdException;
import io.etcd.jetcd.common.exception.EtcdExceptionFactory;
import io.felucca.storage.api.StoreException;
import io.felucca.storage.api.StoreException.Reason;
import java.net.ConnectException;
import java.util.concurrent.CompletionException;
import javax.net.ssl.SSLHandshakeException;

/**
 * What a failure of etcd means.
 *
 * <p>The question that matters is whether a write took place. etcd refuses some requests before
 * they enter its log: then nothing was written, for certain, and the request may be sent again.
 * Whatever else goes wrong (a time-out, a connection that breaks, a member that stops, an error not
 * known here) may come after the proposal was made, and a proposal may be carried out even later
 * than a read that does not find it. So it counts as unknown, and nothing here ever turns unknown
 * into a yes or a no.
 *
 * @param error what a caller gets if it is not tried again and is no write of unknown outcome
 * @param nothingDone whether it is certain that etcd has changed nothing
 * @param passing whether it may work in a moment
 * @param unconnected whether there was no connection to send it on
 */
record Fault(StoreException error, boolean nothingDone, boolean passing, boolean unconnected) {

    private Fault(StoreException error, boolean nothingDone, boolean passing) {
        this(error, nothingDone, passing, false);
    }

    /** What etcd says, and what it means; the first whose words are in the message. */
    private enum Known {
        COMPACTED("required revision has been compacted", Reason.COMPACTED, false, ""),
        FUTURE("required revision is a future revision", Reason.FUTURE_REVISION, false, ""),
        LEASE("requested lease not found", Reason.LEASE_NOT_FOUND, false, ""),
        TTL("too large lease TTL", Reason.INVALID, false, ""),
        TOO_LARGE(
                "request is too large",
                Reason.TOO_LARGE,
                false,
                "; its members are to be started with a larger --max-request-bytes"),
        TOO_MANY_OPERATIONS(
                "too many operations in txn request",
                Reason.TOO_LARGE,
                false,
                "; its members are to be started with a larger --max-txn-ops"),
        OVERLOADED("too many requests", Reason.OVERLOADED, false, ""),
        NO_SPACE(
                "database space exceeded",
                Reason.UNAVAILABLE,
                false,
                "; it takes no writes until it was compacted and defragmented and its alarm NOSPACE"
                        + " disarmed, or has a larger --quota-backend-bytes"),
        CORRUPT("corrupt cluster", Reason.CORRUPT, false, ""),
        /** Until then gRPC keeps back what is to be sent. */
        NEGOTIATING("while performing protocol negotiation", Reason.UNAVAILABLE, true, ""),
        NO_LEADER("etcdserver: no leader", Reason.UNAVAILABLE, true, ""),
        DROPPED("raft proposal dropped", Reason.UNAVAILABLE, true, ""),
        TOKEN("invalid auth token", Reason.UNAVAILABLE, true, ""),
        AUTH_CHANGED("revision of auth store is old", Reason.UNAVAILABLE, true, ""),
        NO_USER(
                "user name is empty",
                Reason.UNAVAILABLE,
                false,
                "; it wants a user: give a client certificate whose common name is one"),
        DENIED(
                "permission denied",
                Reason.UNAVAILABLE,
                false,
                "; the user needs a role that may read and write all keys");

        private final String words;
        private final Reason reason;
        private final boolean passing;
        private final String remedy;

        Known(String words, Reason reason, boolean passing, String remedy) {
            this.words = words;
            this.reason = reason;
            this.passing = passing;
            this.remedy = remedy;
        }
    }

    static Fault of(Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof StoreException known) {
            return new Fault(known, true, known.reason() == Reason.UNAVAILABLE);
        }
        if (cause instanceof CompactedException compacted) {
            return new Fault(
                    new StoreException(
                            Reason.COMPACTED,
                            "the history begins after " + compacted.getCompactedRevision(),
                            compacted),
                    true,
                    false);
        }
        return of(EtcdExceptionFactory.toEtcdException(cause));
    }

    private static Fault of(EtcdException failure) {
        String said = words(failure);
        for (Known known : Known.values()) {
            if (said.contains(known.words)) {
                String message = "etcd: " + said + known.remedy;
                // The write that reaches the quota is carried out and answered with this error; the
                // next ones are refused with the same.
                boolean nothingDone = known != Known.NO_SPACE;
                return new Fault(
                        new StoreException(known.reason, message, failure),
                        nothingDone,
                        known.passing);
            }
        }
        StoreException error = new StoreException(Reason.UNAVAILABLE, "etcd: " + said, failure);
        if (neverConnected(failure)) {
            return new Fault(error, true, true, true);
        }
        ErrorCode code = failure.getErrorCode();
        return switch (code) {
            case INVALID_ARGUMENT, FAILED_PRECONDITION, OUT_OF_RANGE ->
                    new Fault(
                            new StoreException(Reason.INVALID, "etcd: " + said, failure),
                            true,
                            false);
            case UNAUTHENTICATED, PERMISSION_DENIED, UNIMPLEMENTED -> new Fault(error, true, false);
            case DATA_LOSS ->
                    new Fault(
                            new StoreException(Reason.CORRUPT, "etcd: " + said, failure),
                            false,
                            false);
            case CANCELLED,
                    UNKNOWN,
                    DEADLINE_EXCEEDED,
                    NOT_FOUND,
                    ALREADY_EXISTS,
                    RESOURCE_EXHAUSTED,
                    ABORTED,
                    INTERNAL,
                    UNAVAILABLE ->
                    new Fault(error, false, true);
        };
    }

    /** A call fails so only if no connection was there to send it on. */
    private static boolean neverConnected(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ConnectException || cause instanceof SSLHandshakeException) {
                return true;
            }
        }
        return false;
    }

    /** The message, with the cause's: "io exception" alone helps nobody. */
    private static String words(EtcdException failure) {
        StringBuilder words = new StringBuilder(String.valueOf(failure.getMessage()));
        for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
            if (cause.getMessage() != null && words.indexOf(cause.getMessage()) < 0) {
                words.append(": ").append(cause.getMessage());
            }
        }
        return words.toString();
    }
}
