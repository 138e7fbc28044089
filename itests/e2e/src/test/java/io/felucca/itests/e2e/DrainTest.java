package io.felucca.itests.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A node that is to be left alone. */
@ExtendWith(Cluster.Resolver.class)
final class DrainTest {
    private final Cluster cluster;
    private final Kubectl kubectl;

    DrainTest(Cluster cluster) {
        this.cluster = cluster;
        kubectl = cluster.newNamespace("drain");
    }

    @AfterEach
    void uncordon() {
        kubectl.ok("uncordon " + cluster.nodeName());
    }

    @Test
    void cordonedNodeGetsNoPods() {
        kubectl.ok("cordon " + cluster.nodeName());
        assertTrue(kubectl.ok("get nodes").contains("Ready,SchedulingDisabled"));
        kubectl.create(Manifests.pod("p", Manifests.stay("true")));
        Eventually.is(
                "the scheduler says why",
                () -> kubectl.ok("get events").contains("1 node(s) were unschedulable"));
        kubectl.ok("uncordon " + cluster.nodeName());
        kubectl.ok("wait --for=condition=Ready pod/p --timeout=60s");
    }

    @Test
    void drainEvictsAndTheDeploymentReplaces() {
        kubectl.apply(Manifests.deployment("web", 1, "v1"));
        kubectl.ok("rollout status deployment web --timeout=100s");
        String old = kubectl.ok("get pods -l app=web -o name").strip();
        // Other classes' pods are left alone.
        String words =
                kubectl.ok(
                        "drain "
                                + cluster.nodeName()
                                + " --pod-selector=app=web --timeout=60s --delete-emptydir-data");
        assertTrue(words.contains("drained"), words);
        Eventually.is("the old pod is gone", () -> !kubectl.exists(old));
        Eventually.is(
                "the new one waits", () -> kubectl.ok("get pods -l app=web").contains("Pending"));
        kubectl.ok("uncordon " + cluster.nodeName());
        kubectl.ok("rollout status deployment web --timeout=100s");
        assertEquals("1", kubectl.field("deployment web", "/status/readyReplicas"));
    }
}
