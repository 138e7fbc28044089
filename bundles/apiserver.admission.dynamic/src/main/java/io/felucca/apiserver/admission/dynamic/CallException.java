package io.felucca.apiserver.admission.dynamic;

import io.felucca.machinery.ApiException;
import io.felucca.machinery.Status;
import io.felucca.machinery.StatusCause;
import io.felucca.machinery.StatusReason;
import java.util.List;

/** A webhook gave no answer, or none that can be used. */
final class CallException extends Exception {
    private static final long serialVersionUID = 1L;

    CallException(String webhook, String why) {
        super("failed calling webhook \"" + webhook + "\": " + why);
    }

    ApiException toApi() {
        return internal(getMessage());
    }

    /** Upstream's internal error. */
    static ApiException internal(String why) {
        return new ApiException(
                new Status(
                        StatusReason.InternalError.code(),
                        StatusReason.InternalError,
                        "Internal error occurred: " + why,
                        new Status.Details(
                                "", "", "", "", List.of(new StatusCause("", why, "")), 0)));
    }
}
