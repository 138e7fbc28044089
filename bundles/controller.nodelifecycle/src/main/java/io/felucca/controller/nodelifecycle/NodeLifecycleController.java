package io.felucca.controller.nodelifecycle;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.felucca.client.api.Client;
import io.felucca.client.api.Clients;
import io.felucca.client.api.EventRecorder;
import io.felucca.client.api.Informers;
import io.felucca.client.api.Key;
import io.felucca.client.api.Lister;
import io.felucca.controller.api.Pods;
import io.felucca.controller.api.Reconciler;
import io.felucca.controller.api.Result;
import io.felucca.controller.api.Source;
import io.felucca.machinery.Json;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Says of a node that fell silent that nothing is known of it, keeps the taints that follow from
 * its conditions, and takes the Ready from the pods of one that is not.
 */
@Component(property = Reconciler.NAME + "=node-lifecycle-controller")
public final class NodeLifecycleController implements Reconciler {
    static final String BY_NODE = "nodelifecycle.pods-by-node";
    private static final String LEASES = "kube-node-lease";
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(5);

    private final Lister<Node> nodes;
    private final Lister<Lease> leases;
    private final Lister<Pod> pods;
    private final Client<Node> client;
    private final PodStatuses statuses;
    private final EventRecorder events;
    private final Clock clock;
    private final Heartbeats heartbeats = new Heartbeats();
    private final EvictionPace pace;

    /** What each node's Ready said when last looked at. */
    private final Map<Key, String> readiness = new ConcurrentHashMap<>();

    @Activate
    public NodeLifecycleController(
            @Reference Clients clients, @Reference Informers informers, @Reference Clock clock) {
        this.nodes =
                informers.of(Node.class).index(EvictionPace.BY_READINESS, EvictionPace::readiness);
        this.pace = new EvictionPace(nodes);
        this.leases = informers.of(Lease.class);
        this.pods = informers.of(Pod.class).index(BY_NODE, NodeLifecycleController::nodeOf);
        this.client = clients.of(Node.class);
        this.statuses = new PodStatuses(clients.of(Pod.class));
        this.events = clients.events();
        this.clock = clock;
    }

    static List<String> nodeOf(Pod pod) {
        String node = pod.getSpec().getNodeName();
        return node == null || node.isEmpty() ? List.of() : List.of(node);
    }

    @Override
    public List<Source<?>> sources() {
        return List.of(
                Source.self(Node.class),
                Source.mapped(
                        Lease.class,
                        lease ->
                                LEASES.equals(lease.getMetadata().getNamespace())
                                        ? List.of(Key.clusterScoped(lease.getMetadata().getName()))
                                        : List.of()));
    }

    @Override
    public Result reconcile(Key key) {
        Optional<Node> found = nodes.get(key);
        if (found.isEmpty()) {
            readiness.remove(key);
            // A lease may outlive its node; only of a node that was there its end is news.
            heartbeats.forget(key.name());
            return Result.done();
        }
        Node node = found.get();
        if (heartbeats.isNew(node)) {
            events.normal(
                    node,
                    "RegisteredNode",
                    "Node " + key + " event: Registered Node " + key + " in Controller");
        }
        Instant now = clock.instant();
        Optional<Lease> lease = leases.get(new Key(LEASES, key.name()));
        Duration left = heartbeats.left(node, lease, now);
        boolean silent = left.isNegative() || left.isZero();
        if (silent) {
            List<NodeCondition> unknown = NodeConditions.silent(node, now);
            if (!unknown.equals(NodeConditions.all(node))) {
                client.updateStatus(
                        node.edit().editOrNewStatus().withConditions(unknown).endStatus().build());
                // The change of the node brings it back, for its taints and its pods.
                return Result.done();
            }
        }
        Optional<Duration> wait = taint(key, node, now);
        unready(key, node, now);
        return next(silent ? Optional.empty() : Optional.of(left), wait);
    }

    private static Result next(Optional<Duration> silence, Optional<Duration> eviction) {
        Optional<Duration> first =
                silence.isPresent() && eviction.isPresent()
                        ? Optional.of(
                                silence.get().compareTo(eviction.get()) < 0
                                        ? silence.get()
                                        : eviction.get())
                        : silence.or(() -> eviction);
        return first.map(Result::requeueAfter).orElse(Result.done());
    }

    /** Writes the taints; gives when to look at them again. */
    private Optional<Duration> taint(Key key, Node node, Instant now) {
        Duration wait = evictionIn(node, now);
        boolean evicting = wait.isZero();
        List<Taint> wanted = Taints.wanted(node, evicting, now);
        if (!wanted.equals(node.getSpec().getTaints())) {
            ObjectNode patch = Json.object();
            patch.putObject("metadata")
                    .put("resourceVersion", node.getMetadata().getResourceVersion());
            ArrayNode list = patch.putObject("spec").putArray("taints");
            wanted.forEach(one -> list.add(Json.mapper().<ObjectNode>valueToTree(one)));
            client.patch(key, patch);
        }
        return evicting || NodeConditions.isReady(node) ? Optional.empty() : Optional.of(wait);
    }

    /** Zero if the node is to be emptied; else when to ask again. */
    private Duration evictionIn(Node node, Instant now) {
        boolean saysUnready =
                NodeConditions.find(node, NodeConditions.READY).isPresent()
                        && !NodeConditions.isReady(node);
        if (!saysUnready || !pace.anyReady()) {
            return LOOK_AGAIN;
        }
        boolean already =
                Taints.has(node, Taints.NOT_READY, Taints.NO_EXECUTE)
                        || Taints.has(node, Taints.UNREACHABLE, Taints.NO_EXECUTE);
        return already ? Duration.ZERO : pace.claim(node, now);
    }

    /**
     * The pods of a node that stops being ready are not ready either. Of a silent node's pods that
     * is said again as long as one claims otherwise; the agent of one that speaks says it itself.
     */
    private void unready(Key key, Node node, Instant now) {
        String status = NodeConditions.status(node, NodeConditions.READY);
        boolean lost = "True".equals(readiness.get(key)) && !status.equals("True");
        if (lost) {
            events.normal(node, "NodeNotReady", "Node " + key + " status is now: NodeNotReady");
        }
        if (lost || status.equals(NodeConditions.UNKNOWN)) {
            for (Pod pod : pods.byIndex(BY_NODE, key.name())) {
                Optional<PodCondition> ready = Pods.condition(pod, "Ready");
                if (ready.filter(one -> "True".equals(one.getStatus())).isPresent()) {
                    events.warning(pod, "NodeNotReady", "Node is not ready");
                    statuses.put(pod, ready.get().edit().withStatus("False").build(), now);
                }
            }
        }
        // Only now: what failed above is tried again.
        readiness.put(key, status);
    }
}
