package io.felucca.controller.deployment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.felucca.client.api.Client;
import io.felucca.client.api.Key;
import io.felucca.controller.api.Result;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeploymentControllerTest {

    @Test
    void aNewDeploymentGetsItsSetAndItsPods() {
        Rollout web = new Rollout(3, Rollout.rolling(1, 0));
        web.settle(true);
        assertEquals(3, web.available());
        assertEquals("1", web.revision("v1"));
        assertEquals("True MinimumReplicasAvailable", web.condition("Available"));
        assertEquals("True NewReplicaSetAvailable", web.condition("Progressing"));
        assertTrue(
                web.cluster.recorded().stream()
                        .anyMatch(one -> one.startsWith("Normal ScalingReplicaSet default/web: ")));
        ReplicaSet set = web.set("v1").orElseThrow();
        assertTrue(set.getMetadata().getName().startsWith("web-"));
        assertEquals(
                set.getMetadata().getName().substring(4),
                set.getSpec().getSelector().getMatchLabels().get("pod-template-hash"));
    }

    @Test
    void anotherTemplateReplacesThePods() {
        Rollout web = new Rollout(3, Rollout.rolling(1, 0));
        web.settle(true);
        web.image("v2");
        web.settle(true);
        assertEquals(0, web.size("v1"));
        assertEquals(3, web.size("v2"));
        assertEquals("2", web.revision("v2"));
        assertEquals(3, web.deployment().getStatus().getUpdatedReplicas());
        assertEquals(
                "2",
                web.deployment()
                        .getMetadata()
                        .getAnnotations()
                        .get("deployment.kubernetes.io/revision"));
    }

    @Test
    void goingBackMakesTheOldSetTheNewestRevision() {
        Rollout web = new Rollout(2, Rollout.rolling(1, 0));
        web.settle(true);
        web.image("v2");
        web.settle(true);
        web.image("v1");
        web.settle(true);
        assertEquals(2, web.sets().size());
        assertEquals(2, web.size("v1"));
        assertEquals(0, web.size("v2"));
        assertEquals("3", web.revision("v1"));
        assertEquals(
                "1",
                web.set("v1")
                        .orElseThrow()
                        .getMetadata()
                        .getAnnotations()
                        .get("deployment.kubernetes.io/revision-history"));
    }

    @Test
    void aPausedDeploymentScalesButDoesNotRoll() {
        Rollout web = new Rollout(2, Rollout.rolling(1, 0));
        web.settle(true);
        web.pause(true);
        web.image("v2");
        web.scale(4);
        web.settle(true);
        assertTrue(web.set("v2").isEmpty());
        assertEquals(4, web.size("v1"));
        assertEquals("Unknown DeploymentPaused", web.condition("Progressing"));
        web.pause(false);
        web.settle(true);
        assertEquals(4, web.size("v2"));
        assertEquals(0, web.size("v1"));
    }

    @Test
    void recreateStartsTheNewOnlyAfterTheLastOldPod() {
        Rollout web = new Rollout(2, Rollout.recreate());
        web.settle(true);
        web.image("v2");
        web.reconcileDeployment();
        assertEquals(0, web.size("v1"));
        web.reconcileDeployment();
        assertTrue(web.set("v2").isEmpty(), "old pods still run");
        web.settle(true);
        assertEquals(2, web.size("v2"));
    }

    @Test
    void onlySoManyOldSetsAreKept() {
        Rollout web = new Rollout(1, Rollout.rolling(1, 0));
        for (int version = 1; version <= 5; version++) {
            web.image("v" + version);
            web.settle(true);
        }
        assertTrue(web.set("v1").isEmpty() && web.set("v2").isEmpty());
        assertTrue(web.set("v3").isPresent() && web.set("v4").isPresent());
        assertEquals(1, web.size("v5"));
    }

    @Test
    void aRolloutThatGetsNowhereIsSaidToHaveTimedOut() {
        Rollout web = new Rollout(2, Rollout.rolling(1, 0));
        web.settle(true);
        web.image("v2");
        web.settle(false);
        assertEquals(1, web.size("v2"));
        assertEquals(2, web.size("v1"), "the old ones stay");
        Result result = web.reconcileDeployment();
        assertTrue(result.after().isPresent(), "the deadline is waited for");
        web.clock.advance(Duration.ofSeconds(601));
        web.settle(false);
        assertEquals("False ProgressDeadlineExceeded", web.condition("Progressing"));
        assertEquals("True MinimumReplicasAvailable", web.condition("Available"));
        web.settle(true);
        assertEquals("True NewReplicaSetAvailable", web.condition("Progressing"));
    }

    @Test
    void aPodLostAfterTheRolloutIsNoProgress() {
        Rollout web = new Rollout(2, Rollout.rolling(1, 0));
        web.settle(true);
        Pod lost = web.pods().get(0);
        web.cluster.of(Pod.class).delete(Key.of(lost), Client.Deletion.PLAIN);
        web.settle(false);
        assertEquals("False MinimumReplicasUnavailable", web.condition("Available"));
        assertEquals("True NewReplicaSetAvailable", web.condition("Progressing"));
        web.settle(true);
        assertEquals("True NewReplicaSetAvailable", web.condition("Progressing"));
        assertEquals("True MinimumReplicasAvailable", web.condition("Available"));
    }

    @Test
    void growthDuringARolloutIsSharedBySize() {
        Rollout web = new Rollout(10, Rollout.rolling(3, 2));
        web.settle(true);
        web.image("bad");
        web.settle(false);
        assertEquals(8, web.size("v1"));
        assertEquals(5, web.size("bad"));
        web.scale(15);
        web.reconcileDeployment();
        assertEquals(List.of(11, 7), List.of(web.size("v1"), web.size("bad")));
    }
}
