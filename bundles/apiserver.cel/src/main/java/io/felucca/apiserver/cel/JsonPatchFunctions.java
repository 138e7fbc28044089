package io.felucca.apiserver.cel;

import dev.cel.common.types.SimpleType;

/** What helps to write JSON patches (KEP-3962). */
final class JsonPatchFunctions {
    private JsonPatchFunctions() {}

    static void declare(Library library) {
        // RFC 6901: how a key is written as a part of a pointer.
        library.function(
                "jsonpatch.escapeKey",
                "string_jsonpatch_escapeKey_string",
                SimpleType.STRING,
                arguments -> ((String) arguments[0]).replace("~", "~0").replace("/", "~1"),
                KubernetesFunctions.TEXT);
    }
}
