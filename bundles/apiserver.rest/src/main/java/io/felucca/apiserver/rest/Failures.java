package io.felucca.apiserver.rest;

import io.felucca.http.api.HttpExchange.BodyTooLargeException;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.Status;
import io.felucca.machinery.StatusReason;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** From any failure to the Status that the client gets. */
final class Failures {
    private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

    private Failures() {}

    static Status toStatus(Throwable failure, Call call) {
        Throwable cause = unwrap(failure);
        if (cause instanceof ApiException known) {
            return known.status();
        }
        if (cause instanceof BodyTooLargeException) {
            return bodyTooLarge();
        }
        if (cause instanceof RejectedExecutionException) {
            return tooManyRequests();
        }
        // The client gets the id, the log what happened: neither leaks into the other.
        LOG.error(
                "request {} failed: {} {}",
                call.id(),
                call.exchange().method(),
                call.path().path(),
                cause);
        return new Status(
                StatusReason.InternalError.code(),
                StatusReason.InternalError,
                "Internal error occurred: the request could not be completed (request id "
                        + call.id()
                        + ")",
                null);
    }

    static Throwable unwrap(Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    /** In upstream's words for what exists neither as a resource nor as any other path. */
    static ApiException noSuchResource() {
        return empty(StatusReason.NotFound, "the server could not find the requested resource");
    }

    static ApiException methodNotAllowed() {
        return empty(
                StatusReason.MethodNotAllowed,
                "the server does not allow this method on the requested resource");
    }

    static ApiException unauthorized() {
        return ApiException.of(StatusReason.Unauthorized, "Unauthorized");
    }

    static ApiException unsupportedMediaType(List<String> accepted) {
        return ApiException.of(
                StatusReason.UnsupportedMediaType,
                "the body of the request was in an unknown format - accepted media types include: "
                        + String.join(", ", accepted));
    }

    private static Status bodyTooLarge() {
        return new Status(
                StatusReason.RequestEntityTooLarge.code(),
                StatusReason.RequestEntityTooLarge,
                "Request entity too large: limit is " + BodyReader.MAX_BYTES,
                null);
    }

    private static Status tooManyRequests() {
        return new Status(
                StatusReason.TooManyRequests.code(),
                StatusReason.TooManyRequests,
                "Too many requests, please try again later.",
                new Status.Details("", "", "", "", List.of(), 1));
    }

    private static ApiException empty(StatusReason reason, String message) {
        return new ApiException(
                new Status(
                        reason.code(),
                        reason,
                        message,
                        new Status.Details("", "", "", "", List.of(), 0)));
    }
}
