package io.felucca.kubelet;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.felucca.client.api.Client;
import io.felucca.client.api.Key;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.machinery.Json;
import io.felucca.machinery.StatusReason;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node's sign of life: a Lease renewed every ten seconds. It is made once its node is
 * registered and the control plane has what it takes: its namespace, and the right to write there.
 * Used by one thread at a time.
 */
final class NodeLease {
    static final GroupVersionResource LEASES =
            new GroupVersionResource("coordination.k8s.io", "v1", "leases");

    private static final Logger LOG = LoggerFactory.getLogger(NodeLease.class);
    private static final int DURATION_SECONDS = 40;
    private static final Duration PERIOD = Duration.ofSeconds(10);
    private static final Duration UNTIL_HELD = Duration.ofMillis(500);
    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private final String node;
    private final Client<GenericKubernetesResource> leases;
    private final Client<Node> nodes;
    private final Clock clock;
    private boolean held;
    private String lastTrouble = "";

    NodeLease(
            String node,
            Client<GenericKubernetesResource> leases,
            Client<Node> nodes,
            Clock clock) {
        this.node = node;
        this.leases = leases;
        this.nodes = nodes;
        this.clock = clock;
    }

    /** Renews or makes it; gives when to do so again. */
    Duration renew() {
        Key key = new Key("kube-node-lease", node);
        String now = MICROS.format(clock.instant());
        try {
            if (held) {
                held = patched(key, now);
            }
            if (!held) {
                Optional<Node> owner = nodes.get(Key.clusterScoped(node));
                held = owner.isPresent() && (patched(key, now) || created(key, owner.get(), now));
            }
            lastTrouble = "";
        } catch (ApiException e) {
            trouble(e.getMessage());
        }
        return held ? PERIOD : UNTIL_HELD;
    }

    /** Nothing is wrong while the control plane still sets itself up, and once is enough. */
    private void trouble(String message) {
        if (held) {
            LOG.warn("the node's lease can't be renewed: {}", message);
        } else if (!message.equals(lastTrouble)) {
            LOG.info("the node's lease can't be made yet: {}", message);
        }
        lastTrouble = message;
    }

    /** False if there is none to patch. */
    private boolean patched(Key key, String now) {
        ObjectNode patch = Json.object();
        patch.putObject("spec").put("renewTime", now).put("holderIdentity", node);
        try {
            leases.patch(key, patch);
            return true;
        } catch (ApiException e) {
            if (e.reason() == StatusReason.NotFound) {
                return false;
            }
            throw e;
        }
    }

    private boolean created(Key key, Node owner, String now) {
        ObjectMetaBuilder metadata =
                new ObjectMetaBuilder()
                        .withNamespace(key.namespace())
                        .withName(node)
                        .addNewOwnerReference()
                        .withApiVersion("v1")
                        .withKind("Node")
                        .withName(node)
                        .withUid(owner.getMetadata().getUid())
                        .endOwnerReference();
        GenericKubernetesResource lease = new GenericKubernetesResource();
        lease.setApiVersion("coordination.k8s.io/v1");
        lease.setKind("Lease");
        lease.setMetadata(metadata.build());
        lease.setAdditionalProperty(
                "spec",
                Map.of(
                        "holderIdentity",
                        node,
                        "leaseDurationSeconds",
                        DURATION_SECONDS,
                        "renewTime",
                        now));
        leases.create(lease);
        return true;
    }
}
