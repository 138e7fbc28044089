package io.felucca.controller.api;

/** A key can't be reconciled as it is, and trying again would not help. */
public final class TerminalException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public TerminalException(String message) {
        super(message);
    }

    public TerminalException(String message, Throwable cause) {
        super(message, cause);
    }
}
