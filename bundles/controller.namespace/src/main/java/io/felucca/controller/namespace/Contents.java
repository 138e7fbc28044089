package io.felucca.controller.namespace;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.felucca.client.api.Client;
import io.felucca.client.api.Clients;
import io.felucca.client.api.Key;
import io.felucca.controller.api.Pods;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.GroupResource;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.machinery.StatusReason;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Everything in a namespace, of whatever is served. */
final class Contents {
    private static final GroupVersionResource PODS = new GroupVersionResource("", "v1", "pods");
    private static final Set<String> NEEDED = Set.of("list", "delete");

    private final Clients clients;
    private final Client<Pod> pods;

    Contents(Clients clients) {
        this.clients = clients;
        this.pods = clients.of(Pod.class);
    }

    /**
     * Deletes what is there and tells what is left: pods first, and the rest only when no pod is
     * left, so that nothing is taken away from under a pod that runs.
     */
    Remains delete(String namespace) {
        Remains remains = new Remains();
        deletePods(namespace, remains);
        if (!remains.nothing()) {
            return remains;
        }
        for (GroupVersionResource resource : resources(remains)) {
            try {
                delete(namespace, resource, remains);
            } catch (ApiException e) {
                remains.contentFailed(e.getMessage());
            }
        }
        return remains;
    }

    private void deletePods(String namespace, Remains remains) {
        try {
            pods.each(
                    namespace,
                    pod -> {
                        if (!Pods.isFinished(pod)) {
                            remains.waitFor(grace(pod));
                        }
                    });
            delete(namespace, PODS, remains);
        } catch (ApiException e) {
            remains.contentFailed(e.getMessage());
        }
    }

    private static Duration grace(Pod pod) {
        Long going = pod.getMetadata().getDeletionGracePeriodSeconds();
        Long asked = pod.getSpec().getTerminationGracePeriodSeconds();
        Long seconds = going != null ? going : asked;
        return Duration.ofSeconds(seconds == null ? 0 : seconds);
    }

    private void delete(String namespace, GroupVersionResource resource, Remains remains) {
        Client<GenericKubernetesResource> client = clients.of(resource);
        try {
            client.each(
                    namespace,
                    one -> {
                        if (one.getMetadata().getDeletionTimestamp() == null) {
                            delete(one, client);
                        }
                    });
            client.each(
                    namespace, one -> remains.found(resource, one.getMetadata().getFinalizers()));
        } catch (ApiException e) {
            // Served a moment ago, and taken away since: then nothing of it is left either.
            if (e.reason() != StatusReason.NotFound
                    && e.reason() != StatusReason.MethodNotAllowed) {
                throw e;
            }
        }
    }

    private static void delete(
            GenericKubernetesResource one, Client<GenericKubernetesResource> client) {
        try {
            // Whether it was there or went by itself, the list that follows tells.
            boolean unused =
                    client.delete(
                            Key.of(one),
                            Client.Deletion.ofUid(one.getMetadata().getUid())
                                    .propagating("Background"));
        } catch (ApiException e) {
            // Another of the same name by now: the list that follows finds it.
            if (e.reason() != StatusReason.Conflict) {
                throw e;
            }
        }
    }

    private static void add(Clients.Served one, Map<GroupResource, GroupVersionResource> all) {
        if (one.namespaced() && one.verbs().containsAll(NEEDED)) {
            all.merge(
                    one.resource().groupResource(),
                    one.resource(),
                    (first, other) -> one.preferred() ? other : first);
        }
    }

    /** Each namespaced resource once, in the version that its group prefers. */
    private Collection<GroupVersionResource> resources(Remains remains) {
        Map<GroupResource, GroupVersionResource> all = new HashMap<>();
        try {
            for (Clients.Served one : clients.discover()) {
                add(one, all);
            }
        } catch (ApiException e) {
            remains.discoveryFailed(e.getMessage());
            return List.of();
        }
        Clients.Aggregated aggregated = clients.discoverAggregated();
        // What can be told from the rest is deleted, whatever the rest turns out to be.
        aggregated.failures().forEach(remains::discoveryFailed);
        aggregated.served().forEach(one -> add(one, all));
        return all.values();
    }
}
