package io.felucca.apiserver.apiextensions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.ApiServer;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.Resources;
import io.felucca.apiserver.api.StoredObject;
import io.felucca.machinery.Json;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All definitions as they were last seen, and what follows from them. A definition is served before
 * its status says that it is established, so that whoever waits for that finds it. For the worker's
 * thread.
 */
final class Definitions implements Follower.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(Definitions.class);

    private final CustomGroups groups;
    private final StatusWriter statuses;
    private final Cleaner cleaner;
    private final Surroundings surroundings;
    private final Map<String, Known> known = new TreeMap<>();
    private ApiServer server;

    /**
     * A definition.
     *
     * @param names the accepted ones; empty before any were
     * @param basis what the resources were made from: made anew only when it changes
     */
    private record Known(
            StoredObject stored,
            String group,
            JsonNode names,
            List<Object> basis,
            List<ResourceDefinition> resources) {}

    Definitions(
            CustomGroups groups,
            StatusWriter statuses,
            Cleaner cleaner,
            Surroundings surroundings) {
        this.groups = groups;
        this.statuses = statuses;
        this.cleaner = cleaner;
        this.surroundings = surroundings;
    }

    /** Whom to write to from now on. */
    void use(ApiServer other) {
        server = other;
    }

    @Override
    public void all(List<StoredObject> definitions) {
        Set<String> gone = new LinkedHashSet<>(known.keySet());
        Set<String> touched = new LinkedHashSet<>();
        for (StoredObject one : definitions) {
            gone.remove(one.name());
            touched.add(take(one));
        }
        for (String name : gone) {
            touched.add(known.remove(name).group());
        }
        touched.forEach(this::settle);
    }

    @Override
    public void put(StoredObject definition) {
        settle(take(definition));
    }

    @Override
    public void gone(String name) {
        Known was = known.remove(name);
        if (was != null) {
            settle(was.group());
        }
    }

    /** Remembers it with what was made of it before, and gives its group. */
    private String take(StoredObject stored) {
        ObjectNode crd = Json.parseObject(stored.json());
        String group = crd.path("spec").path("group").asText();
        Known before = known.get(stored.name());
        known.put(
                stored.name(),
                new Known(
                        stored,
                        group,
                        crd.path("status").path("acceptedNames"),
                        before == null ? List.of() : before.basis(),
                        before == null ? List.of() : before.resources()));
        return group;
    }

    /** Names may have become free or taken, so a group is always settled whole. */
    private void settle(String group) {
        boolean reserved = isReserved(group);
        List<ResourceDefinition> serving = new ArrayList<>();
        List<Runnable> afterwards = new ArrayList<>();
        for (Known one : List.copyOf(known.values())) {
            if (one.group().equals(group)) {
                settle(one, reserved, serving, afterwards);
            }
        }
        groups.serve(group, serving);
        afterwards.forEach(Runnable::run);
    }

    private void settle(
            Known one,
            boolean reserved,
            List<ResourceDefinition> serving,
            List<Runnable> afterwards) {
        ObjectNode crd = Json.parseObject(one.stored().json());
        Naming naming = Naming.of(crd, namesOfOthers(one), reserved);
        List<ResourceDefinition> resources = List.of();
        List<Object> basis = List.of();
        if (naming.serves() && !reserved) {
            basis = basis(crd, naming);
            resources = basis.equals(one.basis()) ? one.resources() : made(one, crd, naming);
            serving.addAll(resources);
        }
        known.put(
                one.stored().name(),
                new Known(one.stored(), one.group(), naming.names(), basis, resources));
        if (!naming.isIn(crd)) {
            afterwards.add(() -> statuses.write(server, one.stored(), naming));
        }
        if (Cleaner.isToClean(crd)) {
            List<ResourceDefinition> served = resources;
            afterwards.add(() -> cleaner.clean(server, one.stored(), served));
        }
    }

    private List<JsonNode> namesOfOthers(Known one) {
        return known.values().stream()
                .filter(other -> other.group().equals(one.group()))
                .filter(other -> !other.stored().name().equals(one.stored().name()))
                .map(Known::names)
                .toList();
    }

    /** The generation changes with the specification and with the beginning of a deletion. */
    private static List<Object> basis(ObjectNode crd, Naming naming) {
        return List.of(
                crd.path("metadata").path("uid").asText(),
                crd.path("metadata").path("generation").asLong(),
                crd.path("metadata").hasNonNull("deletionTimestamp"),
                naming.names());
    }

    private List<ResourceDefinition> made(Known one, ObjectNode crd, Naming naming) {
        try {
            return Definition.resources(one.stored().json(), crd, naming.names(), surroundings);
        } catch (RuntimeException e) {
            // Validation lets nothing of the kind in; what an older server let in is left alone.
            LOG.error("{} can't be served", one.stored().name(), e);
            return one.resources();
        }
    }

    /** Whether somebody else than a definition serves the group. */
    private boolean isReserved(String group) {
        if (groups.isOurs(group)) {
            return false;
        }
        for (Resources.Group served : server.resources().groups()) {
            if (served.name().equals(group)
                    && served.resources().stream().anyMatch(resource -> !resource.isCustom())) {
                return true;
            }
        }
        return false;
    }
}
