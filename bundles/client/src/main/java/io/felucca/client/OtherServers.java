package io.felucca.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.apiserver.api.Aggregation;
import io.felucca.apiserver.api.Aggregation.Documents;
import io.felucca.apiserver.api.Aggregation.Group;
import io.felucca.apiserver.api.Aggregation.Remote;
import io.felucca.apiserver.api.Aggregation.Version;
import io.felucca.client.api.Clients;
import io.felucca.client.api.Clients.Served;
import io.felucca.machinery.GroupVersionKind;
import io.felucca.machinery.GroupVersionResource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What other servers serve, as the aggregator that is there now knows it. Thread-safe. */
final class OtherServers {
    private volatile Aggregation current;

    void come(Aggregation next) {
        current = next;
    }

    void go(Aggregation last) {
        if (last.equals(current)) {
            current = null;
        }
    }

    /** Who serves a resource, if it is another server. */
    Optional<Remote> of(GroupVersionResource resource) {
        Aggregation now = current;
        return now == null
                ? Optional.empty()
                : now.view().remote(resource.group(), resource.version());
    }

    Clients.Aggregated discover() {
        Aggregation now = current;
        if (now == null) {
            return new Clients.Aggregated(
                    List.of(), List.of("the aggregator is not there: try again"));
        }
        List<Served> served = new ArrayList<>();
        List<String> failures = new ArrayList<>();
        for (Group group : now.view().groups()) {
            for (Version version : group.versions()) {
                if (version.remote() != null) {
                    boolean preferred = version.equals(group.versions().get(0));
                    add(group.name(), version, preferred, served, failures);
                }
            }
        }
        return new Clients.Aggregated(served, failures);
    }

    private static void add(
            String group,
            Version version,
            boolean preferred,
            List<Served> served,
            List<String> failures) {
        Documents documents = version.remote().documents();
        if (!documents.current()) {
            String name = group + "/" + version.name();
            failures.add(name + ": stale GroupVersion discovery: " + name);
            return;
        }
        for (JsonNode one : documents.resources()) {
            Set<String> verbs = new HashSet<>();
            one.path("verbs").forEach(verb -> verbs.add(verb.asText()));
            JsonNode kind = one.path("responseKind");
            served.add(
                    new Served(
                            new GroupVersionResource(
                                    group, version.name(), one.path("resource").asText()),
                            new GroupVersionKind(
                                    kind.path("group").asText(group),
                                    kind.path("version").asText(version.name()),
                                    kind.path("kind").asText()),
                            one.path("scope").asText().equals("Namespaced"),
                            preferred,
                            verbs));
        }
    }
}
