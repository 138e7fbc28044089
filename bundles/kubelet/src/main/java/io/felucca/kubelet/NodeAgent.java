package io.felucca.kubelet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.felucca.client.api.Client;
import io.felucca.client.api.EventRecorder;
import io.felucca.client.api.Key;
import io.felucca.kubelet.cri.Cri;
import io.felucca.kubelet.cri.CriException;
import io.felucca.kubelet.cri.v1.Image;
import io.felucca.kubelet.cri.v1.RuntimeCondition;
import io.felucca.kubelet.cri.v1.VersionResponse;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node's own object: registered once, its status written when it changes and every five minutes
 * besides. Used by one thread.
 */
final class NodeAgent {
    private static final Logger LOG = LoggerFactory.getLogger(NodeAgent.class);
    private static final Duration HEARTBEAT = Duration.ofMinutes(5);
    private static final Duration UNTIL_READY = Duration.ofMillis(500);
    private static final Duration PERIOD = Duration.ofSeconds(10);

    private final NodeSettings settings;
    private final NodeCapacity capacity;
    private final HostFacts host = HostFacts.read();
    private final HostPressure pressure;
    private final Cri cri;
    private final Relist relist;
    private final Client<Node> nodes;
    private final EventRecorder events;
    private final Clock clock;
    private Instant reported = Instant.EPOCH;
    private boolean registered;
    private String runtimeVersion = "";
    private List<Image> images = List.of();
    private boolean ready;

    NodeAgent(
            NodeSettings settings,
            NodeCapacity capacity,
            Cri cri,
            Relist relist,
            Client<Node> nodes,
            EventRecorder events,
            Clock clock) {
        this.settings = settings;
        this.capacity = capacity;
        this.pressure = new HostPressure(Path.of("/proc"), settings.data());
        this.cri = cri;
        this.relist = relist;
        this.nodes = nodes;
        this.events = events;
        this.clock = clock;
    }

    /** Looks at the host and reports; gives when to look again. */
    Duration report() {
        Optional<String> notReady = notReady();
        ready = notReady.isEmpty();
        try {
            Node node = registered();
            ObjectNode old = statusOf(node);
            Instant now = clock.instant();
            ObjectNode status =
                    NodeStatusDraft.of(
                            new NodeStatusDraft.Facts(
                                    settings,
                                    capacity,
                                    host,
                                    runtimeVersion,
                                    notReady,
                                    pressure.memory(),
                                    pressure.disk(),
                                    pressure.pids(),
                                    images,
                                    now),
                            old);
            for (String foreign :
                    List.of("volumesAttached", "volumesInUse", "config", "features")) {
                if (old.has(foreign)) {
                    status.set(foreign, old.get(foreign));
                }
            }
            boolean due = Duration.between(reported, now).compareTo(HEARTBEAT) >= 0;
            if (due || StatusPatch.between(quiet(old), quiet(status)).isPresent()) {
                Optional<ObjectNode> difference = StatusPatch.between(old, status);
                if (difference.isPresent()) {
                    ObjectNode patch = Json.object();
                    patch.set("status", difference.get());
                    nodes.patch(Key.clusterScoped(settings.nodeName()), "status", patch);
                    announce(old, node);
                }
                reported = now;
            }
        } catch (ApiException e) {
            LOG.info("the node's status can't be written: {}", e.getMessage());
            return UNTIL_READY;
        } catch (IOException e) {
            LOG.warn("the node's state can't be read", e);
        }
        return ready ? PERIOD : UNTIL_READY;
    }

    private void announce(ObjectNode old, Node node) {
        boolean wasReady = false;
        for (JsonNode condition : old.path("conditions")) {
            wasReady |=
                    condition.path("type").asText().equals("Ready")
                            && condition.path("status").asText().equals("True");
        }
        if (ready != wasReady) {
            String reason = ready ? "NodeReady" : "NodeNotReady";
            events.normal(
                    node, reason, "Node " + settings.nodeName() + " status is now: " + reason);
        }
    }

    private Node registered() {
        Key key = Key.clusterScoped(settings.nodeName());
        Map<String, String> labels = labels();
        Optional<Node> found = nodes.get(key);
        if (found.isEmpty()) {
            Node made =
                    nodes.create(
                            new NodeBuilder()
                                    .withNewMetadata()
                                    .withName(settings.nodeName())
                                    .withLabels(labels)
                                    .withAnnotations(
                                            Map.of(
                                                    "volumes.kubernetes.io/controller-managed-attach-detach",
                                                    "true"))
                                    .endMetadata()
                                    .withNewSpec()
                                    .endSpec()
                                    .build());
            events.normal(made, "Starting", "Starting kubelet.");
            registered = true;
            return made;
        }
        if (!registered) {
            events.normal(found.get(), "Starting", "Starting kubelet.");
            registered = true;
        }
        if (!found.get().getMetadata().getLabels().entrySet().containsAll(labels.entrySet())) {
            ObjectNode patch = Json.object();
            ObjectNode wanted = patch.putObject("metadata").putObject("labels");
            labels.forEach(wanted::put);
            return nodes.patch(key, patch);
        }
        return found.get();
    }

    private Map<String, String> labels() {
        Map<String, String> labels = new LinkedHashMap<>();
        labels.put("kubernetes.io/hostname", settings.nodeName());
        labels.put("kubernetes.io/os", "linux");
        labels.put("kubernetes.io/arch", host.architecture());
        labels.put("beta.kubernetes.io/os", "linux");
        labels.put("beta.kubernetes.io/arch", host.architecture());
        return labels;
    }

    private Optional<String> notReady() {
        if (!relist.reachable()) {
            return Optional.of("container runtime is down");
        }
        if (!relist.healthy()) {
            Duration silent = Duration.between(relist.lastSeen(), clock.instant());
            return Optional.of(
                    "PLEG is not healthy: pleg was last seen active "
                            + ContainerStarter.go(silent)
                            + " ago; threshold is "
                            + ContainerStarter.go(Relist.HEALTHY));
        }
        try {
            VersionResponse version = Cri.await(cri.version());
            runtimeVersion = version.getRuntimeName() + "://" + version.getRuntimeVersion();
            images = Cri.await(cri.images());
            for (RuntimeCondition condition : Cri.await(cri.conditions())) {
                if (!condition.getStatus()) {
                    String what =
                            condition.getType().equals("NetworkReady")
                                    ? "container runtime network not ready: "
                                    : "container runtime not ready: ";
                    return Optional.of(
                            what
                                    + condition.getType()
                                    + "=false reason:"
                                    + condition.getReason()
                                    + " message:"
                                    + condition.getMessage());
                }
            }
        } catch (CriException e) {
            return Optional.of("container runtime status check failed: " + e.getMessage());
        }
        return Optional.empty();
    }

    private static ObjectNode statusOf(Node node) {
        JsonNode status = Json.mapper().valueToTree(node.getStatus());
        return status instanceof ObjectNode object ? object : Json.object();
    }

    /** Without the heartbeat times, which alone are no change. */
    private static ObjectNode quiet(ObjectNode status) {
        ObjectNode copy = status.deepCopy();
        for (JsonNode condition : copy.path("conditions")) {
            ((ObjectNode) condition).remove("lastHeartbeatTime");
        }
        return copy;
    }
}
