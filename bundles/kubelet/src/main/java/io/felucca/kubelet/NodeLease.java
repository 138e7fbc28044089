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
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The node's sign of life: a Lease renewed every ten seconds. Used by one thread. */
final class NodeLease {
    static final GroupVersionResource LEASES =
            new GroupVersionResource("coordination.k8s.io", "v1", "leases");

    private static final Logger LOG = LoggerFactory.getLogger(NodeLease.class);
    private static final int DURATION_SECONDS = 40;
    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private final String node;
    private final Client<GenericKubernetesResource> leases;
    private final Client<Node> nodes;
    private final Clock clock;

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

    void renew() {
        Key key = new Key("kube-node-lease", node);
        String now = MICROS.format(clock.instant());
        try {
            ObjectNode patch = Json.object();
            patch.putObject("spec").put("renewTime", now).put("holderIdentity", node);
            leases.patch(key, patch);
        } catch (ApiException e) {
            if (e.reason() != StatusReason.NotFound) {
                LOG.warn("the node's lease can't be renewed: {}", e.getMessage());
                return;
            }
            create(key, now);
        }
    }

    private void create(Key key, String now) {
        ObjectMetaBuilder metadata =
                new ObjectMetaBuilder().withNamespace(key.namespace()).withName(node);
        try {
            Optional<Node> owner = nodes.get(Key.clusterScoped(node));
            owner.ifPresent(
                    found ->
                            metadata.addNewOwnerReference()
                                    .withApiVersion("v1")
                                    .withKind("Node")
                                    .withName(node)
                                    .withUid(found.getMetadata().getUid())
                                    .endOwnerReference());
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
        } catch (ApiException e) {
            // Its namespace may not be there yet.
            LOG.info("the node's lease can't be made yet: {}", e.getMessage());
        }
    }
}
