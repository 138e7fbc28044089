package io.felucca.controller.api;

import io.felucca.machinery.ApiException;
import io.felucca.machinery.StatusReason;

/** What a refused write says about the world. */
public final class Refusals {
    private Refusals() {}

    /** Nothing can be made in this namespace any more: it is going, or gone. */
    public static boolean namespaceGoes(ApiException refused) {
        return refused.reason() == StatusReason.NotFound
                || (refused.reason() == StatusReason.Forbidden
                        && refused.status().details() != null
                        && refused.status().details().causes().stream()
                                .anyMatch(cause -> cause.reason().equals("NamespaceTerminating")));
    }
}
