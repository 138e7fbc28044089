package io.felucca.pki;

/** A file of the authority is missing, damaged or not to be written; the message names it. */
final class PkiException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    PkiException(String message, Throwable cause) {
        super(message, cause);
    }

    PkiException(String message) {
        super(message);
    }
}
