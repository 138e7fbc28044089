package io.felucca.scheduler.plugins;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Taint;
import io.felucca.client.testing.FakeCluster;
import io.felucca.scheduler.api.CycleState;
import io.felucca.scheduler.api.NodeInfo;
import io.felucca.scheduler.api.PodInfo;
import io.felucca.scheduler.api.PreScore;
import io.felucca.scheduler.api.Score;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScoresTest {
    private final Node plain = Cases.node("a", "4", "8Gi").build();

    @Test
    void emptierNodeScoresHigher() {
        Pod half =
                Cases.pod("p")
                        .editSpec()
                        .editFirstContainer()
                        .withNewResources()
                        .addToRequests("cpu", new Quantity("2"))
                        .addToRequests("memory", new Quantity("4Gi"))
                        .endResources()
                        .endContainer()
                        .endSpec()
                        .build();
        assertArrayEquals(new long[] {50}, scores(new NodeResourcesFit(), half, Cases.info(plain)));
        Pod other = Cases.pod("other", "cpu", "2").build();
        // The other pod counts for 200Mi, although it requests no memory.
        assertArrayEquals(
                new long[] {23}, scores(new NodeResourcesFit(), half, Cases.info(plain, other)));
    }

    @Test
    void likeSharesScoreHigherThanUnlikeOnes() {
        Pod lopsided = Cases.pod("p", "cpu", "4").build();
        assertArrayEquals(
                new long[] {50}, scores(new BalancedAllocation(), lopsided, Cases.info(plain)));
        Pod memory = Cases.pod("m", "memory", "8Gi").build();
        assertArrayEquals(
                new long[] {100},
                scores(new BalancedAllocation(), lopsided, Cases.info(plain, memory)));
    }

    @Test
    void taintThatPrefersOthersLowersTheScore() {
        Node shy =
                new NodeBuilder(Cases.node("b", "4", "8Gi").build())
                        .editSpec()
                        .withTaints(new Taint("PreferNoSchedule", "role", null, "db"))
                        .endSpec()
                        .build();
        assertArrayEquals(
                new long[] {100, 0},
                scores(
                        new TaintToleration(),
                        Cases.pod("p").build(),
                        Cases.info(plain),
                        Cases.info(shy)));
    }

    @Test
    void preferredNodeScoresHigher() {
        Node ssd =
                new NodeBuilder(Cases.node("b", "4", "8Gi").build())
                        .editMetadata()
                        .addToLabels("disk", "ssd")
                        .endMetadata()
                        .build();
        Pod pod =
                Cases.pod("p")
                        .editSpec()
                        .withNewAffinity()
                        .withNewNodeAffinity()
                        .addNewPreferredDuringSchedulingIgnoredDuringExecution()
                        .withWeight(7)
                        .withNewPreference()
                        .addNewMatchExpression()
                        .withKey("disk")
                        .withOperator("In")
                        .withValues("ssd")
                        .endMatchExpression()
                        .endPreference()
                        .endPreferredDuringSchedulingIgnoredDuringExecution()
                        .endNodeAffinity()
                        .endAffinity()
                        .endSpec()
                        .build();
        assertArrayEquals(
                new long[] {0, 100},
                scores(new NodeAffinity(), pod, Cases.info(plain), Cases.info(ssd)));
    }

    @Test
    void nodeThatHasTheImageScoresHigher() {
        Node having =
                new NodeBuilder(Cases.node("b", "4", "8Gi").build())
                        .editStatus()
                        .addNewImage()
                        .withNames("nginx:latest")
                        .withSizeBytes(1000L * 1024 * 1024)
                        .endImage()
                        .endStatus()
                        .build();
        long[] scores =
                scores(
                        new ImageLocality(),
                        Cases.pod("p").build(),
                        Cases.info(plain),
                        Cases.info(having));
        assertEquals(0, scores[0]);
        assertTrue(scores[1] > 40 && scores[1] <= 50, "half of the nodes have it");
        assertEquals("h:5000/nginx:latest", ImageLocality.normalized("h:5000/nginx"));
        assertEquals("nginx@sha256:00", ImageLocality.normalized("nginx@sha256:00"));
    }

    @Test
    void podIsBoundByItsUid() {
        FakeCluster cluster = new FakeCluster();
        DefaultBinder binder = new DefaultBinder(cluster);
        PodInfo pod = new PodInfo(Cases.pod("web").build());
        assertTrue(binder.bind(Cases.state(), pod, "a").succeeded());
        assertEquals(List.of("binding pods default/web"), cluster.actions());
    }

    private static long[] scores(Score plugin, Pod pod, NodeInfo... nodes) {
        CycleState state = Cases.state(nodes);
        PodInfo info = new PodInfo(pod);
        if (plugin instanceof PreScore before) {
            assertTrue(before.preScore(state, info, List.of(nodes)).succeeded());
        }
        long[] scores = new long[nodes.length];
        for (int i = 0; i < nodes.length; i++) {
            scores[i] = plugin.score(state, info, nodes[i]);
        }
        plugin.normalize(state, info, scores);
        return scores;
    }
}
