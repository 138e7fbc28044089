package io.felucca.apiserver.api;

import io.felucca.machinery.GroupVersionKind;
import io.felucca.machinery.GroupVersionResource;
import java.util.List;
import java.util.Optional;

/**
 * What is served at one moment; immutable.
 *
 * @param generation grows with each change, for caches of documents made from it
 * @param groups in discovery order: core first, then by name
 */
public record Resources(long generation, List<Group> groups) {

    /** A group with its versions, the preferred first, and its resources. */
    public record Group(String name, List<String> versions, List<ResourceDefinition> resources) {
        public Group {
            versions = List.copyOf(versions);
            resources = List.copyOf(resources);
        }
    }

    public Resources {
        groups = List.copyOf(groups);
    }

    public Optional<ResourceDefinition> find(GroupVersionResource resource) {
        return all().filter(one -> one.resource().equals(resource)).findFirst();
    }

    public Optional<ResourceDefinition> find(GroupVersionKind kind) {
        return all().filter(one -> one.kind().equals(kind)).findFirst();
    }

    private java.util.stream.Stream<ResourceDefinition> all() {
        return groups.stream().flatMap(group -> group.resources().stream());
    }
}
