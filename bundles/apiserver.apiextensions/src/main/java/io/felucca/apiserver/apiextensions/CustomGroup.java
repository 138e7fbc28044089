package io.felucca.apiserver.apiextensions;

import io.felucca.apiserver.api.ApiGroup;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.machinery.VersionOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** A group of custom resources, which changes with its definitions. Thread-safe. */
final class CustomGroup implements ApiGroup {
    private final String name;
    private volatile List<ResourceDefinition> resources = List.of();

    CustomGroup(String name) {
        this.name = name;
    }

    /** Whoever calls this tells the server that the service changed. */
    void serve(List<ResourceDefinition> definitions) {
        resources = List.copyOf(definitions);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<String> versions() {
        TreeSet<String> versions = new TreeSet<>(VersionOrder.NEWEST_STABLE_FIRST);
        resources.forEach(one -> versions.add(one.kind().version()));
        return new ArrayList<>(versions);
    }

    @Override
    public List<ResourceDefinition> resources() {
        return resources;
    }
}
