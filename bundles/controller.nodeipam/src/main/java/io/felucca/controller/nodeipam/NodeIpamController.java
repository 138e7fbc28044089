package io.felucca.controller.nodeipam;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Node;
import io.felucca.client.api.Client;
import io.felucca.client.api.Clients;
import io.felucca.client.api.EventRecorder;
import io.felucca.client.api.Informers;
import io.felucca.client.api.Key;
import io.felucca.client.api.Lister;
import io.felucca.controller.api.Reconciler;
import io.felucca.controller.api.Result;
import io.felucca.controller.api.Source;
import io.felucca.machinery.Json;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Reference;

/**
 * Gives each Node a block of the cluster's pod range that no other node has.
 *
 * <p>Which blocks are taken is read from the nodes. What was given out and is not yet to be read
 * there is kept here, so keys are worked on one at a time; what an instance before this one gave
 * out is asked of the server once.
 */
@Component(
        property = {Reconciler.NAME + "=node-ipam-controller", Reconciler.WORKERS + ":Integer=1"},
        configurationPid = "io.felucca.cluster",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class NodeIpamController implements Reconciler {
    /** Blocks come back when nodes go, of which this key is not told. */
    private static final Duration TRY_AGAIN = Duration.ofSeconds(30);

    private final Lister<Node> nodes;
    private final Client<Node> client;
    private final EventRecorder events;
    private final Ranges ranges;
    private final String index;

    private final Map<Key, Set<Integer>> givenOut = new HashMap<>();
    private boolean asked;
    private int next;

    /** The cluster's pod addresses. */
    public @interface Config {
        /** An IPv4 CIDR. */
        String pod_cidr() default "10.244.0.0/16";

        /** The length of the prefix of a node's block. */
        int node_cidr_mask() default 24;
    }

    @Activate
    public NodeIpamController(
            Config config, @Reference Clients clients, @Reference Informers informers) {
        this(Ranges.of(config.pod_cidr(), config.node_cidr_mask()), clients, informers);
    }

    NodeIpamController(Ranges ranges, Clients clients, Informers informers) {
        this.ranges = ranges;
        this.index = "nodeipam.blocks-of-" + ranges.cidr(0);
        this.nodes =
                informers
                        .of(Node.class)
                        .index(index, node -> blocks(node).stream().map(String::valueOf).toList());
        this.client = clients.of(Node.class);
        this.events = clients.events();
    }

    @Override
    public List<Source<?>> sources() {
        return List.of(Source.self(Node.class));
    }

    @Override
    public synchronized Result reconcile(Key key) {
        Optional<Node> node = nodes.get(key);
        if (node.isEmpty() || hasRange(node.get())) {
            givenOut.remove(key);
            return Result.done();
        }
        askOnce();
        Optional<Node> fresh = client.get(key);
        if (fresh.isEmpty() || hasRange(fresh.get())) {
            fresh.ifPresent(one -> givenOut.put(key, blocks(one)));
            return Result.done();
        }
        return give(key, fresh.get());
    }

    private Result give(Key key, Node node) {
        // The server just said that it has none: what was meant for it before was not written.
        givenOut.remove(key);
        OptionalInt block = ranges.free(next, this::isTaken);
        if (block.isEmpty()) {
            events.normal(
                    node,
                    "CIDRNotAvailable",
                    "Node " + key.name() + " status is now: CIDRNotAvailable");
            return Result.requeueAfter(TRY_AGAIN);
        }
        String cidr = ranges.cidr(block.getAsInt());
        ObjectNode patch = Json.object();
        // Somebody else may give it a range at the same time: then this conflicts and starts anew.
        patch.putObject("metadata").put("resourceVersion", node.getMetadata().getResourceVersion());
        patch.putObject("spec").put("podCIDR", cidr).putArray("podCIDRs").add(cidr);
        // Taken before it is written: an answer that got lost must not free it.
        givenOut.put(key, Set.of(block.getAsInt()));
        client.patch(key, patch);
        next = (block.getAsInt() + 1) % ranges.count();
        return Result.done();
    }

    private boolean isTaken(int block) {
        return givenOut.values().stream().anyMatch(blocks -> blocks.contains(block))
                || !nodes.byIndex(index, Integer.toString(block)).isEmpty();
    }

    private void askOnce() {
        if (!asked) {
            for (Node node : client.list("", "")) {
                if (hasRange(node)) {
                    givenOut.put(Key.of(node), blocks(node));
                }
            }
            // Those that are to be read from memory already need not be kept.
            nodes.list().stream()
                    .filter(NodeIpamController::hasRange)
                    .map(Key::of)
                    .forEach(givenOut::remove);
            asked = true;
        }
    }

    private static boolean hasRange(Node node) {
        return node.getSpec() != null
                && (node.getSpec().getPodCIDR() != null || !node.getSpec().getPodCIDRs().isEmpty());
    }

    private Set<Integer> blocks(Node node) {
        if (!hasRange(node)) {
            return Set.of();
        }
        Set<Integer> blocks = new HashSet<>();
        ranges(node).forEach(cidr -> blocks.addAll(ranges.overlapping(cidr)));
        return blocks;
    }

    private static Collection<String> ranges(Node node) {
        return node.getSpec().getPodCIDRs().isEmpty()
                ? List.of(node.getSpec().getPodCIDR())
                : node.getSpec().getPodCIDRs();
    }
}
