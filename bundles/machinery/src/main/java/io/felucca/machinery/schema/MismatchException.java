package io.felucca.machinery.schema;

/** A value of the wrong type or form; the message is upstream's. Stays within this package. */
final class MismatchException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MismatchException(String message) {
        // The caller shows only the message, and bad input must not cost a stack trace.
        super(message, null, false, false);
    }
}
