package io.felucca.controller.replicaset;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetStatus;
import io.felucca.client.api.Client;
import io.felucca.client.api.Clients;
import io.felucca.client.api.EventRecorder;
import io.felucca.client.api.Informers;
import io.felucca.client.api.Key;
import io.felucca.client.api.Lister;
import io.felucca.client.api.Selectors;
import io.felucca.controller.api.Ownership;
import io.felucca.controller.api.Pods;
import io.felucca.controller.api.Reconciler;
import io.felucca.controller.api.Refusals;
import io.felucca.controller.api.Result;
import io.felucca.controller.api.Source;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.LabelSelector;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Keeps as many active pods as a ReplicaSet asks for, and says in its status how many there are.
 */
@Component(property = Reconciler.NAME + "=replicaset-controller")
public final class ReplicaSetController implements Reconciler {
    /** How many pods one pass makes or removes at most. */
    private static final int BURST = 500;

    private static final String ORPHANS = "replicaset.orphans-by-namespace";

    private final Lister<ReplicaSet> sets;
    private final Lister<Pod> pods;
    private final Client<ReplicaSet> setClient;
    private final Client<Pod> podClient;
    private final EventRecorder events;
    private final Clock clock;

    @Activate
    public ReplicaSetController(
            @Reference Clients clients, @Reference Informers informers, @Reference Clock clock) {
        this.sets = informers.of(ReplicaSet.class);
        this.pods = informers.of(Pod.class).index(ORPHANS, ReplicaSetController::orphanIn);
        this.setClient = clients.of(ReplicaSet.class);
        this.podClient = clients.of(Pod.class);
        this.events = clients.events();
        this.clock = clock;
    }

    @Override
    public List<Source<?>> sources() {
        return List.of(
                Source.self(ReplicaSet.class),
                Source.controlledBy(Pod.class, "ReplicaSet"),
                Source.mapped(Pod.class, this::couldAdopt));
    }

    /** An orphan concerns every set whose selector picks it. */
    private Collection<Key> couldAdopt(Pod pod) {
        if (Ownership.controllerOf(pod).isPresent()) {
            return List.of();
        }
        return sets.list(pod.getMetadata().getNamespace()).stream()
                .filter(
                        set ->
                                Selectors.of(set.getSpec().getSelector())
                                        .matches(Selectors.labels(pod)))
                .map(Key::of)
                .toList();
    }

    private static Collection<String> orphanIn(Pod pod) {
        return Ownership.controllerOf(pod).isPresent()
                ? List.of()
                : List.of(pod.getMetadata().getNamespace());
    }

    @Override
    public Result reconcile(Key key) {
        Optional<ReplicaSet> found = sets.get(key);
        if (found.isEmpty()) {
            return Result.done();
        }
        ReplicaSet set = found.get();
        LabelSelector selector = Selectors.of(set.getSpec().getSelector());
        List<Pod> claimed =
                Ownership.claim(
                        set,
                        setClient,
                        candidates(set),
                        pod -> selector.matches(Selectors.labels(pod)),
                        podClient);
        // What is made joins them, so that the status never counts fewer than there are.
        List<Pod> active = new ArrayList<>(claimed.stream().filter(Pods::isActive).toList());
        ApiException failure = null;
        if (set.getMetadata().getDeletionTimestamp() == null) {
            failure = scale(set, active);
        }
        Instant now = clock.instant();
        writeStatus(set, ReplicaStatus.of(set, claimed, active, now, failure));
        if (failure != null) {
            throw failure;
        }
        return nextAvailability(set, active, now);
    }

    /** The set's own pods and the namespace's orphans; not all the pods that there are. */
    private List<Pod> candidates(ReplicaSet set) {
        List<Pod> all = new ArrayList<>(pods.ownedBy(set.getMetadata().getUid()));
        all.addAll(pods.byIndex(ORPHANS, set.getMetadata().getNamespace()));
        return all;
    }

    /** Makes or removes the difference, adding what was made; gives the failure that stopped it. */
    private ApiException scale(ReplicaSet set, List<Pod> active) {
        int wanted = set.getSpec().getReplicas();
        try {
            if (active.size() < wanted) {
                create(set, Math.min(wanted - active.size(), BURST), active);
            } else {
                int surplus = Math.min(active.size() - wanted, BURST);
                for (Pod pod : DeletionOrder.of(active).subList(0, surplus)) {
                    delete(set, pod);
                }
            }
            return null;
        } catch (ApiException e) {
            return e;
        }
    }

    private void create(ReplicaSet set, int count, List<Pod> active) {
        for (int i = 0; i < count; i++) {
            try {
                Pod pod = podClient.create(Pods.fromTemplate(set, set.getSpec().getTemplate()));
                active.add(pod);
                events.normal(
                        set, "SuccessfulCreate", "Created pod: " + pod.getMetadata().getName());
            } catch (ApiException e) {
                if (Refusals.namespaceGoes(e)) {
                    // And with it soon this set.
                    return;
                }
                events.warning(set, "FailedCreate", "Error creating: " + e.getMessage());
                throw e;
            }
        }
    }

    private void delete(ReplicaSet set, Pod pod) {
        Client.Deletion options = Client.Deletion.ofUid(pod.getMetadata().getUid());
        try {
            if (podClient.delete(Key.of(pod), options)) {
                events.normal(
                        set, "SuccessfulDelete", "Deleted pod: " + pod.getMetadata().getName());
            }
        } catch (ApiException e) {
            events.warning(set, "FailedDelete", "Error deleting: " + e.getMessage());
            throw e;
        }
    }

    private void writeStatus(ReplicaSet set, ReplicaSetStatus status) {
        if (!status.equals(set.getStatus())) {
            setClient.updateStatus(set.edit().withStatus(status).build());
        }
    }

    /** A ready pod becomes available by time alone; come back then. */
    private static Result nextAvailability(ReplicaSet set, List<Pod> active, Instant now) {
        int minReady = ReplicaStatus.minReadySeconds(set);
        return active.stream()
                .flatMap(pod -> Pods.availableIn(pod, minReady, now).stream())
                .filter(left -> !left.isZero())
                .min(Comparator.<Duration>naturalOrder())
                .map(Result::requeueAfter)
                .orElse(Result.done());
    }
}
