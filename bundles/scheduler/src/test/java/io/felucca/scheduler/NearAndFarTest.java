package io.felucca.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.PodAffinityTerm;
import io.fabric8.kubernetes.api.model.PodAffinityTermBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Pods that want others near or far, and pods that want to be spread. */
class NearAndFarTest {
    private static final String ZONE = "topology.kubernetes.io/zone";
    private static final String HOST = "kubernetes.io/hostname";
    private final Harbour harbour = new Harbour();

    NearAndFarTest() {
        harbour.cluster.with(zoned("a", "east"), zoned("b", "east"), zoned("c", "west"));
    }

    private static Node zoned(String name, String zone) {
        return new NodeBuilder(Objects.plainNode(name))
                .editMetadata()
                .addToLabels(ZONE, zone)
                .endMetadata()
                .build();
    }

    private static PodBuilder pod(String name, String app) {
        return new PodBuilder(Objects.plainPod(name))
                .editMetadata()
                .addToLabels("app", app)
                .endMetadata();
    }

    private static PodAffinityTerm term(String app, String key) {
        return new PodAffinityTermBuilder()
                .withNewLabelSelector()
                .addToMatchLabels("app", app)
                .endLabelSelector()
                .withTopologyKey(key)
                .build();
    }

    private static PodBuilder apart(String name, String app, String from, String key) {
        return pod(name, app)
                .editSpec()
                .withNewAffinity()
                .withNewPodAntiAffinity()
                .addToRequiredDuringSchedulingIgnoredDuringExecution(term(from, key))
                .endPodAntiAffinity()
                .endAffinity()
                .endSpec();
    }

    private static PodBuilder near(String name, String app, String to, String key) {
        return pod(name, app)
                .editSpec()
                .withNewAffinity()
                .withNewPodAffinity()
                .addToRequiredDuringSchedulingIgnoredDuringExecution(term(to, key))
                .endPodAffinity()
                .endAffinity()
                .endSpec();
    }

    private String zoneOf(String pod) {
        return harbour.scheduling
                .cache()
                .node(harbour.nodeOf(pod))
                .orElseThrow()
                .labels()
                .get(ZONE);
    }

    @Test
    void podsThatWantToBeApartTakeOneNodeEach() {
        for (int i = 0; i < 4; i++) {
            harbour.cluster.with(apart("db-" + i, "db", "db", HOST).build());
        }
        harbour.settle();
        harbour.scheduling.cache().nodes().forEach(node -> assertEquals(1, node.podCount()));
        assertEquals(
                "0/3 nodes are available: 3 node(s) didn't match pod anti-affinity rules.",
                harbour.condition("db-3").getMessage());
        String freed = harbour.nodeOf("db-0");
        harbour.delete("db-0");
        harbour.advance(Duration.ofSeconds(10));
        assertEquals(freed, harbour.nodeOf("db-3"));
    }

    @Test
    void aPodThatWantsOthersFarKeepsLaterOnesOut() {
        harbour.cluster.with(apart("lonely", "lonely", "noisy", ZONE).build());
        harbour.settle();
        harbour.cluster.with(pod("noisy", "noisy").build());
        harbour.settle();
        assertNotEquals(zoneOf("lonely"), zoneOf("noisy"));
    }

    @Test
    void podsThatWantToBeTogetherFollowTheFirst() {
        for (int i = 0; i < 4; i++) {
            harbour.cluster.with(near("web-" + i, "web", "web", HOST).build());
        }
        harbour.settle();
        for (int i = 1; i < 4; i++) {
            assertEquals(harbour.nodeOf("web-0"), harbour.nodeOf("web-" + i));
        }
        harbour.cluster.with(near("alone", "alone", "nobody", HOST).build());
        harbour.settle();
        assertEquals(
                "0/3 nodes are available: 3 node(s) didn't match pod affinity rules.",
                harbour.condition("alone").getMessage());
    }

    @Test
    void namespaceSelectorLooksBeyondThePodsOwnNamespace() {
        harbour.cluster.with(
                new NamespaceBuilder()
                        .withNewMetadata()
                        .withName("other")
                        .addToLabels("team", "x")
                        .endMetadata()
                        .build());
        harbour.cluster.with(
                pod("there", "db").editMetadata().withNamespace("other").endMetadata().build());
        harbour.settle();
        PodAffinityTerm wide =
                new PodAffinityTermBuilder(term("db", HOST))
                        .withNewNamespaceSelector()
                        .addToMatchLabels("team", "x")
                        .endNamespaceSelector()
                        .build();
        harbour.cluster.with(
                near("mine", "mine", "db", HOST)
                        .editSpec()
                        .editAffinity()
                        .editPodAffinity()
                        .withRequiredDuringSchedulingIgnoredDuringExecution(wide)
                        .endPodAffinity()
                        .endAffinity()
                        .endSpec()
                        .build());
        harbour.settle();
        assertTrue(
                harbour
                        .scheduling
                        .cache()
                        .node(harbour.nodeOf("mine"))
                        .orElseThrow()
                        .pods()
                        .stream()
                        .anyMatch(pod -> pod.name().equals("there")));
    }

    @Test
    void spreadPodsDifferByNoMoreThanTheSkew() {
        for (int i = 0; i < 6; i++) {
            harbour.cluster.with(spread("web-" + i, ZONE, "DoNotSchedule").build());
            harbour.settle();
        }
        Map<String, Integer> zones = new HashMap<>();
        for (int i = 0; i < 6; i++) {
            zones.merge(zoneOf("web-" + i), 1, Integer::sum);
        }
        assertEquals(Map.of("east", 3, "west", 3), zones);
    }

    @Test
    void podThatCantBeSpreadWaitsAndSaysWhy() {
        harbour.cluster.with(
                new NodeBuilder(harbour.cluster.all(Node.class).get(2))
                        .editSpec()
                        .withUnschedulable(true)
                        .endSpec()
                        .build(),
                Objects.plainNode("unlabelled"));
        for (int i = 0; i < 2; i++) {
            harbour.cluster.with(spread("web-" + i, ZONE, "DoNotSchedule").build());
            harbour.settle();
        }
        assertEquals(
                "0/4 nodes are available: 1 node(s) didn't match pod topology spread constraints"
                        + " (missing required label), 1 node(s) were unschedulable, 2 node(s)"
                        + " didn't match pod topology spread constraints.",
                harbour.condition("web-1").getMessage());
    }

    @Test
    void preferredSpreadIsKeptWhereThereIsRoom() {
        for (int i = 0; i < 3; i++) {
            harbour.cluster.with(spread("web-" + i, HOST, "ScheduleAnyway").build());
            harbour.settle();
        }
        harbour.scheduling.cache().nodes().forEach(node -> assertEquals(1, node.podCount()));
    }

    private static PodBuilder spread(String name, String key, String otherwise) {
        return pod(name, "web")
                .editSpec()
                .addNewTopologySpreadConstraint()
                .withMaxSkew(1)
                .withTopologyKey(key)
                .withWhenUnsatisfiable(otherwise)
                .withNewLabelSelector()
                .addToMatchLabels("app", "web")
                .endLabelSelector()
                .endTopologySpreadConstraint()
                .endSpec();
    }
}
