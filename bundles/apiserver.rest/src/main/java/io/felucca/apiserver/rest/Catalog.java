package io.felucca.apiserver.rest;

import io.felucca.apiserver.api.Aggregation;
import io.felucca.apiserver.api.Aggregation.Documents;
import io.felucca.apiserver.api.Aggregation.View;
import io.felucca.apiserver.api.Resources;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * All that clients find here, in discovery order: what this server serves, and what other servers
 * serve behind it. Immutable.
 *
 * @param stamp differs where anything else does
 * @param resources what this server serves itself
 */
record Catalog(Stamp stamp, Resources resources, List<Group> groups) {

    /** For telling one catalog from the next without looking into it. */
    record Stamp(long resources, long aggregation) {}

    /**
     * An API group.
     *
     * @param versions the preferred first; never empty
     */
    record Group(String name, List<Version> versions) {
        String groupVersion(Version version) {
            return name.isEmpty() ? version.name() : name + "/" + version.name();
        }

        Optional<Version> version(String wanted) {
            return versions.stream().filter(one -> one.name().equals(wanted)).findFirst();
        }
    }

    /**
     * One version of a group.
     *
     * @param own the group as this server serves it; null if another server does
     * @param remote what the other server says; null if this server serves it
     */
    record Version(String name, Resources.Group own, Documents remote) {}

    Catalog {
        groups = List.copyOf(groups);
    }

    static Stamp stamp(Resources resources, View view) {
        return new Stamp(resources.generation(), view.generation());
    }

    /** What has no APIService (yet) comes last. */
    static Catalog of(Resources resources, View view) {
        List<Group> groups = new ArrayList<>();
        Set<String> seen = new LinkedHashSet<>();
        for (Aggregation.Group group : view.groups()) {
            add(group.name(), versions(group, own(resources, group.name())), groups);
            seen.add(group.name());
        }
        for (Resources.Group group : resources.groups()) {
            if (!seen.contains(group.name())) {
                List<Version> versions = new ArrayList<>();
                group.versions().forEach(name -> versions.add(new Version(name, group, null)));
                add(group.name(), versions, groups);
            }
        }
        return new Catalog(stamp(resources, view), resources, groups);
    }

    private static void add(String name, List<Version> versions, List<Group> groups) {
        if (!versions.isEmpty()) {
            groups.add(new Group(name, versions));
        }
    }

    private static Optional<Resources.Group> own(Resources resources, String name) {
        return resources.groups().stream().filter(one -> one.name().equals(name)).findFirst();
    }

    private static List<Version> versions(Aggregation.Group group, Optional<Resources.Group> own) {
        Set<String> left =
                new LinkedHashSet<>(own.map(Resources.Group::versions).orElse(List.of()));
        List<Version> all = new ArrayList<>();
        for (Aggregation.Version version : group.versions()) {
            if (version.remote() != null) {
                all.add(new Version(version.name(), null, version.remote().documents()));
            } else if (left.contains(version.name())) {
                all.add(new Version(version.name(), own.orElseThrow(), null));
            }
            left.remove(version.name());
        }
        left.forEach(name -> all.add(new Version(name, own.orElseThrow(), null)));
        return all;
    }

    Optional<Group> group(String name) {
        return groups.stream().filter(one -> one.name().equals(name)).findFirst();
    }
}
