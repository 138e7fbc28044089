package io.felucca.machinery;

import java.util.Objects;

/** A resource whatever its version; prints as {@code pods} or {@code deployments.apps}. */
public record GroupResource(String group, String resource) {
    public GroupResource {
        Objects.requireNonNull(group, "group");
        Objects.requireNonNull(resource, "resource");
    }

    @Override
    public String toString() {
        return group.isEmpty() ? resource : resource + "." + group;
    }
}
