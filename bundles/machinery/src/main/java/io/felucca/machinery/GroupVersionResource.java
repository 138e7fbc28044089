package io.felucca.machinery;

import java.util.Objects;

/** A resource as it stands in a path; the core group is the empty string. */
public record GroupVersionResource(String group, String version, String resource) {
    public GroupVersionResource {
        Objects.requireNonNull(group, "group");
        Objects.requireNonNull(version, "version");
        Objects.requireNonNull(resource, "resource");
    }

    public GroupResource groupResource() {
        return new GroupResource(group, resource);
    }

    public String apiVersion() {
        return group.isEmpty() ? version : group + "/" + version;
    }
}
