package io.felucca.controller.nodelifecycle;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.Toleration;
import io.felucca.client.api.Client;
import io.felucca.client.api.Clients;
import io.felucca.client.api.EventRecorder;
import io.felucca.client.api.Informers;
import io.felucca.client.api.Key;
import io.felucca.client.api.Lister;
import io.felucca.controller.api.Reconciler;
import io.felucca.controller.api.Result;
import io.felucca.controller.api.Source;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Deletes pods from nodes whose NoExecute taints they don't tolerate, or no longer: a toleration
 * with seconds counts from when we first saw pod and taints together. A key is a pod.
 */
@Component(property = Reconciler.NAME + "=taint-eviction-controller")
public final class TaintEvictionController implements Reconciler {
    private final Lister<Pod> pods;
    private final Lister<Node> nodes;
    private final Client<Pod> client;
    private final PodStatuses statuses;
    private final EventRecorder events;
    private final Clock clock;

    /** Pods whose time runs. */
    private final Map<Key, Countdown> running = new ConcurrentHashMap<>();

    private record Countdown(String uid, Instant since) {}

    @Activate
    public TaintEvictionController(
            @Reference Clients clients, @Reference Informers informers, @Reference Clock clock) {
        this.pods =
                informers
                        .of(Pod.class)
                        .index(NodeLifecycleController.BY_NODE, NodeLifecycleController::nodeOf);
        this.nodes = informers.of(Node.class);
        this.client = clients.of(Pod.class);
        this.statuses = new PodStatuses(client);
        this.events = clients.events();
        this.clock = clock;
    }

    @Override
    public List<Source<?>> sources() {
        return List.of(
                Source.mapped(Pod.class, TaintEvictionController::ifOnNode),
                Source.mapped(Node.class, this::podsOfTaintedNode));
    }

    private static Collection<Key> ifOnNode(Pod pod) {
        return NodeLifecycleController.nodeOf(pod).isEmpty() ? List.of() : List.of(Key.of(pod));
    }

    private Collection<Key> podsOfTaintedNode(Node node) {
        return Taints.evicting(node).isEmpty()
                ? List.of()
                : pods
                        .byIndex(NodeLifecycleController.BY_NODE, node.getMetadata().getName())
                        .stream()
                        .map(Key::of)
                        .toList();
    }

    @Override
    public Result reconcile(Key key) {
        Optional<Pod> pod =
                pods.get(key).filter(one -> one.getMetadata().getDeletionTimestamp() == null);
        if (pod.isEmpty()) {
            running.remove(key);
            return Result.done();
        }
        List<Taint> taints =
                NodeLifecycleController.nodeOf(pod.get()).stream()
                        .flatMap(name -> nodes.get(Key.clusterScoped(name)).stream())
                        .flatMap(node -> Taints.evicting(node).stream())
                        .toList();
        Optional<Duration> tolerated = tolerated(pod.get(), taints);
        if (tolerated.isEmpty()) {
            cancel(key, pod.get());
            return Result.done();
        }
        Instant now = clock.instant();
        String uid = pod.get().getMetadata().getUid();
        Countdown countdown =
                running.compute(
                        key,
                        (same, before) ->
                                before != null && before.uid().equals(uid)
                                        ? before
                                        : new Countdown(uid, now));
        Duration left = Duration.between(now, countdown.since().plus(tolerated.get()));
        if (!left.isZero() && !left.isNegative()) {
            return Result.requeueAfter(left);
        }
        evict(key, pod.get(), now);
        return Result.done();
    }

    /** How long a pod may stay; empty for ever. */
    static Optional<Duration> tolerated(Pod pod, List<Taint> taints) {
        Optional<Duration> least = Optional.empty();
        for (Taint taint : taints) {
            List<Toleration> matching =
                    pod.getSpec().getTolerations().stream()
                            .filter(one -> Taints.tolerates(one, taint))
                            .toList();
            if (matching.isEmpty()) {
                return Optional.of(Duration.ZERO);
            }
            for (Toleration one : matching) {
                if (one.getTolerationSeconds() != null) {
                    Duration time = Duration.ofSeconds(Math.max(0, one.getTolerationSeconds()));
                    least =
                            least.filter(before -> before.compareTo(time) <= 0)
                                    .or(() -> Optional.of(time));
                }
            }
        }
        return least;
    }

    private void cancel(Key key, Pod pod) {
        if (running.remove(key) != null) {
            events.normal(pod, "TaintManagerEviction", "Cancelling deletion of Pod " + key);
        }
    }

    private void evict(Key key, Pod pod, Instant now) {
        // The lister may lag behind a taint or a toleration; the pod at least is read anew.
        Optional<Pod> fresh =
                client.get(key)
                        .filter(
                                one ->
                                        one.getMetadata()
                                                .getUid()
                                                .equals(pod.getMetadata().getUid()));
        if (fresh.isEmpty()) {
            return;
        }
        events.normal(pod, "TaintManagerEviction", "Marking for deletion Pod " + key);
        statuses.put(
                fresh.get(),
                new PodConditionBuilder()
                        .withType("DisruptionTarget")
                        .withStatus("True")
                        .withReason("DeletionByTaintManager")
                        .withMessage("Taint manager: deleting due to NoExecute taint")
                        .build(),
                now);
        // Whether it was there or went by itself, it is gone.
        boolean unused = client.delete(key, Client.Deletion.ofUid(pod.getMetadata().getUid()));
    }
}
