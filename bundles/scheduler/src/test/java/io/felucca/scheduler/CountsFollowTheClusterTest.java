package io.felucca.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodAffinityTerm;
import io.fabric8.kubernetes.api.model.PodAffinityTermBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.felucca.client.testing.FakeCluster;
import io.felucca.scheduler.api.CycleState;
import io.felucca.scheduler.api.NodeInfo;
import io.felucca.scheduler.api.PodInfo;
import io.felucca.scheduler.plugins.InterPodAffinity;
import io.felucca.scheduler.plugins.PodTopologySpread;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What plugins keep from one pod to the next is what they would count anew. */
class CountsFollowTheClusterTest {
    private static final int STEPS = 400;
    private static final int NODES = 6;
    private static final int PODS = 30;
    private static final List<String> KEYS = List.of("zone", "kubernetes.io/hostname");

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);
    private final ClusterCache cache = new ClusterCache();
    private final FakeCluster cluster = new FakeCluster();
    private final InterPodAffinity affinity = new InterPodAffinity(cluster.informers());
    private final PodTopologySpread spread = new PodTopologySpread();

    @Test
    void pluginThatSawAllChangesDecidesAsOneThatCountsAnew() {
        cache.put(node("n0"));
        for (int step = 0; step < STEPS; step++) {
            change();
            PodInfo pod = pod("new");
            String where = "seed " + seed + ", step " + step;
            assertEquals(
                    said(new InterPodAffinity(cluster.informers()), pod),
                    said(affinity, pod),
                    where);
            assertEquals(said(new PodTopologySpread(), pod), said(spread, pod), where);
        }
    }

    private void change() {
        String node = "n" + random.nextInt(NODES);
        PodInfo pod = pod("p" + random.nextInt(PODS));
        switch (random.nextInt(6)) {
            case 0 -> cache.put(node(node));
            case 1 -> cache.removeNode(node);
            case 2 -> cache.remove(pod.uid());
            case 3 -> cache.assume(pod, node);
            default -> cache.confirm(pod, node);
        }
    }

    private io.fabric8.kubernetes.api.model.Node node(String name) {
        NodeBuilder node = new NodeBuilder(Objects.plainNode(name));
        if (random.nextInt(4) > 0) {
            node.editMetadata().addToLabels("zone", "z" + random.nextInt(3)).endMetadata();
        }
        return node.build();
    }

    private PodInfo pod(String name) {
        PodBuilder pod = Objects.pod(name, "100m", "64Mi");
        pod.editMetadata().addToLabels("app", "a" + random.nextInt(3)).endMetadata();
        switch (random.nextInt(6)) {
            case 0 ->
                    pod.editSpec()
                            .withNewAffinity()
                            .withNewPodAntiAffinity()
                            .addToRequiredDuringSchedulingIgnoredDuringExecution(term())
                            .endPodAntiAffinity()
                            .endAffinity()
                            .endSpec();
            case 1 ->
                    pod.editSpec()
                            .withNewAffinity()
                            .withNewPodAffinity()
                            .addToRequiredDuringSchedulingIgnoredDuringExecution(term())
                            .endPodAffinity()
                            .endAffinity()
                            .endSpec();
            case 2 ->
                    pod.editSpec()
                            .withNewAffinity()
                            .withNewPodAffinity()
                            .addNewPreferredDuringSchedulingIgnoredDuringExecution()
                            .withWeight(1 + random.nextInt(3))
                            .withPodAffinityTerm(term())
                            .endPreferredDuringSchedulingIgnoredDuringExecution()
                            .endPodAffinity()
                            .endAffinity()
                            .endSpec();
            case 3 ->
                    pod.editSpec()
                            .addNewTopologySpreadConstraint()
                            .withMaxSkew(1)
                            .withTopologyKey(key())
                            .withWhenUnsatisfiable(
                                    random.nextBoolean() ? "DoNotSchedule" : "ScheduleAnyway")
                            .withLabelSelector(term().getLabelSelector())
                            .endTopologySpreadConstraint()
                            .endSpec();
            default -> {
                // One without wishes, which others' wishes are about.
            }
        }
        Pod built = pod.build();
        return new PodInfo(built);
    }

    private String key() {
        return KEYS.get(random.nextInt(KEYS.size()));
    }

    private PodAffinityTerm term() {
        return new PodAffinityTermBuilder()
                .withNewLabelSelector()
                .addToMatchLabels("app", "a" + random.nextInt(3))
                .endLabelSelector()
                .withTopologyKey(key())
                .build();
    }

    private List<String> said(InterPodAffinity plugin, PodInfo pod) {
        CycleState state = new CycleState(cache);
        List<String> said = new ArrayList<>();
        boolean skipped = plugin.preFilter(state, pod).verdict().skipped();
        for (NodeInfo node : cache.nodes()) {
            said.add(skipped ? "" : String.valueOf(plugin.filter(state, pod, node)));
        }
        boolean scores = !plugin.preScore(state, pod, cache.nodes()).skipped();
        for (NodeInfo node : cache.nodes()) {
            said.add(scores ? String.valueOf(plugin.score(state, pod, node)) : "0");
        }
        return said;
    }

    private List<String> said(PodTopologySpread plugin, PodInfo pod) {
        CycleState state = new CycleState(cache);
        List<String> said = new ArrayList<>();
        boolean skipped = plugin.preFilter(state, pod).verdict().skipped();
        for (NodeInfo node : cache.nodes()) {
            said.add(skipped ? "" : String.valueOf(plugin.filter(state, pod, node)));
        }
        boolean scores = !plugin.preScore(state, pod, cache.nodes()).skipped();
        for (NodeInfo node : cache.nodes()) {
            said.add(scores ? String.valueOf(plugin.score(state, pod, node)) : "0");
        }
        return said;
    }
}
