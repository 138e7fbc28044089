package io.felucca.schema;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.List;

/**
 * The generated parts of the OpenAPI documents. Each call builds a fresh tree, which the caller
 * completes (info, paths), serializes and keeps as bytes. Thread-safe.
 */
public final class OpenApi {
    private OpenApi() {}

    /** All definitions' names, sorted. */
    public static List<String> definitions() {
        return Definitions.shared().names();
    }

    /** The definitions of one group's version that are kinds or belong to kinds. */
    public static List<String> definitions(String group, String version) {
        return Definitions.shared().names(group, version);
    }

    /**
     * {@code components.schemas} of an OpenAPI v3 document: the kinds of a group's version (with
     * lists and what each refers to), and the meta types that operations use.
     */
    public static ObjectNode v3(String group, String version) {
        return v3(definitions(group, version));
    }

    /** {@code components.schemas} with the definitions named and all that they refer to. */
    public static ObjectNode v3(Collection<String> roots) {
        return new OpenApiWriter(OpenApiWriter.Dialect.V3).write(roots);
    }

    /** {@code definitions} of the OpenAPI v2 document with all built-in types. */
    public static ObjectNode v2() {
        return v2(definitions());
    }

    /** {@code definitions} with those named and all that they refer to. */
    public static ObjectNode v2(Collection<String> roots) {
        return new OpenApiWriter(OpenApiWriter.Dialect.V2).write(roots);
    }
}
