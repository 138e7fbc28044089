package io.felucca.scheduler;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.felucca.client.api.Client;
import io.felucca.client.api.Key;
import io.felucca.scheduler.api.NodeInfo;
import io.felucca.scheduler.api.PodInfo;
import io.felucca.scheduler.api.Resources;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A cluster that changes at random: nodes come, go and are tainted, pods come and go, bindings fail
 * or are slow. Never is more promised than there is; and in the end whatever fits is placed.
 */
class SimulationTest {
    private static final int STEPS = 400;
    private static final String[] DISKS = {"ssd", "hdd"};

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void neverOverCapacityAndEveryFeasiblePodPlaced(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Harbour harbour = new Harbour(random.split());
        for (int i = 0; i < 5; i++) {
            addNode(harbour, random, "first-" + i);
        }
        for (int step = 0; step < STEPS; step++) {
            change(harbour, random, step);
            for (int i = random.nextInt(4); i > 0; i--) {
                harbour.scheduling.step();
            }
            checkCapacity(harbour, seed, step);
        }
        comeToRest(harbour);
        checkCapacity(harbour, seed, STEPS);
        checkNothingIsLeftOut(harbour, seed);
    }

    private static void change(Harbour harbour, SplittableRandom random, int step) {
        harbour.slowBinding = random.nextInt(3) == 0;
        harbour.bindingFailure =
                random.nextInt(8) == 0 ? Optional.of("no API server") : Optional.empty();
        switch (random.nextInt(12)) {
            case 0 -> addNode(harbour, random, "n" + step);
            case 1 -> deleteNode(harbour, random);
            case 2 -> taintNode(harbour, random);
            case 3, 4 -> deletePod(harbour, random);
            case 5 -> harbour.clock.advance(Duration.ofMillis(random.nextInt(20_000)));
            case 6 -> runBindings(harbour);
            default -> addPod(harbour, random, "p" + step);
        }
    }

    private static void runBindings(Harbour harbour) {
        while (!harbour.bindings.isEmpty()) {
            harbour.bindings.remove().run();
        }
    }

    private static void addNode(Harbour harbour, SplittableRandom random, String name) {
        NodeBuilder node =
                Objects.node(
                        name, Integer.toString(1 + random.nextInt(4)), random.nextInt(1, 9) + "Gi");
        node.editMetadata().addToLabels("disk", DISKS[random.nextInt(2)]).endMetadata();
        harbour.cluster.with(node.build());
    }

    private static void deleteNode(Harbour harbour, SplittableRandom random) {
        List<Node> nodes = harbour.cluster.all(Node.class);
        if (nodes.size() > 3) {
            String name = nodes.get(random.nextInt(nodes.size())).getMetadata().getName();
            harbour.cluster.of(Node.class).delete(Key.clusterScoped(name), Client.Deletion.PLAIN);
        }
    }

    private static void taintNode(Harbour harbour, SplittableRandom random) {
        List<Node> nodes = harbour.cluster.all(Node.class);
        Node node = nodes.get(random.nextInt(nodes.size()));
        NodeBuilder changed = new NodeBuilder(node);
        if (node.getSpec().getTaints().isEmpty()) {
            changed.editSpec().addNewTaint("NoSchedule", "dedicated", null, "db").endSpec();
        } else {
            changed.editSpec().withTaints().endSpec();
        }
        harbour.cluster.with(changed.build());
    }

    private static void addPod(Harbour harbour, SplittableRandom random, String name) {
        PodBuilder pod =
                Objects.pod(name, random.nextInt(50, 1500) + "m", random.nextInt(32, 2500) + "Mi");
        if (random.nextInt(3) == 0) {
            pod.editSpec().addToNodeSelector("disk", DISKS[random.nextInt(2)]).endSpec();
        }
        if (random.nextInt(3) == 0) {
            pod.editSpec()
                    .addNewToleration()
                    .withKey("dedicated")
                    .withOperator("Exists")
                    .endToleration()
                    .endSpec();
        }
        harbour.cluster.with(pod.build());
    }

    private static void deletePod(Harbour harbour, SplittableRandom random) {
        List<Pod> pods = harbour.cluster.all(Pod.class);
        if (!pods.isEmpty()) {
            harbour.delete(pods.get(random.nextInt(pods.size())).getMetadata().getName());
        }
    }

    private static void comeToRest(Harbour harbour) {
        harbour.slowBinding = false;
        harbour.bindingFailure = Optional.empty();
        runBindings(harbour);
        for (int i = 0; i < 4; i++) {
            harbour.advance(Duration.ofSeconds(11));
        }
    }

    /** By what the API shows, not by what the scheduler believes. */
    private static void checkCapacity(Harbour harbour, long seed, int step) {
        for (NodeInfo node : actual(harbour)) {
            for (int resource : new int[] {Resources.CPU, Resources.MEMORY}) {
                assertTrue(
                        node.requested().get(resource) <= node.allocatable().get(resource),
                        () -> "seed " + seed + " step " + step + ": too much on " + node);
            }
        }
    }

    private static void checkNothingIsLeftOut(Harbour harbour, long seed) {
        List<NodeInfo> nodes = actual(harbour);
        for (Pod pod : harbour.cluster.all(Pod.class)) {
            if (pod.getSpec().getNodeName() == null) {
                PodInfo info = new PodInfo(pod);
                assertFalse(
                        nodes.stream().anyMatch(node -> fits(info, node)),
                        () -> "seed " + seed + ": " + info + " would fit");
            }
        }
    }

    private static boolean fits(PodInfo pod, NodeInfo node) {
        boolean tainted = !node.taints().isEmpty();
        boolean tolerates = !pod.pod().getSpec().getTolerations().isEmpty();
        return pod.requests().get(Resources.CPU) + node.requested().get(Resources.CPU)
                        <= node.allocatable().get(Resources.CPU)
                && pod.requests().get(Resources.MEMORY) + node.requested().get(Resources.MEMORY)
                        <= node.allocatable().get(Resources.MEMORY)
                && (tolerates || !tainted)
                && node.labels()
                        .entrySet()
                        .containsAll(pod.pod().getSpec().getNodeSelector().entrySet());
    }

    private static List<NodeInfo> actual(Harbour harbour) {
        Map<String, NodeInfo> nodes = new LinkedHashMap<>();
        for (Node node : harbour.cluster.all(Node.class)) {
            NodeInfo info = new NodeInfo(node.getMetadata().getName());
            info.setNode(node);
            nodes.put(info.name(), info);
        }
        for (Pod pod : harbour.cluster.all(Pod.class)) {
            NodeInfo node = nodes.get(String.valueOf(pod.getSpec().getNodeName()));
            if (node != null) {
                node.add(new PodInfo(pod));
            }
        }
        return List.copyOf(nodes.values());
    }
}
