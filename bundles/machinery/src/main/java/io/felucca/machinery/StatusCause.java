package io.felucca.machinery;

import java.util.Objects;

/**
 * One finding within a {@link Status}.
 *
 * @param reason upstream's cause type, such as {@code FieldValueInvalid}
 * @param field a path as kubectl prints it, such as {@code spec.containers[0].name}; may be empty
 */
public record StatusCause(String reason, String message, String field) {
    public StatusCause {
        Objects.requireNonNull(reason, "reason");
        Objects.requireNonNull(message, "message");
        Objects.requireNonNull(field, "field");
    }
}
