package io.felucca.api.validation;

import java.util.List;

/** What clients are told that is no error. */
public final class Notices {
    private Notices() {}

    /**
     * For a kind that is served in full but that no part of the cluster acts on yet: an object that
     * is taken in silence and has no effect would mislead.
     */
    public static List<String> notActedOn(String kind, String missing) {
        return List.of(kind + " is stored but has no effect yet: there is no " + missing);
    }
}
