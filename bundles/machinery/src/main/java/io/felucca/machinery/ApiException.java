package io.felucca.machinery;

import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/** The one exception of the API: a {@link Status} to be sent, or that was received. */
public final class ApiException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Status status;

    public ApiException(Status status) {
        super(status.message());
        this.status = Objects.requireNonNull(status, "status");
    }

    public Status status() {
        return status;
    }

    public StatusReason reason() {
        return status.reason();
    }

    public static ApiException of(StatusReason reason, String message) {
        return new ApiException(new Status(reason.code(), reason, message, null));
    }

    public static ApiException badRequest(String message) {
        return of(StatusReason.BadRequest, message);
    }

    public static ApiException notFound(GroupResource resource, String name) {
        return about(
                StatusReason.NotFound, resource, name, resource + " \"" + name + "\" not found");
    }

    public static ApiException alreadyExists(GroupResource resource, String name) {
        return about(
                StatusReason.AlreadyExists,
                resource,
                name,
                resource + " \"" + name + "\" already exists");
    }

    public static ApiException conflict(GroupResource resource, String name, String why) {
        return about(
                StatusReason.Conflict,
                resource,
                name,
                "Operation cannot be fulfilled on " + resource + " \"" + name + "\": " + why);
    }

    /** The conflict of optimistic concurrency, in upstream's words. */
    public static ApiException modified(GroupResource resource, String name) {
        return conflict(
                resource,
                name,
                "the object has been modified; please apply your changes to the latest version and"
                        + " try again");
    }

    public static ApiException forbidden(GroupResource resource, String name, String why) {
        return about(
                StatusReason.Forbidden,
                resource,
                name,
                resource + (name.isEmpty() ? "" : " \"" + name + "\"") + " is forbidden: " + why);
    }

    /** Says all that is wrong with an object. */
    public static ApiException invalid(
            String group, String kind, String name, List<FieldError> errors) {
        String list =
                errors.size() == 1
                        ? errors.get(0).toString()
                        : errors.stream()
                                .map(FieldError::toString)
                                .distinct()
                                .collect(Collectors.joining(", ", "[", "]"));
        String qualified = group.isEmpty() ? kind : kind + "." + group;
        return new ApiException(
                new Status(
                        StatusReason.Invalid.code(),
                        StatusReason.Invalid,
                        qualified + " \"" + name + "\" is invalid: " + list,
                        new Status.Details(
                                name,
                                group,
                                kind,
                                "",
                                errors.stream().map(FieldError::toCause).toList(),
                                0)));
    }

    public static ApiException unavailable(String message, int retryAfterSeconds) {
        return new ApiException(
                new Status(
                        StatusReason.ServiceUnavailable.code(),
                        StatusReason.ServiceUnavailable,
                        message,
                        new Status.Details("", "", "", "", List.of(), retryAfterSeconds)));
    }

    /** The history asked for is gone: list again. */
    public static ApiException expired(String message) {
        return of(StatusReason.Expired, message);
    }

    private static ApiException about(
            StatusReason reason, GroupResource resource, String name, String message) {
        return new ApiException(
                new Status(
                        reason.code(),
                        reason,
                        message,
                        new Status.Details(
                                name, resource.group(), resource.resource(), "", List.of(), 0)));
    }
}
