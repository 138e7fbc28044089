package io.felucca.controller.podgc;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.felucca.client.api.Client;
import io.felucca.client.api.Clients;
import io.felucca.client.api.Informers;
import io.felucca.client.api.Key;
import io.felucca.client.api.Lister;
import io.felucca.controller.api.Pods;
import io.felucca.controller.api.Reconciler;
import io.felucca.controller.api.Result;
import io.felucca.controller.api.Source;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.Json;
import io.felucca.machinery.StatusReason;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Removes finished pods beyond a number, pods of nodes that are gone or taken out of service, and
 * pods that are to go and were never on a node. Sweeps all pods every {@value #SWEEP_SECONDS}
 * seconds; its one key is the sweep.
 */
@Component(property = Reconciler.NAME + "=pod-garbage-collector-controller")
public final class PodGcController implements Reconciler {
    static final Key SWEEP = Key.clusterScoped("sweep");
    static final int SWEEP_SECONDS = 20;

    /** A node must have been missing this long, since it may be about to be made again. */
    static final Duration QUARANTINE = Duration.ofSeconds(40);

    private static final int MOST_TERMINATED = 12_500;
    private static final String OUT_OF_SERVICE = "node.kubernetes.io/out-of-service";

    private final Lister<Pod> pods;
    private final Lister<Node> nodes;
    private final Client<Pod> client;
    private final Client<Node> nodeClient;
    private final Clock clock;
    private final int mostTerminated;

    /** Since when nodes with pods are missing; touched by the sweep only. */
    private final Map<String, Instant> missing = new HashMap<>();

    @Activate
    public PodGcController(
            @Reference Clients clients, @Reference Informers informers, @Reference Clock clock) {
        this(clients, informers, clock, MOST_TERMINATED);
    }

    PodGcController(Clients clients, Informers informers, Clock clock, int mostTerminated) {
        this.pods = informers.of(Pod.class);
        this.nodes = informers.of(Node.class);
        this.client = clients.of(Pod.class);
        this.nodeClient = clients.of(Node.class);
        this.clock = clock;
        this.mostTerminated = mostTerminated;
    }

    /** These only have to be in step; what changes waits for the next sweep. */
    @Override
    public List<Source<?>> sources() {
        return List.of(
                Source.mapped(Pod.class, pod -> List.of()),
                Source.mapped(Node.class, node -> List.of()));
    }

    @Override
    public void started(Consumer<Key> queue) {
        queue.accept(SWEEP);
    }

    @Override
    public Result reconcile(Key key) {
        Set<String> named = new HashSet<>();
        List<Pod> finished = new ArrayList<>();
        List<Pod> going = new ArrayList<>();
        pods.each(
                pod -> {
                    nodeOf(pod).ifPresent(named::add);
                    if (Pods.isFinished(pod)) {
                        finished.add(pod);
                    }
                    if (pod.getMetadata().getDeletionTimestamp() != null) {
                        going.add(pod);
                    }
                });
        List<ApiException> failures = new ArrayList<>();
        attempt(surplus(finished), this::delete, failures);
        Set<String> gone = gone(named);
        attempt(on(gone), pod -> failAndDelete(pod, Optional.of(nodeIsGone())), failures);
        going.removeIf(pod -> nodeOf(pod).filter(gone::contains).isPresent() || !nobodyEndsIt(pod));
        attempt(going, pod -> failAndDelete(pod, Optional.empty()), failures);
        if (!failures.isEmpty()) {
            throw failures.get(0);
        }
        return Result.requeueAfter(Duration.ofSeconds(SWEEP_SECONDS));
    }

    /** One pod's trouble is not the others'. */
    private static void attempt(List<Pod> pods, Consumer<Pod> action, List<ApiException> failures) {
        for (Pod pod : pods) {
            try {
                action.accept(pod);
            } catch (ApiException e) {
                failures.add(e);
            }
        }
    }

    /** Finished pods beyond the number that is kept: evicted ones first, then the oldest. */
    private List<Pod> surplus(List<Pod> finished) {
        int surplus = finished.size() - mostTerminated;
        return surplus <= 0
                ? List.of()
                : finished.stream()
                        .sorted(
                                Comparator.comparing((Pod pod) -> !isEvicted(pod))
                                        .thenComparing(
                                                pod -> pod.getMetadata().getCreationTimestamp(),
                                                Comparator.nullsFirst(Comparator.naturalOrder()))
                                        .thenComparing(pod -> pod.getMetadata().getName()))
                        .limit(surplus)
                        .toList();
    }

    private static boolean isEvicted(Pod pod) {
        return Pods.phase(pod).equals("Failed") && "Evicted".equals(pod.getStatus().getReason());
    }

    /** Of the named nodes those missing for long enough, and that the server does not know. */
    private Set<String> gone(Set<String> named) {
        named.removeIf(name -> nodes.get(Key.clusterScoped(name)).isPresent());
        missing.keySet().retainAll(named);
        Instant now = clock.instant();
        named.forEach(name -> missing.putIfAbsent(name, now));
        Set<String> gone = new HashSet<>();
        for (Map.Entry<String, Instant> one : missing.entrySet()) {
            if (!now.isBefore(one.getValue().plus(QUARANTINE))
                    && nodeClient.get(Key.clusterScoped(one.getKey())).isEmpty()) {
                gone.add(one.getKey());
            }
        }
        return gone;
    }

    /** The pods on any of these nodes. */
    private List<Pod> on(Set<String> nodeNames) {
        List<Pod> found = new ArrayList<>();
        if (!nodeNames.isEmpty()) {
            pods.each(
                    pod -> {
                        if (nodeOf(pod).filter(nodeNames::contains).isPresent()) {
                            found.add(pod);
                        }
                    });
        }
        return found;
    }

    /** Of a pod that is to go: whether no node's agent would ever end it. */
    private boolean nobodyEndsIt(Pod pod) {
        Optional<String> name = nodeOf(pod);
        return name.isEmpty()
                || nodes.get(Key.clusterScoped(name.get()))
                        .filter(PodGcController::isOutOfService)
                        .isPresent();
    }

    private static boolean isOutOfService(Node node) {
        boolean ready =
                node.getStatus() != null
                        && node.getStatus().getConditions().stream()
                                .anyMatch(
                                        one ->
                                                one.getType().equals("Ready")
                                                        && "True".equals(one.getStatus()));
        return !ready
                && node.getSpec() != null
                && node.getSpec().getTaints().stream()
                        .anyMatch(taint -> taint.getKey().equals(OUT_OF_SERVICE));
    }

    private static Optional<String> nodeOf(Pod pod) {
        return Optional.ofNullable(pod.getSpec().getNodeName()).filter(name -> !name.isEmpty());
    }

    private PodCondition nodeIsGone() {
        return new PodConditionBuilder()
                .withType("DisruptionTarget")
                .withStatus("True")
                .withReason("DeletionByPodGC")
                .withMessage("PodGC: node no longer exists")
                .withLastTransitionTime(clock.instant().truncatedTo(ChronoUnit.SECONDS).toString())
                .build();
    }

    /** A pod that did not finish says so before it goes, for those who count on its end. */
    private void failAndDelete(Pod pod, Optional<PodCondition> why) {
        if (!Pods.isFinished(pod)) {
            ObjectNode patch = Json.object();
            patch.putObject("metadata")
                    .put("uid", pod.getMetadata().getUid())
                    .put("resourceVersion", pod.getMetadata().getResourceVersion());
            ObjectNode status = patch.putObject("status");
            status.put("phase", "Failed");
            why.ifPresent(condition -> conditions(pod, condition, status.putArray("conditions")));
            try {
                Pod unused = client.patch(Key.of(pod), "status", patch);
            } catch (ApiException e) {
                if (e.reason() == StatusReason.NotFound) {
                    return;
                }
                throw e;
            }
        }
        delete(pod);
    }

    private static void conditions(Pod pod, PodCondition added, ArrayNode list) {
        if (pod.getStatus() != null) {
            pod.getStatus().getConditions().stream()
                    .filter(one -> !Objects.equals(one.getType(), added.getType()))
                    .forEach(one -> list.add(Json.mapper().<ObjectNode>valueToTree(one)));
        }
        list.add(Json.mapper().<ObjectNode>valueToTree(added));
    }

    private void delete(Pod pod) {
        // Whether it was there or went by itself, it is gone.
        boolean unused =
                client.delete(Key.of(pod), Client.Deletion.ofUid(pod.getMetadata().getUid()).now());
    }
}
