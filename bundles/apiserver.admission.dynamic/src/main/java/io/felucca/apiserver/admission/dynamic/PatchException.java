package io.felucca.apiserver.admission.dynamic;

/** A change to an object that can't be made. */
final class PatchException extends Exception {
    private static final long serialVersionUID = 1L;

    PatchException(String why) {
        super(why);
    }
}
