package io.felucca.machinery;

import java.util.Objects;

/**
 * One thing that is wrong with one field; prints as upstream's {@code field.Error}.
 *
 * @param field a path such as {@code spec.ports[0].port}
 * @param badValue what was there, printed as JSON prints it; ignored by types that show none
 */
public record FieldError(Type type, String field, Object badValue, String detail) {

    /** Upstream's error types: the cause's reason and the words of the message. */
    public enum Type {
        NOT_FOUND("FieldValueNotFound", "Not found", true),
        REQUIRED("FieldValueRequired", "Required value", false),
        DUPLICATE("FieldValueDuplicate", "Duplicate value", true),
        INVALID("FieldValueInvalid", "Invalid value", true),
        NOT_SUPPORTED("FieldValueNotSupported", "Unsupported value", true),
        FORBIDDEN("FieldValueForbidden", "Forbidden", false),
        TOO_LONG("FieldValueTooLong", "Too long", false),
        TOO_MANY("FieldValueTooMany", "Too many", true),
        TYPE_INVALID("FieldValueTypeInvalid", "Invalid value", true),
        INTERNAL("InternalError", "Internal error", false);

        private final String reason;
        private final String words;
        private final boolean showsValue;

        Type(String reason, String words, boolean showsValue) {
            this.reason = reason;
            this.words = words;
            this.showsValue = showsValue;
        }
    }

    public FieldError {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(field, "field");
        Objects.requireNonNull(detail, "detail");
    }

    public static FieldError required(String field, String detail) {
        return new FieldError(Type.REQUIRED, field, null, detail);
    }

    public static FieldError invalid(String field, Object badValue, String detail) {
        return new FieldError(Type.INVALID, field, badValue, detail);
    }

    public static FieldError duplicate(String field, Object badValue) {
        return new FieldError(Type.DUPLICATE, field, badValue, "");
    }

    public static FieldError forbidden(String field, String detail) {
        return new FieldError(Type.FORBIDDEN, field, null, detail);
    }

    public static FieldError notFound(String field, Object badValue) {
        return new FieldError(Type.NOT_FOUND, field, badValue, "");
    }

    public static FieldError tooLong(String field, int maxLength) {
        return new FieldError(
                Type.TOO_LONG, field, null, "may not be more than " + maxLength + " bytes");
    }

    /** {@code supported} is listed quoted and in the given order, as upstream does. */
    public static FieldError notSupported(
            String field, Object badValue, Iterable<String> supported) {
        StringBuilder values = new StringBuilder();
        for (String value : supported) {
            values.append(values.length() == 0 ? "" : ", ").append('"').append(value).append('"');
        }
        return new FieldError(Type.NOT_SUPPORTED, field, badValue, "supported values: " + values);
    }

    /** The message without the field's path. */
    public String body() {
        StringBuilder text = new StringBuilder(type.words);
        if (type.showsValue) {
            text.append(": ").append(badValue instanceof CharSequence ? quote(badValue) : badValue);
        }
        if (!detail.isEmpty()) {
            text.append(": ").append(detail);
        }
        return text.toString();
    }

    public StatusCause toCause() {
        return new StatusCause(type.reason, body(), field);
    }

    @Override
    public String toString() {
        return field + ": " + body();
    }

    private static String quote(Object value) {
        return '"' + value.toString().replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
