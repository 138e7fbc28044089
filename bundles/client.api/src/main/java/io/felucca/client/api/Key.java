package io.felucca.client.api;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Objects;

/** An object's namespace (empty for cluster-scoped ones) and name. */
public record Key(String namespace, String name) {
    public Key {
        Objects.requireNonNull(namespace, "namespace");
        Objects.requireNonNull(name, "name");
    }

    public static Key of(HasMetadata object) {
        String namespace = object.getMetadata().getNamespace();
        return new Key(namespace == null ? "" : namespace, object.getMetadata().getName());
    }

    public static Key clusterScoped(String name) {
        return new Key("", name);
    }

    @Override
    public String toString() {
        return namespace.isEmpty() ? name : namespace + "/" + name;
    }
}
