package io.felucca.apiserver.cel;

import dev.cel.common.types.SimpleType;
import io.felucca.apiserver.cel.Library.Parameter;

/** All of Kubernetes' own libraries. */
final class KubernetesFunctions {
    static final Parameter TEXT = new Parameter(SimpleType.STRING, String.class);
    static final Parameter INTEGER = new Parameter(SimpleType.INT, Long.class);

    static final Library ALL = all();

    private KubernetesFunctions() {}

    private static Library all() {
        Library library = new Library();
        ListFunctions.declare(library);
        RegexFunctions.declare(library);
        UrlFunctions.declare(library);
        AddressFunctions.declare(library);
        QuantityFunctions.declare(library);
        FormatFunctions.declare(library);
        SemverFunctions.declare(library);
        AuthorizerFunctions.declare(library);
        JsonPatchFunctions.declare(library);
        return library;
    }
}
