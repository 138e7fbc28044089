package io.felucca.schema;

import io.felucca.machinery.GroupVersionKind;
import io.felucca.machinery.schema.Schema;

/** The schemas of the built-in types, each read when it is first walked. Thread-safe. */
public final class Schemas {
    private Schemas() {}

    /**
     * The schema of a kind, lists included.
     *
     * @throws IllegalArgumentException if no built-in kind has this name
     */
    public static Schema of(GroupVersionKind kind) {
        return definition(definitionName(kind));
    }

    /**
     * The definition that describes a kind, such as {@code io.k8s.api.apps.v1.Deployment}.
     *
     * @throws IllegalArgumentException if no built-in kind has this name
     */
    public static String definitionName(GroupVersionKind kind) {
        return Definitions.shared().nameOf(kind);
    }

    /**
     * The schema of a definition such as {@code io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta}.
     *
     * @throws IllegalArgumentException if there is no such definition
     */
    public static Schema definition(String name) {
        return Definitions.shared().schema(name);
    }
}
