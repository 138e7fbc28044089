package io.felucca.kubelet.cri;

import java.util.Objects;

/** What the runtime answered instead of a result; the message is as upstream's agent prints it. */
public final class CriException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Code code;
    private final String description;

    public CriException(Code code, String description) {
        super("rpc error: code = " + code.name() + " desc = " + description);
        this.code = Objects.requireNonNull(code, "code");
        this.description = Objects.requireNonNull(description, "description");
    }

    public Code code() {
        return code;
    }

    /** The runtime's own words, without the code. */
    public String description() {
        return description;
    }

    /** Whether the runtime says that the thing is not there (any more). */
    public boolean isNotFound() {
        return code == Code.NotFound;
    }

    /** Whether the runtime can't be reached. */
    public boolean isUnavailable() {
        return code == Code.Unavailable;
    }

    /** gRPC's codes in the order of their numbers, spelled as upstream prints them. */
    public enum Code {
        OK,
        Canceled,
        Unknown,
        InvalidArgument,
        DeadlineExceeded,
        NotFound,
        AlreadyExists,
        PermissionDenied,
        ResourceExhausted,
        FailedPrecondition,
        Aborted,
        OutOfRange,
        Unimplemented,
        Internal,
        Unavailable,
        DataLoss,
        Unauthenticated
    }
}
